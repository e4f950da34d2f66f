import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertDefined } from '../domain/assert.ts';
import { unwrap } from '../domain/result.ts';
import { randomKey } from '../store/keys.ts';
import type { CollectorStore } from './collector-store.ts';
import { PostgresCollectorStore } from './postgres/postgres-collector-store.ts';
import {
  hasPostgres,
  startTemporaryPostgres,
  type TemporaryPostgres,
} from './postgres/temporary-postgres.ts';
import { SqliteCollectorStore } from './sqlite/sqlite-collector-store.ts';
import { MIGRATIONS } from './test-centre.ts';

type Identity = Parameters<typeof PostgresCollectorStore.open>[0]['identity'];

export const POSTGRES_MIGRATIONS = `${MIGRATIONS}-postgres`;
/** A developer's laptop may have no PostgreSQL; where changes are taken (CI) it has to be there. */
export const WITH_POSTGRES = hasPostgres() || process.env.CI === 'true';

/** A collector's store on each engine, for one test file: a file in a folder, and a server of its own. */
export class BothEngines {
  /** Closed at the end, with whatever a test adds. */
  readonly stores: CollectorStore[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'tizme-collector-'));
  readonly #identity: Identity;
  #server: TemporaryPostgres | null = null;

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  readonly openSqlite = async (): Promise<CollectorStore> =>
    unwrap(
      SqliteCollectorStore.open({
        file: join(this.#folder, 'collector.db'),
        key: randomKey(),
        migrations: MIGRATIONS,
        identity: this.#identity,
      }),
    );

  readonly openPostgres = async (): Promise<CollectorStore> =>
    unwrap(
      await PostgresCollectorStore.open({
        url: this.postgresUrl(),
        migrations: POSTGRES_MIGRATIONS,
        identity: this.#identity,
      }),
    );

  /** For `describe.each`. */
  all(): readonly (readonly [string, () => Promise<CollectorStore>])[] {
    return [
      ['SQLite', this.openSqlite],
      ...(WITH_POSTGRES ? [['PostgreSQL', this.openPostgres] as const] : []),
    ];
  }

  postgresUrl(): string {
    return assertDefined(this.#server ?? undefined, 'PostgreSQL (initdb and postgres) on this machine').url;
  }

  async start(): Promise<void> {
    this.#server = await startTemporaryPostgres();
  }

  async close(): Promise<void> {
    for (const store of this.stores) await store.close();
    await this.#server?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
