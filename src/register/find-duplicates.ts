import type { StoreBuilder } from '../store/build-store.ts';

/** An import makes these indexes when its rows are there: of what may be there once only, and of lists by station. */
export const VOTER_INDEXES = [
  'voter_id',
  'voter_list',
  'voter_personal_number',
  'voter_document_number',
  'voter_station',
];

export interface Duplicate {
  readonly voterKey: number;
  readonly field: 'id' | 'listNumber' | 'personalNumber' | 'documents';
}

/** All but the first of each group of equals. */
const DUPLICATES: Readonly<Record<Duplicate['field'], string>> = {
  id: `SELECT voter_key FROM voter JOIN
         (SELECT id, min(voter_key) AS first FROM voter GROUP BY id HAVING count(*) > 1) USING (id)
        WHERE voter_key <> first`,
  listNumber: `SELECT voter_key FROM voter JOIN
                 (SELECT list_station, list_number, min(voter_key) AS first FROM voter
                   GROUP BY list_station, list_number HAVING count(*) > 1) USING (list_station, list_number)
                WHERE voter_key <> first`,
  personalNumber: `SELECT voter_key FROM voter JOIN
                     (SELECT personal_number, min(voter_key) AS first FROM voter
                       GROUP BY personal_number HAVING count(*) > 1) USING (personal_number)
                    WHERE voter_key <> first`,
  documents: `SELECT voter_key FROM voter_document JOIN
                (SELECT number, min(voter_key * 100 + place) AS first FROM voter_document
                  GROUP BY number HAVING count(*) > 1) USING (number)
               WHERE voter_key * 100 + place <> first`,
};

/**
 * Makes the unique indexes, and says which rows stand in their way. With `makeIndexes` null the rows were refused
 * already, and the equals among them are only listed.
 */
export function findDuplicates(builder: StoreBuilder, makeIndexes: (() => void) | null): Duplicate[] {
  if (makeIndexes !== null) {
    try {
      makeIndexes();
      return [];
    } catch (cause) {
      if (!isConstraint(cause)) throw cause;
    }
  }
  return (Object.keys(DUPLICATES) as Duplicate['field'][]).flatMap((field) =>
    builder.all<{ voter_key: number }>(DUPLICATES[field]).map((row) => ({ voterKey: row.voter_key, field })),
  );
}

function isConstraint(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    'code' in cause &&
    typeof cause.code === 'string' &&
    cause.code.startsWith('SQLITE_CONSTRAINT')
  );
}
