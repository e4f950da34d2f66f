import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openElectionIndex, openElectionRegister } from '../../fixtures/election/election-package.ts';
import type { SyntheticVisitor } from '../../fixtures/election/synthetic-person.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { laneOfVisitor } from '../../src/domain/lanes/list-shares.ts';
import { unwrap } from '../../src/domain/result.ts';
import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../src/fingerprint/fingerprint-workers.ts';
import { makeElection, removeElection, type TestElection } from './harness.ts';
import { type Table, TwoTables } from './two-tables.ts';

let election: TestElection;
let workers: FingerprintWorkers;
let tables: TwoTables;
beforeAll(async () => {
  election = await makeElection({ anyPrecinct: true, voters: 40 });
  workers = startFingerprintWorkers({ size: 1 });
  tables = new TwoTables(election, workers);
});
afterEach(() => tables.close());
afterAll(async () => {
  await workers.close();
  removeElection(election);
});

/** Whom the rules let in, and which table their right begins at. */
function guest(): { readonly visitor: SyntheticVisitor; readonly owner: 1 | 2 } {
  const visitor = assertDefined(
    election.election.visitors.find(({ awkward }) => awkward === 'elsewhere-other-district'),
    'a visitor',
  );
  const register = unwrap(openElectionRegister(election.electionPackage));
  const index = unwrap(openElectionIndex(election.electionPackage, register));
  const owner = laneOfVisitor([1, 2], index.visitorId(visitor.personalNumber)) === 1 ? 1 : 2;
  index.close();
  register.close();
  return { visitor, owner };
}

function identified({ lane }: Table): number {
  return lane.desk.snapshot.counts.identified;
}

describe('a voter of another station at a station of two tables', () => {
  test('is identified once, whichever table they go to first, and after that table was started again', async () => {
    const [one, two] = await tables.open();
    const { visitor, owner } = guest();
    // First at the table that doesn't own them: the right is brought over, and nobody notices.
    const [first, second] = owner === 1 ? [two, one] : [one, two];
    expect(await first.operator.serve(visitor, 0)).toMatchObject({
      outcome: 'identified',
      method: 'commission',
    });
    expect(await second.operator.serve(visitor, 0)).toMatchObject({ outcome: 'already-identified' });
    await first.lane.restart();
    unwrap(await first.lane.desk.call('unlock', { approvals: first.operator.approvals('chair') }));
    await first.lane.desk.until('the lanes to be connected', ({ lanes }) => lanes?.standing === 'owning');
    expect(await first.operator.serve(visitor, 0)).toMatchObject({ outcome: 'already-identified' });
    expect(identified(one) + identified(two)).toBe(1);
  });

  test('is identified by one table alone while the two are cut off from each other', async () => {
    const [one, two] = await tables.open();
    const { visitor, owner } = guest();
    const [owning, other] = owner === 1 ? [one, two] : [two, one];
    for (const { cable } of tables.networks.values()) cable.set('cut');
    await one.lane.desk.until('the cut to be noticed', ({ lanes }) => lanes?.lanes[1]?.up === false);
    await two.lane.desk.until('the cut to be noticed', ({ lanes }) => lanes?.lanes[0]?.up === false);
    expect(await other.operator.serve(visitor, 0)).toMatchObject({ outcome: 'other-lane' });
    unwrap(
      await owning.lane.desk.call('goAlone', { approvals: owning.operator.approvals('chair', 'secretary') }),
    );
    expect(await owning.operator.serve(visitor, 0)).toMatchObject({ outcome: 'identified' });
    for (const { cable } of tables.networks.values()) cable.set('whole');
    // At both ends: a table that is asked before it has noticed doesn't answer, and the voter is sent over once more.
    for (const { lane } of [one, two])
      await lane.desk.until('the cut to be over', ({ lanes }) => lanes?.lanes.every(({ up }) => up) === true);
    expect(await other.operator.serve(visitor, 0)).toMatchObject({ outcome: 'already-identified' });
    expect(identified(one) + identified(two)).toBe(1);
    expect(one.lane.desk.snapshot.lanes?.matters).toEqual([]);
  });
});
