import { assertDefined } from '../domain/assert.ts';
import type { ReadableStore, WritableStore } from '../store/store.ts';
import type { DeviceKey } from './device-key.ts';
import type { ChainPoint, LedgerIdentity } from './event.ts';
import type { SignedHead } from './head.ts';
import type { SealedPart } from './part-keys.ts';

/**
 * The SQL of the ledger's tables (migrations/station/0001-ledger.sql, 0260-one-row-an-event.sql). Writing functions run in
 * a transaction.
 */

export interface EventRow extends ChainPoint {
  readonly publicBytes: Uint8Array;
  readonly centre: SealedPart;
  readonly private: SealedPart;
}

/** The place of an epoch and a number, which are bound in that order: as whole numbers, so that no digit is lost. */
export const PLACE = '(CAST(? AS INTEGER) * 2147483648 + CAST(? AS INTEGER))';

/** As the table allows. */
export const LARGEST_SEQ = 2 ** 31 - 1;

/** The events of an epoch of `ledger_epoch AS opened`. */
export const IN_OPENED_EPOCH =
  'place BETWEEN opened.epoch * 2147483648 + 1 AND opened.epoch * 2147483648 + 2147483647';

export type Place = Pick<ChainPoint, 'epoch' | 'seq'>;

export type EpochReason = 'blank' | 'restored' | 'requested';

/** The first field in which the stored identity differs; null when it is the same, or when it was written now. */
export function claimIdentity(
  store: WritableStore,
  identity: LedgerIdentity,
  key: DeviceKey,
): keyof LedgerIdentity | 'key' | null {
  store.run(
    `INSERT INTO ledger_identity (id, election, station, device, public_key, mock) VALUES (1, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO NOTHING`,
    [identity.election, identity.station, identity.device, key.publicKey, identity.mock ? 1 : 0],
  );
  const stored = assertDefined(
    store.get<{ election: string; station: string; device: string; publicKey: Uint8Array; mock: number }>(
      'SELECT election, station, device, public_key AS publicKey, mock FROM ledger_identity',
    ),
    'the identity row',
  );
  if (stored.election !== identity.election) return 'election';
  if (stored.station !== identity.station) return 'station';
  if (stored.device !== identity.device) return 'device';
  if ((stored.mock === 1) !== identity.mock) return 'mock';
  return Buffer.compare(stored.publicKey, key.publicKey) === 0 ? null : 'key';
}

export function newestEpoch(store: ReadableStore): number | null {
  const row = store.get<{ epoch: number | null }>('SELECT max(epoch) AS epoch FROM ledger_epoch');
  return row?.epoch ?? null;
}

export function insertEpoch(store: WritableStore, epoch: number, reason: EpochReason, wallMs: number): void {
  store.run('INSERT INTO ledger_epoch (epoch, reason, opened_wall_ms) VALUES (?, ?, ?)', [
    epoch,
    reason,
    wallMs,
  ]);
}

interface StoredEventRow {
  readonly epoch: number;
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly publicBytes: Uint8Array;
  readonly centreKey: number;
  readonly centreSealed: Uint8Array;
  readonly privateKey: number;
  readonly privateSealed: Uint8Array;
}

const EVENT_COLUMNS = `epoch, seq, hash, public_bytes AS publicBytes, centre_key AS centreKey,
  centre_sealed AS centreSealed, private_key AS privateKey, private_sealed AS privateSealed`;

function toEventRow(row: StoredEventRow): EventRow {
  return {
    epoch: row.epoch,
    seq: row.seq,
    hash: plainBytes(row.hash),
    publicBytes: plainBytes(row.publicBytes),
    centre: { keyId: row.centreKey, sealed: row.centreSealed },
    private: { keyId: row.privateKey, sealed: row.privateSealed },
  };
}

/** What stands in the last event of a commit. */
interface EndOfCommit {
  readonly firstSeq: number;
  /** Over the head that the event is. */
  readonly signature: Uint8Array;
}

