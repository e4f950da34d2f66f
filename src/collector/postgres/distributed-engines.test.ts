import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertDefined } from '../../domain/assert.ts';
import { unwrap } from '../../domain/result.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../ledger/device-key.ts';
import { MIGRATIONS } from '../test-centre.ts';
import { PostgresCollectorStore } from './postgres-collector-store.ts';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.ts';

/**
 * What Citus and YugabyteDB need of tables and statements to spread them over machines by device, read from the catalogue
 * of a migrated PostgreSQL and from the statements themselves. Neither engine runs here: this holds the rules, not them.
 */
let server: TemporaryPostgres | null = null;
let client: Client;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  const { url } = assertDefined(server ?? undefined, 'PostgreSQL (initdb and postgres) on this machine');
  const { publicKey } = deviceKeyFromSeed(createDeviceSeed());
  const identity = { election: null, mock: true, publicKey };
  const store = unwrap(
    await PostgresCollectorStore.open({ url, migrations: `${MIGRATIONS}-postgres`, identity }),
  );
  await store.close();
  client = new Client({ connectionString: url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await server?.close();
});

/** Small tables that every machine has a copy of. */
const REFERENCE_TABLES = ['collector_identity', 'schema_migration', 'station'];
/** Spread by something else than the device, each for its reason. */
const OTHER_KEYS: Readonly<Record<string, string>> = {
  // Sums over all devices, over so many rows that writers seldom meet.
  turnout_total: 'shard',
  // A voter's places belong together.
  double_participation: 'token',
};

async function rows<Row>(sql: string): Promise<Row[]> {
  return (await client.query(sql)).rows as Row[];
}

interface KeyOf {
  readonly table: string;
  readonly index: string;
  readonly columns: string[];
}

/** Every unique index, the primary keys among them, with its columns in order. */
const UNIQUE_INDEXES = `
  SELECT t.relname AS "table", i.relname AS "index",
    array_agg(a.attname::text ORDER BY k.place) AS columns
  FROM pg_index x
  JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_namespace n ON n.oid = t.relnamespace
  CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k (number, place)
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
  WHERE n.nspname = 'public' AND x.indisunique
  GROUP BY t.relname, i.relname ORDER BY t.relname, i.relname`;

test('every table has a primary key, led by the device or by what else it is spread by', async () => {
  const tables = await rows<{ table: string }>(
    `SELECT c.relname AS "table" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1`,
  );
  expect(tables.length).toBeGreaterThan(8);
  const keys = await rows<KeyOf>(UNIQUE_INDEXES);
  for (const { table } of tables) {
    const own = keys.filter((key) => key.table === table);
    expect(own.length, `${table} has a key`).toBeGreaterThan(0);
    if (REFERENCE_TABLES.includes(table)) continue;
    // Each unique index, or no machine could tell by itself that a row is the only one.
    for (const { index, columns } of own) expect(columns[0], index).toBe(OTHER_KEYS[table] ?? 'device');
  }
});

test('nothing is numbered globally: no sequence, no identity column, no default that draws from one', async () => {
  expect(
    await rows(
      `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind = 'S'`,
    ),
  ).toEqual([]);
  expect(
    await rows(
      `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
       AND (is_identity = 'YES' OR column_default LIKE '%nextval%')`,
    ),
  ).toEqual([]);
});

test('no row depends on one of another machine: no foreign key, no exclusion constraint, no rule, no view', async () => {
  expect(
    await rows(
      `SELECT conrelid::regclass::text AS "table", conname FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'x')`,
    ),
  ).toEqual([]);
  expect(
    await rows(
      `SELECT c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind NOT IN ('r', 'i')`,
    ),
  ).toEqual([]);
});

test('triggers only refuse; none writes to another row', async () => {
  const triggers = await rows<{ name: string; body: string }>(
    `SELECT t.tgname AS name, p.prosrc AS body FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE NOT t.tgisinternal ORDER BY 1`,
  );
  expect(triggers.length).toBeGreaterThan(0);
  for (const { name, body } of triggers) {
    expect(body, name).toContain('RAISE EXCEPTION');
    expect(body, name).not.toMatch(/\b(INSERT|UPDATE|DELETE|SELECT)\b/);
  }
});

/** The statements of the hot path, as they stand in the sources; migrations run once, by one collector. */
function statements(): { readonly file: string; readonly text: string }[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|migrations|temporary/.test(file))
    .map((file) => ({ file, text: readFileSync(join(import.meta.dirname, file), 'utf8') }));
}

test('no statement locks a table, takes an advisory lock, draws a number, or writes within a WITH', () => {
  const texts = statements();
  expect(texts.map(({ file }) => file)).toContain('append-batch.ts');
  for (const { file, text } of texts) {
    for (const forbidden of [
      /\bLOCK\s+(TABLE\s+)?[a-z]/,
      /\bpg_(try_)?advisory/,
      /\b(nextval|currval|setval|lastval)\b/,
      /\bTRUNCATE\b/,
      /\b(DECLARE\s+\w+\s+CURSOR|LISTEN|NOTIFY)\b/,
      /\bSERIALIZABLE\b/,
      /\bWITH\b[^;`]*\bAS\s*\(\s*(INSERT|UPDATE|DELETE)\b/,
    ])
      expect(text, `${file}: ${forbidden}`).not.toMatch(forbidden);
  }
});

test('whatever is updated or locked by row is named by the key that its table is spread by', () => {
  const all = statements().flatMap(({ file, text }) =>
    [...text.matchAll(/`([^`]*\b(?:UPDATE|DELETE FROM|FOR UPDATE|FOR SHARE|ON CONFLICT)\b[^`]*)`/g)].map(
      ([, sql = '']) => ({ file, sql }),
    ),
  );
  expect(all.length).toBeGreaterThan(3);
  for (const { file, sql } of all) {
    const [, table = ''] = /\b(?:INTO|UPDATE|FROM)\s+([a-z_]+)/.exec(sql) ?? [];
    if (REFERENCE_TABLES.includes(table)) continue;
    const [, target] = /ON CONFLICT \(([a-z_, ]+)\)/.exec(sql) ?? [];
    const key = OTHER_KEYS[table] ?? 'device';
    expect(target ?? sql, `${file}: ${table}`).toMatch(new RegExp(`\\b${key}\\b`));
  }
});
