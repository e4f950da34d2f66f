import { createHash } from 'node:crypto';
import pg from 'pg';
import { err, ok, type Result } from '../../domain/result.ts';
import { equalBytes } from '../../ledger/canonical.ts';
import type { ChainPoint } from '../../ledger/event.ts';
import { type Migration, readMigrations, sortMigrations } from '../../store/migrations.ts';
import type { StoreError } from '../../store/store-error.ts';
import {
  type AcceptedBatch,
  type Alarm,
  type CollectorIdentity,
  type CollectorStore,
  type CollectorTotals,
  type DeviceParticipations,
  type DeviceState,
  type DeviceTotals,
  type FoundParticipation,
  isSameDevice,
  type LogHead,
  type LogPlace,
  MOST_DOUBLES_READ,
  MOST_QUARANTINED,
  MOST_QUARANTINED_PER_DEVICE,
  type OpenCollectorError,
  type QuarantinedRange,
  type RegisteredDevice,
  type RegistrationError,
  type StationDescription,
  type TakenEvent,
  type TurnoutCount,
} from '../collector-store.ts';
import {
  holdsHash,
  type PackedRange,
  takeEvents,
  unpackHashes,
  unpackParticipations,
} from '../packed-range.ts';
import { PostgresWitnessStore } from '../witness/postgres-witness-store.ts';
import { appendBatch } from './append-batch.ts';
import { raiseAlarm } from './postgres-alarms.ts';
import { catchPostgres } from './postgres-errors.ts';
import { applyPostgresMigrations } from './postgres-migrations.ts';
import { inTransaction } from './postgres-transaction.ts';

/** Enough for the flushes of several ranges to be one to the server; more would only wait there. */
const CONNECTIONS = 8;
const CONNECT_TIMEOUT_MS = 10_000;
const BIGINT = 20;
/** Of a reader; each is at most a megabyte. */
const RANGES_AT_ONCE = 16;

/**
 * The collector's database on a PostgreSQL server, which several collectors share: no state is kept here between
 * two calls. What happens to the connection in the middle of an `append` is `busy`; the station sends the range again,
 * and gets the receipt whether or not it had been stored.
 */
export class PostgresCollectorStore implements CollectorStore {
  readonly #pool: pg.Pool;
  readonly witness: PostgresWitnessStore;

  private constructor(pool: pg.Pool) {
    this.#pool = pool;
    this.witness = new PostgresWitnessStore(pool);
  }

  static async open(options: {
    /** `postgres://user@host/database`. */
    readonly url: string;
    /** `migrations/collector-postgres`, or the same as a list. */
    readonly migrations: string | readonly Migration[];
    readonly identity: CollectorIdentity;
  }): Promise<Result<PostgresCollectorStore, OpenCollectorError>> {
    const { url, migrations, identity } = options;
    const pool = new pg.Pool({
      connectionString: url,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // Acknowledged is on the disk, whatever the server's default is.
      options: '-c synchronous_commit=on',
      types: {
        // Counts and sequence numbers are far under 2^53.
        getTypeParser: (oid, format) => (oid === BIGINT ? Number : pg.types.getTypeParser(oid, format)),
      },
    });
    // A connection that breaks while nobody uses it; the next call gets another one.
    pool.on('error', () => {});
    // One that breaks between two statements of a transaction: the next statement says so.
    pool.on('connect', (client) => client.on('error', () => {}));
    const list = typeof migrations === 'string' ? readMigrations(migrations) : sortMigrations(migrations);
    const prepared = await catchPostgres(() => prepare(pool, list, identity));
    const opened = prepared.ok ? prepared.value : prepared;
    if (opened.ok) return ok(new PostgresCollectorStore(pool));
    await pool.end();
    return opened;
  }

