import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentKey } from '../../fixtures/election/simulated-people.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { indexOfEntries } from '../../src/register/national-index/index-of-entries.ts';
import { createAgeKeys } from '../../src/store/age-sealing.ts';
import { closeWorkers, makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import { becomeLane, makePackage } from './provisioned-lane.ts';

/** President and referendum on one day, and anybody may come. */
let election: TestElection;
beforeAll(async () => {
  election = await makeElection({ anyPrecinct: true, twoReceipts: true });
});
afterAll(async () => {
  await closeWorkers();
  removeElection(election);
});

test('from the signed package to the desk: a visitor gets the ballots of the own district, a home voter those of this one', async () => {
  const person = assertDefined(
    election.election.visitors.find(({ awkward }) => awkward === 'elsewhere-other-district'),
    'a visitor of another district',
  );
  const centre = await createAgeKeys();
  // Fewer, others, or all of what this station has: it is the visitor’s entry that decides.
  for (const ballotStyles of [['president'], ['referendum'], ['president', 'referendum']]) {
    const made = await makePackage(election, {
      name: `ballots-${ballotStyles.join('-')}.tizme`,
      index: {
        ...indexOfEntries(
          election.election.procedure,
          person.documents.map(({ number }) => ({
            ...{ stationNumber: person.homeStation ?? 0, districtNumber: 77, address: 'Нарын' },
            ...{ personalNumber: person.personalNumber, documentNumber: number, ballotStyles },
          })),
        ),
        claims: centre.recipient,
      },
    });
    const { directory, test: own } = await becomeLane(election, await made.open(), made.laptop);
    const lane = await TestLane.open(own, { ...quick(), directory });
    // Nobody reaches the centre: what the package says of the visitor is all there is.
    await lane.hand({ type: 'insert-document', person: person.key, document: documentKey(person, 0) });
    const step = await lane.desk.until(
      'the visitor to be found',
      ({ desk }) => desk.kind === 'voter' || desk.kind === 'stop',
    );
    expect(step.desk, JSON.stringify(step.desk)).toMatchObject({
      kind: 'voter',
      voter: { visitor: { source: 'chip' } },
    });
    unwrap(await lane.desk.call('takeFinger', { stepId: step.desk.stepId }));
    await lane.operator.goOnWith(person);
    await lane.hand({ type: 'remove-document' });
    const visitors = unwrap(await lane.desk.call('viewReport', { kind: 'hourly' })).reconciliation.ledger;
    expect(visitors).toMatchObject({
      receiptsDue: ballotStyles.length,
      receiptsPrinted: ballotStyles.length,
    });

    await lane.serve(lane.ordinary(0));
    const both = unwrap(await lane.desk.call('viewReport', { kind: 'hourly' })).reconciliation.ledger;
    expect(both.receiptsPrinted).toBe(ballotStyles.length + 2);
    const events = await lane.readLedger();
    const admitted = events.filter(({ type }) => type === 'visitor-admitted');
    expect(admitted).toMatchObject([{ fields: { person: { ballotStyles } } }]);
    expect(
      events.filter(({ type }) => type === 'voter-found').map(({ fields }) => fields.receiptsDue),
    ).toEqual([ballotStyles.length, 2]);
    await lane.stop();
  }
});
