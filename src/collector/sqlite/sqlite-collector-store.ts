import { createHash } from 'node:crypto';
import { err, ok, type Result } from '../../domain/result.ts';
import { equalBytes } from '../../ledger/canonical.ts';
import type { Migration } from '../../store/migrations.ts';
import { openStore } from '../../store/open-store.ts';
import type { WritableStore } from '../../store/store.ts';
import type { StoreError } from '../../store/store-error.ts';
import {
  type AcceptedBatch,
  type CollectorIdentity,
  type CollectorStore,
  deviceSums,
  type FoundParticipation,
  isSameDevice,
  MOST_QUARANTINED,
  MOST_QUARANTINED_PER_DEVICE,
  type OpenCollectorError,
  type QuarantinedRange,
  type RegisteredDevice,
  type RegistrationError,
  type StationDescription,
} from '../collector-store.ts';
import { GroupCommit } from '../group-commit.ts';
import { packHashes, packParticipations, packRecords } from '../packed-range.ts';
import { SqliteWitnessStore } from '../witness/sqlite-witness-store.ts';
import { raiseAlarm } from './sqlite-alarms.ts';
import { SqliteCollectorReads, selectDevice } from './sqlite-collector-reads.ts';

/** The collector's database in one file: WAL, FULL, one writer, encrypted (as every file of ours). */
export class SqliteCollectorStore extends SqliteCollectorReads implements CollectorStore {
  readonly #store: WritableStore;
  readonly #appending: GroupCommit<AcceptedBatch, 'appended' | 'head-moved'>;
  readonly witness: SqliteWitnessStore;

