import { afterAll, beforeAll, expect, it } from 'vitest';
import { unwrap } from '../domain/result.ts';
import {
  ballotDifferences,
  manifestDifferences,
  procedureDifferencesInWords,
} from './package-differences.ts';
import { createPackageBench, type PackageBench } from './testing/package-bench.ts';

let bench: PackageBench;
beforeAll(async () => {
  bench = await createPackageBench();
});
afterAll(() => bench.remove());

it('two packages differ by what was changed, in plain words, and by nothing else', async () => {
  const { election, voters } = bench.content();
  const before = unwrap(await bench.open(await bench.write({ name: 'before' })));
  const procedure = {
    ...election.procedure,
    voting: { opens: '07:00', closes: '20:00' },
    inkStep: true,
    fallbackLadder: ['other-finger', 'commission'] as const,
  };
  const after = unwrap(
    await bench.open(
      await bench.write({
        name: 'after',
        about: { version: 2 },
        content: {
          election: {
            ...election,
            procedure: { ...procedure, fallbackLadder: [...procedure.fallbackLadder] },
          },
          voters: [...voters].slice(0, 23),
        },
      }),
    ),
  );
  expect(procedureDifferencesInWords(before.election.procedure, after.election.procedure)).toEqual([
    { what: 'voting begins', before: '08:00', after: '07:00' },
    {
      what: 'what follows when no finger matches, in order',
      before: 'other-finger, clean-and-retry, third-finger, commission',
      after: 'other-finger, commission',
    },
    { what: 'fingers are inked', before: 'no', after: 'yes' },
  ]);
  const changed = manifestDifferences(before.manifest, after.manifest);
  expect(changed).toContainEqual({ what: 'voters in the list', before: '24', after: '23' });
  expect(changed).toContainEqual({ what: 'version of the package', before: '1', after: '2' });
  expect(changed.map(({ what }) => what)).not.toContain('election day');
  expect(manifestDifferences(before.manifest, before.manifest)).toEqual([]);
});

it('and by how many voters get which ballot', async () => {
  const people = [...bench.content().voters].map(({ voter }) => voter);
  const after = people.map((voter, index) =>
    index < 5 ? { ...voter, ballotStyles: ['president', 'referendum'] } : voter,
  );
  const without = people.filter(({ ballotStyles }) => ballotStyles.length === 0).length;
  const foreigner = people.find(({ ballotStyles }) => ballotStyles.length === 0);
  expect(ballotDifferences(people, people)).toEqual([]);
  expect(ballotDifferences(people, after)).toContainEqual({
    ...{ what: 'voters who get the ballot "referendum"', before: null, after: '5' },
  });
  expect(
    ballotDifferences(
      people,
      people.filter((voter) => voter !== foreigner),
    ),
  ).toEqual([
    {
      what: 'voters without a ballot',
      before: String(without),
      after: without === 1 ? null : String(without - 1),
    },
  ]);
});
