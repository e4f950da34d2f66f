import { createHash, randomInt } from 'node:crypto';
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
  type DeviceState,
  type DeviceTotals,
  deviceSums,
  isSameDevice,
  MOST_QUARANTINED,
  MOST_QUARANTINED_PER_DEVICE,
  type OpenCollectorError,
  type QuarantinedRange,
  type RegisteredDevice,
  type RegistrationError,
  type TakenEvent,
  type TurnoutCount,
} from '../collector-store.ts';
import { APPEND_SQL, packEvents } from './append-sql.ts';
import { catchPostgres } from './postgres-errors.ts';
import { applyPostgresMigrations } from './postgres-migrations.ts';

/** Enough for the flushes of several ranges to be one to the server; more would only wait there. */
const CONNECTIONS = 8;
const CONNECT_TIMEOUT_MS = 10_000;
/** Writers pick one of so many rows for each sum, so that they seldom wait for one another. */
const SHARDS = 64;
const BIGINT = 20;

interface EventRow extends ChainPoint {
  readonly publicBytes: Uint8Array;
  readonly salt: Uint8Array | null;
  readonly bytes: Uint8Array | null;
}

/**
 * The collector's database on a PostgreSQL server, which several collectors share: no state is kept here between
 * two calls. What happens to the connection in the middle of an `append` is `busy`; the station sends the range again,
 * and gets the receipt whether or not it had been stored.
 */
export class PostgresCollectorStore implements CollectorStore {
  readonly #pool: pg.Pool;

  private constructor(pool: pg.Pool) {
    this.#pool = pool;
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
      const rows = await this.#rows<{ hash: Uint8Array }>(
        'SELECT hash FROM event WHERE device = $1 AND epoch = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq',
        [device, epoch, firstSeq, lastSeq],
      );
      return rows.map(({ hash }) => hash);
    });
  }

  async hasBefore(device: string, epoch: number, hash: Uint8Array): Promise<Result<boolean, StoreError>> {
    return catchPostgres(async () => {
      const [row] = await this.#rows<{ found: boolean }>(
        'SELECT EXISTS (SELECT 1 FROM event WHERE device = $1 AND epoch < $2 AND hash = $3) AS found',
        [device, epoch, hash],
      );
      return row?.found === true;
    });
  }

  async append(batch: AcceptedBatch): Promise<Result<'appended' | 'head-moved', StoreError>> {
    const { registration, afterSeq, head, counts, alarms, receivedWallMs } = batch;
    const { device, election, station, mock, publicKey, origin } = registration;
    const sums = deviceSums(batch);
    const events = packEvents(batch.events);
    return catchPostgres(async () => {
      const { rowCount } = await this.#pool.query({
        name: 'append',
        text: APPEND_SQL,
        values: [
          ...[device, election, station, mock, publicKey, origin],
          ...[head.epoch, head.seq, head.hash, head.signature, receivedWallMs, afterSeq],
          ...[events.blob, events.offsets, events.publicLengths, events.centreLengths],
          ...[counts.map(({ property }) => property), counts.map(({ value }) => value)],
          ...[counts.map(({ count }) => count), randomInt(SHARDS)],
          ...[sums.events, sums.identified, sums.undone, sums.byCommission, sums.incidents],
          ...[alarms.map(({ code }) => code), alarms.map(({ seq }) => seq)],
        ],
      });
      return rowCount === 1 ? 'appended' : 'head-moved';
    });
  }

  async quarantine(range: QuarantinedRange): Promise<Result<'kept' | 'full', StoreError>> {
    const { device, epoch, firstSeq, lastSeq, faults, body, alarm, receivedWallMs } = range;
    const sha256 = createHash('sha256').update(body).digest();
    return catchPostgres(() =>
      inTransaction(this.#pool, async (client) => {
        if (alarm !== null) await raise(client, alarm, receivedWallMs);
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
      const [devices, counts, quarantined, alarms] = await Promise.all([
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
      ]);
      const events = devices.reduce((sum, device) => sum + device.events, 0);
      return { events, counts, devices, quarantinedRanges: quarantined[0]?.count ?? 0, alarms };
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
      const rows = await this.#rows<EventRow>(
        `SELECT epoch, seq, hash, public_bytes AS "publicBytes", centre_salt AS salt, centre_bytes AS bytes
         FROM event WHERE device = $1 AND (epoch, seq) > ($2, $3) ORDER BY epoch, seq LIMIT $4`,
        [device, after.epoch, after.seq, limit],
      );
      return rows.map(({ salt, bytes, ...event }) => ({
        ...event,
        centre: salt === null || bytes === null ? null : { salt, bytes },
      }));
    });
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

async function raise(
  client: pg.PoolClient,
  { device, code, epoch, seq }: Alarm,
  wallMs: number,
): Promise<void> {
  await client.query(
    `INSERT INTO alarm (device, code, epoch, seq, first_wall_ms, last_wall_ms, times)
     VALUES ($1, $2, $3, $4, $5, $5, 1)
     ON CONFLICT (device, code, epoch, seq) DO UPDATE
       SET times = alarm.times + 1, last_wall_ms = excluded.last_wall_ms`,
    [device, code, epoch, seq, wallMs],
  );
}

async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('BEGIN');
    const value = await work(client);
    const failed = typeof value === 'object' && value !== null && 'ok' in value && value.ok === false;
    await client.query(failed ? 'ROLLBACK' : 'COMMIT');
    return value;
  } catch (cause) {
    broken = true;
    throw cause;
  } finally {
    // A connection in an unknown state is thrown away, and its transaction with it.
    client.release(broken);
  }
}