export function insertEvent(store: WritableStore, event: EventRow, end: EndOfCommit | null): void {
  store.run(
    `INSERT INTO ledger_event (place, epoch, seq, hash, public_bytes, centre_key, centre_sealed, private_key,
       private_sealed, first_seq, signature)
     VALUES (${PLACE}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      event.epoch,
      event.seq,
      event.epoch,
      event.seq,
      event.hash,
      event.publicBytes,
      event.centre.keyId,
      event.centre.sealed,
      event.private.keyId,
      event.private.sealed,
      end?.firstSeq ?? null,
      end?.signature ?? null,
    ],
  );
}

/** In chain order, those after `after` (all of them for null). */
export function selectEvents(store: ReadableStore, after: Place | null, limit: number): EventRow[] {
  return store
    .all<StoredEventRow>(
      `SELECT ${EVENT_COLUMNS} FROM ledger_event WHERE place > ${PLACE} ORDER BY place LIMIT ?`,
      [after?.epoch ?? 0, after?.seq ?? 0, limit],
    )
    .map(toEventRow);
}

export function selectEvent(store: ReadableStore, { epoch, seq }: Place): EventRow | null {
  const row = store.get<StoredEventRow>(`SELECT ${EVENT_COLUMNS} FROM ledger_event WHERE place = ${PLACE}`, [
    epoch,
    seq,
  ]);
  return row === undefined ? null : toEventRow(row);
}

/** Hashes of the first `count` events of an epoch: the leaves of its tree. */
export function selectLeaves(store: ReadableStore, epoch: number, count: number): Uint8Array[] {
  return store
    .all<{ hash: Uint8Array }>(
      `SELECT hash FROM ledger_event WHERE place BETWEEN ${PLACE} AND ${PLACE} ORDER BY place`,
      [epoch, 1, epoch, count],
    )
    .map(({ hash }) => plainBytes(hash));
}

/** Who countersigned: lanes can be there where the centre isn't, and the reverse, so each has its newest kept apart. */
export type Cosigners = 'lanes' | 'centre';

const COSIGNED_TABLE = { lanes: 'ledger_cosigned', centre: 'ledger_centre_cosigned' } as const;

/** Keeps a checkpoint with its witnesses' lines, where it is newer than the one that is kept. */
export function upsertCosigned(
  store: WritableStore,
  by: Cosigners,
  { epoch, size, note }: { readonly epoch: number; readonly size: number; readonly note: string },
): void {
  const table = COSIGNED_TABLE[by];
  store.run(
    `INSERT INTO ${table} (epoch, size, note) VALUES (?, ?, ?)
     ON CONFLICT (epoch) DO UPDATE SET size = excluded.size, note = excluded.note
     WHERE excluded.size >= ${table}.size`,
    [epoch, size, note],
  );
}

/** One an epoch, in order. */
export function selectCosigned(store: ReadableStore, by: Cosigners): string[] {
  return store
    .all<{ note: string }>(`SELECT note FROM ${COSIGNED_TABLE[by]} ORDER BY epoch`)
    .map(({ note }) => note);
}

/** The last event of the chain, over all epochs. */
export function selectTail(store: ReadableStore): ChainPoint | null {
  const row = store.get<ChainPoint>('SELECT epoch, seq, hash FROM ledger_event ORDER BY place DESC LIMIT 1');
  return row === undefined ? null : { ...row, hash: plainBytes(row.hash) };
}

export interface CommittedHead extends SignedHead {
  /** The first event of the commit that this head closes. */
  readonly firstSeq: number;
}

const HEAD_COLUMNS =
  'ledger_event.epoch, ledger_event.seq, first_seq AS firstSeq, ledger_event.hash, signature';

function toHead(row: CommittedHead): CommittedHead {
  return { ...row, hash: plainBytes(row.hash), signature: plainBytes(row.signature) };
}

export function selectHeads(store: ReadableStore): CommittedHead[] {
  return store
    .all<CommittedHead>(`SELECT ${HEAD_COLUMNS} FROM ledger_event WHERE signature IS NOT NULL ORDER BY place`)
    .map(toHead);
}

export function selectHead(store: ReadableStore, { epoch, seq }: Place): CommittedHead | null {
  const sql = `SELECT ${HEAD_COLUMNS} FROM ledger_event WHERE place = ${PLACE} AND signature IS NOT NULL`;
  const row = store.get<CommittedHead>(sql, [epoch, seq]);
  return row === undefined ? null : toHead(row);
}

/** The last head of each epoch. */
export function selectLastHeads(store: ReadableStore): CommittedHead[] {
  return store
    .all<CommittedHead>(
      `SELECT ${HEAD_COLUMNS} FROM ledger_epoch AS opened JOIN ledger_event ON place = (
         SELECT place FROM ledger_event
         WHERE ${IN_OPENED_EPOCH} AND signature IS NOT NULL
         ORDER BY place DESC LIMIT 1)
       ORDER BY place`,
    )
    .map(toHead);
}

/** The driver gives Node's Buffer; a plain view of the same bytes compares and prints as what it is. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
