import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../ledger/device-key.ts';
import { hashEvent } from '../ledger/event.ts';
import { randomKey } from '../store/keys.ts';
import { readMigrations } from '../store/migrations.ts';
import { openStore } from '../store/open-store.ts';
import type { TakenEvent } from './collector-store.ts';
import { drawDemoEvents } from './demo/demo-day.ts';
import { DemoDevice } from './demo/demo-device.ts';
import { openCollectorStore } from './open-collector-store.ts';
import { hasPostgres, startTemporaryPostgres } from './postgres/temporary-postgres.ts';
import { MIGRATIONS } from './test-centre.ts';

const rubbish: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const throwAway of rubbish.splice(0).toReversed()) await throwAway();
});

const POSTGRES_MIGRATIONS = join(MIGRATIONS, '../collector-postgres');
const device = new DemoDevice({ election: 'mock', station: '0101', device: 'lane-1' });
const events = device.commit(drawDemoEvents(1, 5)).records.map(
  ({ publicBytes, centre }, i): TakenEvent => ({
    ...{ epoch: 1, seq: i + 1, hash: hashEvent(publicBytes), publicBytes },
    // A device may have erased its centre parts.
    centre: i === 2 ? null : centre,
  }),
);
const rows = events.map(({ epoch, seq, hash, publicBytes, centre }) => [
  ...['lane-1', epoch, seq, hash, publicBytes, centre?.salt ?? null, centre?.bytes ?? null],
]);
const identity = { election: null, mock: true, publicKey: deviceKeyFromSeed(createDeviceSeed()).publicKey };

function plain({ hash, publicBytes, centre, ...place }: TakenEvent): unknown {
  const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
  return {
    ...place,
    hash: hex(hash),
    public: hex(publicBytes),
    salt: hex(centre?.salt),
    centre: hex(centre?.bytes),
  };
}

test('events that a file held a row each are there as they were once it holds ranges', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tizme-collector-'));
  rubbish.push(() => rmSync(folder, { recursive: true, force: true }));
  const [file, databaseKey] = [join(folder, 'collector.db'), randomKey()];
  const old = unwrap(
    openStore({ file, key: databaseKey, migrations: readMigrations(MIGRATIONS).slice(0, 2) }),
  );
  unwrap(
    old.transaction(() => {
      for (const row of rows) old.run('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)', row as never);
    }),
  );
  old.close();
  const store = unwrap(
    await openCollectorStore({
      ...{ database: { engine: 'sqlite', file }, databaseKey, migrations: MIGRATIONS, identity },
    }),
  );
  rubbish.push(() => store.close());
  expect(unwrap(await store.events('lane-1', { epoch: 0, seq: 0 }, 100)).map(plain)).toEqual(
    events.map(plain),
  );
  expect(unwrap(await store.hashes({ device: 'lane-1', epoch: 1, firstSeq: 2, lastSeq: 4 }))).toHaveLength(3);
});

test.skipIf(!hasPostgres() && process.env.CI !== 'true')('and on PostgreSQL', async () => {
  const server = await startTemporaryPostgres();
  if (server === null) throw new Error('no PostgreSQL on this machine');
  rubbish.push(() => server.close());
  const open = (count: number) =>
    openCollectorStore({
      database: { engine: 'postgres', url: server.url },
      databaseKey: new Uint8Array(32),
      migrations: readMigrations(POSTGRES_MIGRATIONS).slice(0, count),
      identity,
    });
  await unwrap(await open(1)).close();
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  for (const row of rows) await client.query('INSERT INTO event VALUES ($1, $2, $3, $4, $5, $6, $7)', row);
  await client.end();
  const store = unwrap(await open(2));
  rubbish.push(() => store.close());
  expect(unwrap(await store.events('lane-1', { epoch: 0, seq: 0 }, 100)).map(plain)).toEqual(
    events.map(plain),
  );
});
