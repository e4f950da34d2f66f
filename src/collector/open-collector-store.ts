import type { Result } from '../domain/result.ts';
import type { Migration } from '../store/migrations.ts';
import type { CollectorIdentity, CollectorStore, OpenCollectorError } from './collector-store.ts';
import { PostgresCollectorStore } from './postgres/postgres-collector-store.ts';
import { SqliteCollectorStore } from './sqlite/sqlite-collector-store.ts';

export interface CollectorStoreOptions {
  readonly database:
    | { readonly engine: 'sqlite'; readonly file: string }
    | { readonly engine: 'postgres'; readonly url: string };
  /** 32 bytes; for a file. */
  readonly databaseKey: Uint8Array;
  readonly migrations: string | readonly Migration[];
  readonly identity: CollectorIdentity;
}

/** The one place that knows which engine there is. */
export async function openCollectorStore({
  database,
  databaseKey,
  migrations,
  identity,
}: CollectorStoreOptions): Promise<Result<CollectorStore, OpenCollectorError>> {
  return database.engine === 'sqlite'
    ? SqliteCollectorStore.open({ file: database.file, key: databaseKey, migrations, identity })
    : PostgresCollectorStore.open({ url: database.url, migrations, identity });
}
