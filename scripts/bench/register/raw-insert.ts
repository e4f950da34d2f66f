import { registerMigrations } from '../../../fixtures/election/election-package.ts';
import type { NationalRegister } from '../../../fixtures/election/national/national-register.ts';
import { ok, unwrap } from '../../../src/domain/result.ts';
import type { Voter } from '../../../src/domain/voter.ts';
import { VOTER_INDEXES } from '../../../src/register/find-duplicates.ts';
import { buildStore, type StoreBuilder } from '../../../src/store/build-store.ts';
import { openReadOnly } from '../../../src/store/open-store.ts';

/**
 * The milliseconds that SQLite itself takes for the rows of an import: the very rows of all its tables, statement for
 * statement, in one transaction, indexes at the end, encrypted and brought to the disk in the same way. Making
 * the rows is not counted.
 */
export function rawInsertMs(options: {
  readonly register: NationalRegister;
  /** The import's own database: the name index is copied from there. */
  readonly imported: string;
  readonly file: string;
  readonly key: Uint8Array;
}): number {
  const names = readNames(options.imported, options.key);
  const startedMs = performance.now();
  let makingMs = 0;
  unwrap(
    buildStore({ file: options.file, key: options.key, migrations: registerMigrations() }, (builder) => {
      const makeIndexes = builder.withoutIndexes(VOTER_INDEXES);
      for (const { sql, rows } of batches(options.register, (ms) => (makingMs += ms))) {
        const run = builder.statement(sql);
        for (const row of rows) run(row);
      }
      makeIndexes();
      insertNames(builder, names);
      return ok();
    }),
  );
  return performance.now() - startedMs - makingMs;
}

type Row = readonly (string | number | null)[];

const BATCH = 10_000;

const VOTER = `INSERT INTO voter (voter_key, id, list_station, list_number, personal_number, surname, given, patronymic,
  birth_date, sex, address, station_number, district_number, standing, ballot_styles, changes, has_fingerprints)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const DOCUMENT =
  'INSERT INTO voter_document (voter_key, place, kind, number, expires, current) VALUES (?, ?, ?, ?, ?, ?)';

function* batches(
  register: NationalRegister,
  took: (milliseconds: number) => void,
): Generator<{ readonly sql: string; readonly rows: readonly Row[] }> {
  const voters = register.voters();
  let key = 0;
  for (;;) {
    const startedMs = performance.now();
    const rows: Row[] = [];
    const documents: Row[] = [];
    while (rows.length < BATCH) {
      const next = voters.next();
      if (next.done === true) break;
      key += 1;
      rows.push(voterRow(key, next.value));
      for (const [place, { kind, number, expires, current }] of next.value.documents.entries())
        documents.push([key, place, kind, number, expires, current ? 1 : 0]);
    }
    took(performance.now() - startedMs);
    if (rows.length === 0) return;
    yield { sql: VOTER, rows };
    yield { sql: DOCUMENT, rows: documents };
  }
}

function voterRow(key: number, voter: Voter): Row {
  return [
    key,
    voter.id,
    voter.stationNumber,
    voter.listNumber,
    voter.personalNumber,
    voter.name.surname,
    voter.name.given,
    voter.name.patronymic,
    voter.birthDate,
    voter.sex,
    voter.address,
    voter.stationNumber,
    voter.districtNumber,
    voter.standing,
    voter.ballotStyles.length === 0 ? '[]' : '["president"]',
    '[]',
    voter.hasFingerprints ? 1 : 0,
  ];
}

interface NameRow {
  readonly word_key: number;
  readonly word: string;
  readonly voters: Uint8Array;
}

function readNames(file: string, key: Uint8Array): NameRow[] {
  const store = unwrap(openReadOnly({ file, key, migrations: registerMigrations() }));
  const rows = store.all<NameRow>(
    'SELECT word_key, word, voters FROM name_word JOIN name_word_voters USING (word_key) ORDER BY word_key',
  );
  store.close();
  return rows;
}

function insertNames(builder: StoreBuilder, names: readonly NameRow[]): void {
  const word = builder.statement('INSERT INTO name_word (word_key, word) VALUES (?, ?)');
  const voters = builder.statement('INSERT INTO name_word_voters (word_key, voters) VALUES (?, ?)');
  for (const row of names) {
    word([row.word_key, row.word]);
    voters([row.word_key, row.voters]);
  }
}