  private constructor(store: WritableStore) {
    super(store);
    this.#store = store;
    this.witness = new SqliteWitnessStore(store);
    this.#appending = new GroupCommit(
      (batches) => store.transaction(() => batches.map((batch) => appendBatch(store, batch))),
      ({ events }) => events.length,
    );
  }

  /** The events themselves are not gone through: a whole day's take minutes. `LogCheck` does, once it is open. */
  static open(options: {
    readonly file: string;
    /** 32 bytes. */
    readonly key: Uint8Array;
    /** `migrations/collector`, or the same as a list. */
    readonly migrations: string | readonly Migration[];
    readonly identity: CollectorIdentity;
  }): Result<SqliteCollectorStore, OpenCollectorError> {
    const { file, key, migrations, identity } = options;
    const opened = openStore({ file, key, migrations, checkedLater: ['event_range'] });
    if (!opened.ok) return opened;
    const store = opened.value;
    const claimed = store.transaction(() => claimIdentity(store, identity));
    if (!claimed.ok || claimed.value !== null) store.close();
    if (!claimed.ok) return claimed;
    if (claimed.value !== null) return err({ code: 'other-collector', field: claimed.value });
    return ok(new SqliteCollectorStore(store));
  }

  async register(devices: readonly RegisteredDevice[]): Promise<Result<void, RegistrationError>> {
    const other = devices.find((device) => {
      const known = this.#store.read(() => selectDevice(this.#store, device.device));
      return known.ok && known.value !== null && !isSameDevice(known.value, device);
    });
    if (other !== undefined) return err({ code: 'registered-otherwise', device: other.device });
    const stored = this.#store.transaction(() => {
      for (const device of devices) insertDevice(this.#store, device);
    });
    return stored.ok ? ok() : stored;
  }

  append(batch: AcceptedBatch): Promise<Result<'appended' | 'head-moved', StoreError>> {
    return this.#appending.add(batch);
  }

  async quarantine(range: QuarantinedRange): Promise<Result<'kept' | 'full', StoreError>> {
    const { device, epoch, firstSeq, lastSeq, receivedWallMs } = range;
    const store = this.#store;
    const sha256 = createHash('sha256').update(range.body).digest();
    return store.transaction(() => {
      if (range.alarm !== null) raiseAlarm(store, range.alarm, receivedWallMs);
      if (isQuarantined(store, device, sha256)) return 'kept';
      if (quarantineIsFull(store, device)) return 'full';
      store.run(
        `INSERT INTO quarantined_range
           (device, sha256, epoch, first_seq, last_seq, faults, body, received_wall_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        [device, sha256, epoch, firstSeq, lastSeq, JSON.stringify(range.faults), range.body, receivedWallMs],
      );
      return 'kept';
    });
  }

  async raiseDoubles(found: readonly FoundParticipation[]): Promise<Result<void, StoreError>> {
    return this.#store.transaction(() => {
      for (const { token, device, epoch, seq, isUndo, settles, isDouble, foundWallMs } of found) {
        this.#store.run(
          `INSERT INTO double_participation (token, device, epoch, seq, undo, settles, found_wall_ms)
           SELECT @token, @device, @epoch, @seq, @undo, @settles, @foundWallMs
           WHERE @double = 1 OR EXISTS (SELECT 1 FROM double_participation WHERE token = @token)
           ON CONFLICT (token, device, epoch, seq) DO NOTHING`,
          {
            ...{ token, device, epoch, seq, settles, foundWallMs },
            ...{ undo: isUndo ? 1 : 0, double: isDouble ? 1 : 0 },
          },
        );
      }
    });
  }

  async describeStations(stations: readonly StationDescription[]): Promise<Result<void, StoreError>> {
    return this.#store.transaction(() => {
      for (const { station, district, voters, latitude, longitude } of stations) {
        this.#store.run(
          `INSERT INTO station (station, district, voters, latitude, longitude) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (station) DO UPDATE SET district = excluded.district, voters = excluded.voters,
             latitude = excluded.latitude, longitude = excluded.longitude`,
          [station, district, voters, latitude, longitude],
        );
      }
    });
  }

  override async close(): Promise<void> {
    this.#appending.flush();
    this.witness.flush();
    this.#store.close();
  }
}

function claimIdentity(
  store: WritableStore,
  { election, mock, publicKey }: CollectorIdentity,
): 'election' | 'mock' | 'key' | null {
  store.run(
    `INSERT INTO collector_identity (id, election, mock, public_key) VALUES (1, ?, ?, ?)
     ON CONFLICT (id) DO NOTHING`,
    [election, mock ? 1 : 0, publicKey],
  );
  const stored = store.get<{ election: string | null; mock: number; publicKey: Uint8Array }>(
    'SELECT election, mock, public_key AS publicKey FROM collector_identity',
  );
  if (stored === undefined || (stored.mock === 1) !== mock) return 'mock';
  if (stored.election !== election) return 'election';
  return equalBytes(stored.publicKey, publicKey) ? null : 'key';
}

function insertDevice(store: WritableStore, device: RegisteredDevice): void {
  store.run(
    `INSERT INTO device (device, election, station, mock, public_key, origin) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (device) DO NOTHING`,
    [device.device, device.election, device.station, device.mock ? 1 : 0, device.publicKey, device.origin],
  );
}

/** Everything is looked at before the first row is written, so that a batch that comes too late leaves none. */
function appendBatch(store: WritableStore, batch: AcceptedBatch): 'appended' | 'head-moved' {
  const { registration, head, receivedWallMs } = batch;
  const { device } = registration;
  const known = selectDevice(store, device);
  if (known !== null && !isSameDevice(known, registration)) return 'head-moved';
  const stored = store.get<{ seq: number }>('SELECT seq FROM chain_head WHERE device = ? AND epoch = ?', [
    device,
    head.epoch,
  ]);
  if ((stored?.seq ?? 0) !== batch.afterSeq) return 'head-moved';
  if (known === null) insertDevice(store, registration);
  store.run(
    `INSERT INTO event_range (device, epoch, first_seq, last_seq, tokens, hashes, records)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[device, head.epoch, batch.afterSeq + 1, head.seq, packParticipations(batch.participations)],
      ...[packHashes(batch.events), packRecords(batch.events)],
    ],
  );
  store.run(
    `INSERT INTO chain_head (device, epoch, seq, hash, heard_wall_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (device, epoch) DO UPDATE
       SET seq = excluded.seq, hash = excluded.hash, heard_wall_ms = excluded.heard_wall_ms`,
    [device, head.epoch, head.seq, head.hash, receivedWallMs],
  );
  store.run(
    `INSERT INTO signed_head (device, epoch, seq, hash, signature, received_wall_ms)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [device, head.epoch, head.seq, head.hash, head.signature, receivedWallMs],
  );
  addCounts(store, batch);
  for (const alarm of batch.alarms) raiseAlarm(store, alarm, receivedWallMs);
  return 'appended';
}

function addCounts(store: WritableStore, batch: AcceptedBatch): void {
  const { device } = batch.registration;
  for (const { property, value, count } of batch.counts) {
    store.run(
      `INSERT INTO turnout_count (device, property, value, count) VALUES (?, ?, ?, ?)
       ON CONFLICT (device, property, value) DO UPDATE SET count = count + excluded.count`,
      [device, property, value, count],
    );
    store.run(
      `INSERT INTO turnout_total (shard, property, value, count) VALUES (0, ?, ?, ?)
       ON CONFLICT (shard, property, value) DO UPDATE SET count = count + excluded.count`,
      [property, value, count],
    );
  }
  const { events, identified, undone, byCommission, incidents } = deviceSums(batch);
  store.run(
    `INSERT INTO device_total (device, events, identified, undone, by_commission, incidents, heard_wall_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (device) DO UPDATE SET events = events + excluded.events,
       identified = identified + excluded.identified, undone = undone + excluded.undone,
       by_commission = by_commission + excluded.by_commission, incidents = incidents + excluded.incidents,
       heard_wall_ms = max(heard_wall_ms, excluded.heard_wall_ms)`,
    [device, events, identified, undone, byCommission, incidents, batch.receivedWallMs],
  );
}

function isQuarantined(store: WritableStore, device: string, sha256: Uint8Array): boolean {
  const row = store.get<{ known: number }>(
    'SELECT EXISTS (SELECT 1 FROM quarantined_range WHERE device = ? AND sha256 = ?) AS known',
    [device, sha256],
  );
  return row?.known === 1;
}

function quarantineIsFull(store: WritableStore, device: string): boolean {
  const row = store.get<{ every: number; own: number }>(
    `SELECT count(*) AS every, count(*) FILTER (WHERE device = ?) AS own FROM quarantined_range`,
    [device],
  );
  return row === undefined || row.every >= MOST_QUARANTINED || row.own >= MOST_QUARANTINED_PER_DEVICE;
}
