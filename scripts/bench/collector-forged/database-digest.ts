import { createHash } from 'node:crypto';
import pg from 'pg';
import { unwrap } from '../../../src/domain/result.ts';
import { openReadOnly } from '../../../src/store/open-store.ts';

/** What an attack may add to: what was set aside for people to look at. */
const SET_ASIDE = new Set(['quarantined_range', 'alarm']);

export type ForgedDatabase =
  | {
      readonly engine: 'sqlite';
      readonly file: string;
      readonly key: Uint8Array;
      readonly migrations: string;
    }
  | { readonly engine: 'postgres'; readonly url: string };

/** SHA-256 of every row of every table, but for what is set aside; by table. */
export async function digestDatabase(database: ForgedDatabase): Promise<ReadonlyMap<string, string>> {
  return database.engine === 'sqlite' ? digestSqlite(database) : digestPostgres(database.url);
}

function digestSqlite({
  file,
  key,
  migrations,
}: Extract<ForgedDatabase, { engine: 'sqlite' }>): ReadonlyMap<string, string> {
  const store = unwrap(openReadOnly({ file, key: new Uint8Array(key), migrations, openInOtherThread: true }));
  try {
    const tables = store
      .all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .filter(({ name }) => !SET_ASIDE.has(name));
    return new Map(
      tables.map(({ name }) => {
        const rows = store
          .all<Record<string, unknown>>(`SELECT * FROM ${name}`)
          .map((row) => JSON.stringify(Object.values(row).map(readable)));
        return [name, hashRows(rows)];
      }),
    );
  } finally {
    store.close();
  }
}

async function digestPostgres(url: string): Promise<ReadonlyMap<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name",
    );
    const digests = new Map<string, string>();
    for (const { name } of tables.filter((table) => !SET_ASIDE.has(table.name))) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`);
      digests.set(name, hashRows(rows.map(({ row }) => row)));
    }
    return digests;
  } finally {
    await client.end();
  }
}

function hashRows(rows: readonly string[]): string {
  const hash = createHash('sha256');
  for (const row of rows.toSorted()) hash.update(`${row}\n`);
  return hash.digest('hex');
}

function readable(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
