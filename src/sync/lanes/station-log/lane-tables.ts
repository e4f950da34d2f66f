import type { LaneNumber } from '../../../domain/lanes/tenure.ts';
import type { SealedPart } from '../../../ledger/part-keys.ts';
import type { ReadableStore, WritableStore } from '../../../store/store.ts';

/** The SQL of the copied logs (migrations/station/0200-lanes.sql). */

export interface CopiedPlace {
  readonly hash: Uint8Array;
  readonly lane: LaneNumber;
  readonly epoch: number;
  readonly seq: number;
  readonly prev: Uint8Array;
}

export interface CopiedEvent extends CopiedPlace {
  readonly publicBytes: Uint8Array;
  readonly centre: SealedPart;
  readonly private: SealedPart;
}

interface CopiedRow extends CopiedPlace {
  readonly publicBytes: Uint8Array;
  readonly centreKey: number;
  readonly centreSealed: Uint8Array;
  readonly privateKey: number;
  readonly privateSealed: Uint8Array;
}

const COLUMNS = `hash, lane, epoch, seq, prev, public_bytes AS publicBytes, centre_key AS centreKey,
  centre_sealed AS centreSealed, private_key AS privateKey, private_sealed AS privateSealed`;

function toEvent({ centreKey, centreSealed, privateKey, privateSealed, ...place }: CopiedRow): CopiedEvent {
  return {
    ...place,
    centre: { keyId: centreKey, sealed: centreSealed },
    private: { keyId: privateKey, sealed: privateSealed },
  };
}

/** Every copied event, each after the one that it follows. */
export function* iterateCopied(store: ReadableStore): Iterable<CopiedEvent> {
  const sql = `SELECT ${COLUMNS} FROM lane_event ORDER BY lane, epoch, seq, rowid`;
  for (const row of store.iterate<CopiedRow>(sql)) yield toEvent(row);
}

export function selectCopied(store: ReadableStore, hash: Uint8Array): CopiedEvent | null {
  const row = store.get<CopiedRow>(`SELECT ${COLUMNS} FROM lane_event WHERE hash = ?`, [hash]);
  return row === undefined ? null : toEvent(row);
}

/** One of them where a fork left several under one number. */
export function selectCopiedAt(
  store: ReadableStore,
  { lane, epoch, seq }: Pick<CopiedPlace, 'lane' | 'epoch' | 'seq'>,
): CopiedEvent | null {
  const sql = `SELECT ${COLUMNS} FROM lane_event WHERE lane = ? AND epoch = ? AND seq = ? ORDER BY rowid LIMIT 1`;
  const row = store.get<CopiedRow>(sql, [lane, epoch, seq]);
  return row === undefined ? null : toEvent(row);
}

export function selectSignature(store: ReadableStore, hash: Uint8Array): Uint8Array | null {
  const row = store.get<{ signature: Uint8Array }>('SELECT signature FROM lane_head WHERE hash = ?', [hash]);
  return row === undefined ? null : new Uint8Array(row.signature);
}

export function insertCopied(store: WritableStore, event: CopiedEvent): void {
  store.run(
    `INSERT INTO lane_event (hash, lane, epoch, seq, prev, public_bytes, centre_key, centre_sealed, private_key, private_sealed)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[event.hash, event.lane, event.epoch, event.seq, event.prev, event.publicBytes],
      ...[event.centre.keyId, event.centre.sealed, event.private.keyId, event.private.sealed],
    ],
  );
}

export function insertSignature(store: WritableStore, hash: Uint8Array, signature: Uint8Array): void {
  store.run('INSERT INTO lane_head (hash, signature) VALUES (?, ?) ON CONFLICT DO NOTHING', [
    hash,
    signature,
  ]);
}
