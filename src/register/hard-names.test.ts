import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nationalRegister } from '../../fixtures/election/national/national-register.ts';
import { unwrap } from '../domain/result.ts';
import type { Voter } from '../domain/voter.ts';
import { randomKey } from '../store/keys.ts';
import { createRegister } from './create-register.ts';
import { openRegister, type Register } from './register.ts';
import { HARD_NAMES } from './testing/hard-names.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations/register');
const STRANGERS = 3_000;
/** Hits that an operator sees without looking for them. */
const FIRST_HITS = 3;

const folder = mkdtempSync(join(tmpdir(), 'tizme-hard-names-'));
let register: Register;

const keyOf = (name: readonly (string | null)[]): string => name.map((part) => part ?? '').join('|');

/** The people of the list above, each once, among strangers with names of the same traditions. */
function* voters(): Generator<Voter> {
  const { voters: strangers } = nationalRegister({ voters: STRANGERS, seed: 'hard names', strangers: true });
  let last: Voter | undefined;
  for (const voter of strangers()) {
    yield voter;
    last = voter;
  }
  if (last === undefined) throw new Error('no strangers');
  const people = new Map(HARD_NAMES.map(({ name }) => [keyOf(name), name]));
  let number = 0;
  for (const [surname, given, patronymic] of people.values()) {
    number += 1;
    yield {
      ...last,
      id: `hard-${number}`,
      listNumber: last.listNumber + number,
      personalNumber: `101011990${String(number).padStart(5, '0')}`,
      sex: 'female',
      birthDate: '1990-01-01',
      name: { surname, given, patronymic: patronymic === '' ? null : patronymic },
      documents: [],
    };
  }
}

beforeAll(() => {
  const keys = { database: randomKey(), templates: randomKey() };
  const file = join(folder, 'register.db');
  const { info } = nationalRegister({ voters: STRANGERS, seed: 'hard names', strangers: true });
  unwrap(
    createRegister({
      file,
      keys,
      migrations: MIGRATIONS,
      source: { info, voters: [...voters()].map((voter) => ({ voter, photo: null, templates: [] })) },
    }),
  );
  register = unwrap(
    openRegister({ file, databaseKey: keys.database, migrations: MIGRATIONS, expected: null }),
  );
});

afterAll(() => {
  register?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a name that is hard to spell', () => {
  const pairs = HARD_NAMES.flatMap(({ name, typed }) => typed.map((text) => [text, name] as const));

  it.each(pairs)('"%s" finds %j among the first three', (text, name) => {
    const hits = register.search(text).hits.slice(0, FIRST_HITS);
    expect(hits.map((hit) => keyOf([hit.name.surname, hit.name.given, hit.name.patronymic]))).toContain(
      keyOf(name),
    );
  });
});
