import { join } from 'node:path';
import { registerMigrations } from '../../../fixtures/election/election-package.ts';
import { nationalRegister } from '../../../fixtures/election/national/national-register.ts';
import { createRandom } from '../../../fixtures/random.ts';
import { unwrap } from '../../../src/domain/result.ts';
import { createRegister } from '../../../src/register/create-register.ts';
import { openRegister } from '../../../src/register/register.ts';
import { randomKey } from '../../../src/store/keys.ts';
import { atLeast, type Figure, plain } from '../benchmark.ts';
import { isNamesake, isSameName, MISSPELLING_KINDS, type Misspelling, misspell } from './misspellings.ts';

/** Hits that an operator sees without looking for them. */
const FIRST_HITS = 3;
const VOTERS = 10_000;

interface Tried extends Misspelling {
  readonly found: boolean;
  readonly strictlyFound: boolean;
}

/**
 * Whether the voter, or a namesake in all that was meant to be typed, is among the first three hits. Everybody in the list is a stranger to
 * the others, so that it has as many surnames as possible.
 */
export function measureSearchQuality(options: {
  readonly queries: number;
  readonly directory: string;
  readonly onMiss?: (text: string) => void;
}): Figure[] {
  const voters = [...nationalRegister({ voters: VOTERS, seed: 'search quality', strangers: true }).voters()];
  const { info } = nationalRegister({ voters: VOTERS, seed: 'search quality' });
  const keys = { database: randomKey(), templates: randomKey() };
  const file = join(options.directory, 'quality.db');
  unwrap(
    createRegister({
      file,
      keys,
      migrations: registerMigrations(),
      source: { info, voters: voters.map((voter) => ({ voter, photo: null, templates: [] })) },
    }),
  );
  const register = unwrap(
    openRegister({ file, databaseKey: keys.database, migrations: registerMigrations(), expected: null }),
  );
  const random = createRandom('misspellings');
  const tried: Tried[] = Array.from({ length: options.queries }, () => {
    const voter = random.pick(voters);
    const misspelling = misspell(voter.name, random);
    const hits = register.search(misspelling.typed, 50).hits.slice(0, FIRST_HITS);
    const found = hits.some(
      ({ id, name }) => id === voter.id || isNamesake(voter.name, name, misspelling.meant),
    );
    const strictlyFound = hits.some(({ id, name }) => id === voter.id || isSameName(voter.name, name));
    if (!found)
      options.onMiss?.(`${misspelling.kind}: ${JSON.stringify(voter.name)} typed "${misspelling.typed}"`);
    return { ...misspelling, found, strictlyFound };
  });
  register.close();
  const share = (of: readonly Tried[], is: (one: Tried) => boolean): number =>
    of.length === 0 ? 100 : (100 * of.filter(is).length) / of.length;
  const surnames = new Set(voters.map(({ name }) => name.surname));
  return [
    plain('search quality: different surnames in a list of 10,000', surnames.size, 'surnames'),
    atLeast(
      'search quality: the voter or a namesake among the first 3',
      share(tried, (one) => one.found),
      '%',
      98,
    ),
    plain(
      'search quality: namesakes by the whole name only',
      share(tried, (one) => one.strictlyFound),
      '%',
    ),
    ...MISSPELLING_KINDS.map((kind) =>
      plain(
        `search quality: ${kind}`,
        share(
          tried.filter((one) => one.kind === kind),
          (one) => one.found,
        ),
        '%',
      ),
    ),
  ];
}
