/** What the tests of whole stations take: an election, a lane of it, and what they can break. */
export {
  FINGERS,
  makeElection,
  openElection,
  removeElection,
  type TestElection,
  writeTestElection,
} from './harness/elections.ts';
export type { LaneSetup } from './harness/lane-setup.ts';
export { type RecordedEvent, readEvents } from './harness/recorded-events.ts';
export { plainPaper, quick, trustingMatcher } from './harness/stand-ins.ts';
export { TestLane } from './harness/test-lane.ts';
export { closeWorkers } from './harness/workers.ts';
