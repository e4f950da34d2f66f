import { registerMigrations } from '../../../fixtures/election/election-package.ts';
import { ok, unwrap } from '../../../src/domain/result.ts';
import { VOTER_INDEXES } from '../../../src/register/find-duplicates.ts';
import { buildStore } from '../../../src/store/build-store.ts';
import { openReadOnly } from '../../../src/store/open-store.ts';
import type { ReadableStore, SqlValue } from '../../../src/store/store.ts';

const TABLES = ['voter', 'voter_document', 'name_word', 'name_word_voters'] as const;
const BATCH = 10_000;

/**
 * The milliseconds that SQLite itself takes for the rows of an import: the very rows of all its large tables, taken from its
 * register, in one transaction, indexes at the end, encrypted and brought to the disk in the same way. Reading
 * them is not counted.
 */
export function rawInsertMs(options: {
  readonly imported: string;
  readonly file: string;
  readonly key: Uint8Array;
}): number {
  const { imported, file, key } = options;
  const from = unwrap(openReadOnly({ file: imported, key, migrations: registerMigrations() }));
  const startedMs = performance.now();
  let readingMs = 0;
  unwrap(
    buildStore({ file, key, migrations: registerMigrations() }, (builder) => {
      const makeIndexes = builder.withoutIndexes(VOTER_INDEXES);
      for (const table of TABLES) {
        let insert: ((values: readonly SqlValue[]) => void) | null = null;
        for (const rows of batches(from, table, (ms) => (readingMs += ms))) {
          insert ??= builder.statement(insertInto(table, rows[0]?.length ?? 0));
          for (const row of rows) insert(row);
        }
      }
      makeIndexes();
      return ok();
    }),
  );
  from.close();
  return performance.now() - startedMs - readingMs;
}

function insertInto(table: string, columns: number): string {
  return `INSERT INTO ${table} VALUES (${Array.from({ length: columns }, () => '?').join(', ')})`;
}

function* batches(
  from: ReadableStore,
  table: string,
  took: (milliseconds: number) => void,
): Generator<readonly (readonly SqlValue[])[]> {
  const rows = from.iterate<Record<string, SqlValue>>(`SELECT * FROM ${table}`);
  for (;;) {
    const startedMs = performance.now();
    const batch: SqlValue[][] = [];
    while (batch.length < BATCH) {
      const next = rows.next();
      if (next.done === true) break;
      batch.push(Object.values(next.value));
    }
    took(performance.now() - startedMs);
    if (batch.length === 0) return;
    yield batch;
  }
}
