import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type StationsOfOneElection,
  stationsOfOneElection,
} from '../../fixtures/election/stations-of-one-election.ts';
import { DoubleFinder } from '../../src/collector/doubles/double-finder.ts';
import { groupDoubles } from '../../src/collector/doubles/group-doubles.ts';
import { TestCentre } from '../../src/collector/test-centre.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { quick, removeElection, type TestElection, TestLane, writeTestElection } from './harness.ts';

/** One voter stands on the lists of two stations, and comes to both. */

let cast: StationsOfOneElection;
const elections: TestElection[] = [];
let centre: TestCentre;
const lanes: TestLane[] = [];

beforeAll(async () => {
  cast = stationsOfOneElection({ voters: 24, seed: 3 }, 2);
  for (const election of cast.stations) elections.push(await writeTestElection(election));
});
afterAll(() => {
  for (const election of elections) removeElection(election);
});
beforeEach(() => {
  centre = new TestCentre();
});
afterEach(async () => {
  for (const lane of lanes.splice(0)) await lane.stop();
  await centre.dispose();
});

async function openStation(index: number): Promise<TestLane> {
  const lane = await TestLane.open(assertDefined(elections[index], 'a station'), {
    ...quick(),
    ...{ collectorUrl: 'http://collector.test', fetch: centre.fetch },
  });
  lanes.push(lane);
  return lane;
}

/** The same person, as the list of a station has them. */
function atStation(lane: TestLane) {
  const { voter } = assertDefined(cast.twice ?? undefined, 'a voter on two lists');
  return assertDefined(
    lane.test.election.voters.find((one) => one.voter.personalNumber === voter.personalNumber),
    'the voter at this station',
  );
}

const two = (lane: TestLane) => ({ approvals: lane.two() });

async function enterOnPaper(lane: TestLane, listNumbers: readonly number[]) {
  unwrap(await lane.desk.call('declarePaperMode', { reason: 'no electricity', ...two(lane) }));
  unwrap(await lane.desk.call('endPaperMode', two(lane)));
  const lines = listNumbers.map((listNumber, i) => ({ line: i + 1, listNumber, receipts: 1 }));
  return unwrap(await lane.desk.call('enterPaperLines', { lines, ...two(lane) }));
}

/** What the centre raises when everything is there. */
async function raised() {
  for (const lane of lanes)
    await lane.desk.until('everything to be sent', ({ upload }) => upload.pending === 0);
  const finder = new DoubleFinder({ store: centre.store, clock: centre.clock });
  unwrap(await finder.look());
  const { doubles } = await centre.totals();
  return groupDoubles(doubles).map(({ state, places }) => ({
    state,
    stations: places.map(({ station }) => station),
  }));
}

const stationNames = () => elections.map(({ election }) => String(election.station.number));

test('on paper at one station and by finger at another: raised at the centre, with both records', async () => {
  const [paper, desk] = [await openStation(0), await openStation(1)];
  const onPaper = atStation(paper).voter.listNumber;
  const other = paper.ordinary(5).voter.listNumber;
  expect(await enterOnPaper(paper, [onPaper, other])).toEqual({ doubles: [], notCompared: [] });
  expect(await raised()).toEqual([]);
  await desk.identify(atStation(desk));
  expect(await raised()).toEqual([{ state: 'open', stations: stationNames() }]);
});

test('on paper at both stations is raised as well', async () => {
  const [here, there] = [await openStation(0), await openStation(1)];
  await enterOnPaper(here, [atStation(here).voter.listNumber]);
  await enterOnPaper(there, [atStation(there).voter.listNumber]);
  expect(await raised()).toEqual([{ state: 'open', stations: stationNames() }]);
});

test('a line whose number is not on the list has no token, which is said to those who enter it', async () => {
  const lane = await openStation(0);
  expect(await enterOnPaper(lane, [99_999, lane.ordinary(1).voter.listNumber])).toEqual({
    ...{ doubles: [1], notCompared: [1] },
  });
  const events = await lane.readLedger();
  const lines = events.filter(({ type }) => type === 'paper-line-entered').map(({ fields }) => fields);
  expect(lines.map(({ token }) => typeof token)).toEqual(['undefined', 'string']);
});

test('what two people settle at the station is settled at the centre, until a further record of the voter comes', async () => {
  const [here, there] = [await openStation(0), await openStation(1)];
  await here.identify(atStation(here));
  const { listNumber } = atStation(here).voter;
  const entered = await enterOnPaper(here, [listNumber, 99_999]);
  expect(entered.doubles).toEqual([1, 2]);
  const [station = '', other = ''] = stationNames();
  expect(await raised()).toEqual([{ state: 'open', stations: [station, station] }]);
  for (const line of [1, 2])
    unwrap(await here.desk.call('settlePaperLine', { line, note: 'copied twice', ...two(here) }));
  expect(await raised()).toEqual([{ state: 'settled', stations: [station, station, station] }]);
  const { counts } = await centre.totals();
  const incidents = counts.filter(({ property }) => property === 'incident');
  expect(incidents).toContainEqual({ property: 'incident', value: 'paper-line-settled', count: 2 });

  // The same voter once more, on a further line: nobody has looked into that yet.
  const lines = [{ line: 3, listNumber, receipts: 1 }];
  expect(unwrap(await here.desk.call('enterPaperLines', { lines, ...two(here) })).doubles).toEqual([3]);
  expect(await raised()).toMatchObject([{ state: 'open' }]);
  unwrap(await here.desk.call('settlePaperLine', { line: 3, note: 'and again', ...two(here) }));
  expect(await raised()).toMatchObject([{ state: 'settled' }]);
  // What one station has settled says nothing about another's record.
  await there.identify(atStation(there));
  const [double] = await raised();
  expect(double).toMatchObject({ state: 'open' });
  expect(double?.stations).toContain(other);
});

test('the identification that was undone leaves one record, and nothing is open', async () => {
  const [here, there] = [await openStation(0), await openStation(1)];
  await enterOnPaper(here, [atStation(here).voter.listNumber]);
  const receiptNumber = await there.identify(atStation(there));
  expect(await raised()).toMatchObject([{ state: 'open' }]);
  const undo = { of: { receiptNumber }, reason: 'the wrong list', ...two(there) };
  unwrap(await there.desk.call('undoIdentification', undo));
  expect(await raised()).toMatchObject([{ state: 'undone' }]);
});
