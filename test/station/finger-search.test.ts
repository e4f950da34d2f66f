import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { err, unwrap } from '../../src/domain/result.ts';
import type { FingerCandidate } from '../../src/station/api/snapshot.ts';
import {
  closeWorkers,
  makeElection,
  plainPaper,
  quick,
  removeElection,
  type TestElection,
  TestLane,
} from './harness.ts';

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(async () => {
  await closeWorkers();
  removeElection(election);
});

const REASON = 'an observer says that one person came twice';

async function openSearch(): Promise<void> {
  unwrap(await lane.desk.call('openFingerSearch', { reason: REASON, approvals: lane.two() }));
}

/**
 * The finger of this person, searched for. It lies on the glass before it is asked for: drawing it keeps this one
 * thread busy for longer than a scanner may be silent.
 */
async function search(person: ReturnType<TestLane['ordinary']>): Promise<readonly FingerCandidate[]> {
  await lane.hand({ type: 'lay-finger', person: person.key, position: 2 });
  const found = unwrap(await lane.desk.call('searchFinger', {}));
  await lane.hand({ type: 'lift-finger' });
  return found;
}

describe('one finger among all voters', () => {
  test('is off unless the procedure allows it', async () => {
    lane = await TestLane.open(election, {
      ...quick(),
      change: ({ fingerprint: { attemptsPerFinger, acceptScore, minimumQuality } }) => ({
        fingerprint: { attemptsPerFinger, acceptScore, minimumQuality },
      }),
    });
    expect(lane.desk.snapshot.fingerSearch).toEqual({ state: 'off' });
    const opened = await lane.desk.call('openFingerSearch', { reason: REASON, approvals: lane.two() });
    expect(opened).toEqual(err({ code: 'finger-search-off' }));
  });

  test('wants chair and member, goes on record before it opens, and is wiped when it is closed', async () => {
    lane = await TestLane.open(election, quick());
    expect(await lane.desk.call('searchFinger', {})).toEqual(err({ code: 'finger-search-closed' }));
    const alone = await lane.desk.call('openFingerSearch', { reason: REASON, approvals: lane.by('chair') });
    expect(alone.ok).toBe(false);
    expect(lane.desk.snapshot.fingerSearch).toEqual({ state: 'closed' });
    await openSearch();
    const { fingerSearch } = await lane.desk.until('the gallery', (now) => now.fingerSearch.state === 'open');
    expect(fingerSearch).toMatchObject({ voters: expect.any(Number) });
    unwrap(await lane.desk.call('closeFingerSearch', {}));
    await lane.desk.until('its closing', (now) => now.fingerSearch.state === 'closed');
    const events = await lane.readLedger();
    expect(events.filter(({ type }) => type.startsWith('finger-search'))).toMatchObject([
      { type: 'finger-search-opened', fields: { reason: REASON } },
      { type: 'finger-search-closed', fields: { why: 'people' } },
    ]);
  });

  test('names the right voter first, says what that is worth, and changes nothing at the desk', async () => {
    lane = await TestLane.open(election, { paper: plainPaper() });
    await openSearch();
    const person = lane.ordinary(0);
    const before = lane.desk.snapshot.counts;
    const [first, second] = await search(person);
    expect(first).toMatchObject({ voterId: person.voter.id, listNumber: person.voter.listNumber });
    expect(first?.strangersExpected).toBeLessThan(0.01);
    expect(second?.strangersExpected).toBeGreaterThan(0.01);
    expect(lane.desk.snapshot.desk.kind).toBe('idle');
    expect(lane.desk.snapshot.counts).toEqual(before);
    const events = await lane.readLedger();
    expect(events.map(({ type }) => type)).not.toContain('identified');
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'finger-searched',
        fields: expect.objectContaining({ voters: expect.arrayContaining([person.voter.id]) }),
      }),
    );
  });

  test('lets the desk go first: a finger is not searched for while a voter is on it', async () => {
    lane = await TestLane.open(election, quick());
    await openSearch();
    await lane.lookUp(String(lane.ordinary(0).voter.listNumber));
    expect(await lane.desk.call('searchFinger', {})).toEqual(err({ code: 'desk-moved-on' }));
  });

  test('is closed after a restart, whatever was open before', async () => {
    lane = await TestLane.open(election, quick());
    await openSearch();
    await lane.restartAndReopen();
    expect(lane.desk.snapshot.fingerSearch).toEqual({ state: 'closed' });
    const events = await lane.readLedger();
    expect(events).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ why: 'stopped' }) }),
    );
  });
});