  async register(devices: readonly RegisteredDevice[]): Promise<Result<void, RegistrationError>> {
    const registered = await catchPostgres(() =>
      inTransaction(this.#pool, async (client): Promise<Result<void, RegistrationError>> => {
        for (const device of devices) {
          await client.query(
            `INSERT INTO device (device, election, station, mock, public_key, origin)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (device) DO NOTHING`,
            [device.device, device.election, device.station, device.mock, device.publicKey, device.origin],
          );
          const known = await selectDevice(client, device.device);
          if (known === null || !isSameDevice(known, device)) {
            return err({ code: 'registered-otherwise', device: device.device });
          }
        }
        return ok();
      }),
    );
    return registered.ok ? registered.value : registered;
  }

  async device(device: string): Promise<Result<DeviceState | null, StoreError>> {
    return catchPostgres(async () => {
      const registration = await selectDevice(this.#pool, device);
      if (registration === null) return null;
      const [heads, quarantined] = await Promise.all([
        this.#rows<ChainPoint>('SELECT epoch, seq, hash FROM chain_head WHERE device = $1 ORDER BY epoch', [
          device,
        ]),
        this.#rows<{ epoch: number; lastSeq: number }>(
          `SELECT epoch, max(last_seq) AS "lastSeq" FROM quarantined_range WHERE device = $1
           GROUP BY epoch ORDER BY epoch`,
          [device],
        ),
      ]);
      return { registration, heads, quarantined };
    });
  }

  async hashes({
    device,
    epoch,
    firstSeq,
    lastSeq,
  }: Parameters<CollectorStore['hashes']>[0]): Promise<Result<readonly Uint8Array[], StoreError>> {
    return catchPostgres(async () => {
      const ranges = await this.#rows<Omit<PackedRange, 'records' | 'epoch'>>(
        // Ranges follow one another: the one that holds the first event is the last that begins before it.
        `SELECT first_seq AS "firstSeq", last_seq AS "lastSeq", hashes FROM event_range
         WHERE device = $1 AND epoch = $2 AND last_seq >= $3 AND first_seq <= $4
           AND first_seq >= (SELECT coalesce(max(first_seq), 1) FROM event_range
             WHERE device = $1 AND epoch = $2 AND first_seq <= $3)
         ORDER BY first_seq`,
        [device, epoch, firstSeq, lastSeq],
      );
      return ranges.flatMap((range) => unpackHashes(range, firstSeq, lastSeq));
    });
  }

  async hasBefore(device: string, epoch: number, hash: Uint8Array): Promise<Result<boolean, StoreError>> {
    return catchPostgres(async () => {
      const ranges = await this.#rows<{ hashes: Uint8Array }>(
        `SELECT hashes FROM event_range WHERE device = $1 AND epoch < $2 AND position($3::bytea IN hashes) > 0`,
        [device, epoch, hash],
      );
      // The bytes may stand across two hashes.
      return ranges.some(({ hashes }) => holdsHash(hashes, hash));
    });
  }

  append(batch: AcceptedBatch): Promise<Result<'appended' | 'head-moved', StoreError>> {
    return catchPostgres(async () => {
      const appended = await inTransaction(this.#pool, async (client): Promise<Result<void, null>> => {
        if (!(await appendBatch(client, batch))) return err(null);
        for (const alarm of batch.alarms) await raiseAlarm(client, alarm, batch.receivedWallMs);
        return ok();
      });
      return appended.ok ? 'appended' : 'head-moved';
    });
  }

  async quarantine(range: QuarantinedRange): Promise<Result<'kept' | 'full', StoreError>> {
    const { device, epoch, firstSeq, lastSeq, faults, body, alarm, receivedWallMs } = range;
    const sha256 = createHash('sha256').update(body).digest();
    return catchPostgres(() =>
      inTransaction(this.#pool, async (client) => {
        if (alarm !== null) await raiseAlarm(client, alarm, receivedWallMs);
        const { rows } = await client.query<{ known: boolean; every: number; own: number }>(
          `SELECT EXISTS (SELECT 1 FROM quarantined_range WHERE device = $1 AND sha256 = $2) AS known,
             (SELECT count(*) FROM quarantined_range) AS every,
             (SELECT count(*) FROM quarantined_range WHERE device = $1) AS own`,
          [device, sha256],
        );
        const [kept] = rows;
        if (kept?.known === true) return 'kept';
        if (kept === undefined || kept.every >= MOST_QUARANTINED || kept.own >= MOST_QUARANTINED_PER_DEVICE) {
          return 'full';
        }
        await client.query(
          `INSERT INTO quarantined_range
             (device, sha256, epoch, first_seq, last_seq, faults, body, received_wall_ms)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (device, sha256) DO NOTHING`,
          [device, sha256, epoch, firstSeq, lastSeq, JSON.stringify(faults), body, receivedWallMs],
        );
        return 'kept';
      }),
    );
  }

  async totals(): Promise<Result<CollectorTotals, StoreError>> {
    return catchPostgres(async () => {
      const [devices, counts, quarantined, alarms, doubles] = await Promise.all([
        this.#rows<DeviceTotals>(
          `SELECT d.device, d.station, coalesce(events, 0) AS events, coalesce(identified, 0) AS identified,
             coalesce(undone, 0) AS undone, coalesce(by_commission, 0) AS "byCommission",
             coalesce(incidents, 0) AS incidents, heard_wall_ms AS "heardWallMs"
           FROM device AS d LEFT JOIN device_total USING (device) ORDER BY d.device`,
        ),
        this.#rows<TurnoutCount>(
          `SELECT property, value, sum(count)::bigint AS count FROM turnout_total
           GROUP BY property, value ORDER BY property, value`,
        ),
        this.#rows<{ count: number }>('SELECT count(*) AS count FROM quarantined_range'),
        this.#rows<Alarm & { times: number }>(
          'SELECT device, code, epoch, seq, times FROM alarm ORDER BY device, code, epoch, seq',
        ),
        this.#rows<CollectorTotals['doubles'][number]>(
          `SELECT token, device, epoch, seq, undo AS "isUndo", settles, found_wall_ms AS "foundWallMs", station
           FROM double_participation JOIN device USING (device) ORDER BY token, device, epoch, seq LIMIT $1`,
          [MOST_DOUBLES_READ],
        ),
      ]);
      const events = devices.reduce((sum, device) => sum + device.events, 0);
      return { events, counts, devices, quarantinedRanges: quarantined[0]?.count ?? 0, alarms, doubles };
    });
  }

  async counts(device: string): Promise<Result<readonly TurnoutCount[], StoreError>> {
    return catchPostgres(() =>
      this.#rows<TurnoutCount>(
        'SELECT property, value, count FROM turnout_count WHERE device = $1 ORDER BY property, value',
        [device],
      ),
    );
  }

  async events(
    device: string,
    after: Pick<ChainPoint, 'epoch' | 'seq'>,
    limit: number,
  ): Promise<Result<readonly TakenEvent[], StoreError>> {
    return catchPostgres(async () => {
      const events: TakenEvent[] = [];
      let at = after;
      for (;;) {
        const ranges = await this.#rows<PackedRange>(
          `SELECT epoch, first_seq AS "firstSeq", last_seq AS "lastSeq", hashes, records FROM event_range
           WHERE device = $1 AND (epoch, last_seq) > ($2, $3) ORDER BY epoch, first_seq LIMIT $4`,
          [device, at.epoch, at.seq, RANGES_AT_ONCE],
        );
        events.push(...takeEvents(ranges, at, limit - events.length));
        const last = ranges.at(-1);
        if (last === undefined || ranges.length < RANGES_AT_ONCE || events.length === limit) return events;
        at = { epoch: last.epoch, seq: last.lastSeq };
      }
    });
  }

  async heads(): Promise<Result<readonly LogHead[], StoreError>> {
    return catchPostgres(() =>
      this.#rows<LogHead>('SELECT device, station, epoch, seq FROM chain_head JOIN device USING (device)'),
    );
  }

  async participations(
    after: readonly LogPlace[],
  ): Promise<Result<readonly DeviceParticipations[], StoreError>> {
    return catchPostgres(async () => {
      const rows = await this.#rows<Omit<DeviceParticipations, 'participations'> & { tokens: Uint8Array }>(
        `SELECT r.device, r.epoch, r.last_seq AS "throughSeq", r.tokens
         FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS a (device, epoch, seq)
         JOIN event_range AS r ON r.device = a.device AND r.epoch = a.epoch AND r.first_seq > a.seq
         ORDER BY r.device, r.epoch, r.first_seq`,
        [after.map(({ device }) => device), after.map(({ epoch }) => epoch), after.map(({ seq }) => seq)],
      );
      return rows.map(({ tokens, ...log }) => ({
        ...log,
        participations: unpackParticipations(tokens),
      }));
    });
  }

  async raiseDoubles(found: readonly FoundParticipation[]): Promise<Result<void, StoreError>> {
    return catchPostgres(async () => {
      // One order for all collectors: those that find the same at once don't wait for one another in a circle.
      const sorted = found.toSorted((a, b) => Buffer.compare(a.token, b.token));
      await this.#pool.query(
        `INSERT INTO double_participation (token, device, epoch, seq, undo, settles, found_wall_ms)
         SELECT f.token, f.device, f.epoch, f.seq, f.undo, f.settles, f.found
         FROM unnest($1::bytea[], $2::text[], $3::bigint[], $4::bigint[], $5::boolean[], $6::bigint[], $7::boolean[],
             $8::bigint[])
           AS f (token, device, epoch, seq, undo, found, double, settles)
         WHERE f.double OR EXISTS (SELECT 1 FROM double_participation AS d WHERE d.token = f.token)
         ON CONFLICT (token, device, epoch, seq) DO NOTHING`,
        [
          ...[sorted.map(({ token }) => Buffer.from(token)), sorted.map(({ device }) => device)],
          ...[sorted.map(({ epoch }) => epoch), sorted.map(({ seq }) => seq)],
          ...[sorted.map(({ isUndo }) => isUndo), sorted.map(({ foundWallMs }) => foundWallMs)],
          ...[sorted.map(({ isDouble }) => isDouble), sorted.map(({ settles }) => settles)],
        ],
      );
    });
  }

  async describeStations(stations: readonly StationDescription[]): Promise<Result<void, StoreError>> {
    return catchPostgres(async () => {
      const sorted = stations.toSorted((a, b) => (a.station < b.station ? -1 : 1));
      await this.#pool.query(
        `INSERT INTO station (station, district, voters, latitude, longitude)
         SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::double precision[], $5::double precision[])
         ON CONFLICT (station) DO UPDATE SET district = excluded.district, voters = excluded.voters,
           latitude = excluded.latitude, longitude = excluded.longitude`,
        [
          ...[sorted.map(({ station }) => station), sorted.map(({ district }) => district)],
          sorted.map(({ voters }) => voters),
          ...[sorted.map(({ latitude }) => latitude), sorted.map(({ longitude }) => longitude)],
        ],
      );
    });
  }

  async stations(): Promise<Result<readonly StationDescription[], StoreError>> {
    return catchPostgres(() =>
      this.#rows<StationDescription>(
        'SELECT station, district, voters, latitude, longitude FROM station ORDER BY station',
      ),
    );
  }

  async check(): Promise<Result<void, StoreError>> {
    return catchPostgres(async () => {
      await this.#pool.query('SELECT 1 FROM collector_identity');
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.#pool.query<Row>(text, [...values]);
    return rows;
  }
}

async function prepare(
  pool: pg.Pool,
  migrations: readonly Migration[],
  identity: CollectorIdentity,
): Promise<Result<void, OpenCollectorError>> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ fsync: string }>('SHOW fsync');
    const fsync = rows[0]?.fsync ?? 'unknown';
    if (fsync !== 'on') return err({ code: 'unsafe-setting', pragma: 'fsync', wanted: 'on', found: fsync });
    const migrated = await applyPostgresMigrations(client, migrations);
    return migrated.ok ? await claimIdentity(client, identity) : migrated;
  } finally {
    client.release();
  }
}

async function claimIdentity(
  client: pg.PoolClient,
  { election, mock, publicKey }: CollectorIdentity,
): Promise<Result<void, OpenCollectorError>> {
  await client.query(
    `INSERT INTO collector_identity (id, election, mock, public_key) VALUES (1, $1, $2, $3)
     ON CONFLICT (id) DO NOTHING`,
    [election, mock, publicKey],
  );
  const { rows } = await client.query<CollectorIdentity>(
    'SELECT election, mock, public_key AS "publicKey" FROM collector_identity',
  );
  const [stored] = rows;
  if (stored === undefined || stored.mock !== mock) return err({ code: 'other-collector', field: 'mock' });
  if (stored.election !== election) return err({ code: 'other-collector', field: 'election' });
  return equalBytes(stored.publicKey, publicKey) ? ok() : err({ code: 'other-collector', field: 'key' });
}

async function selectDevice(
  client: pg.Pool | pg.PoolClient,
  device: string,
): Promise<RegisteredDevice | null> {
  const { rows } = await client.query<RegisteredDevice>(
    `SELECT device, election, station, mock, public_key AS "publicKey", origin FROM device
     WHERE device = $1`,
    [device],
  );
  return rows[0] ?? null;
}
