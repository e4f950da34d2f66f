import type { SyntheticElection } from '../../fixtures/election/generate-election.ts';
import { newDeviceId } from '../../src/station/compose-station.ts';
import { createLaneKeys, type LaneKeys, makeRoster } from '../../src/station/lanes/lane-keys.ts';
import type { LaneRoster } from '../../src/sync/lanes/transport/lane-roster.ts';
import { Cable } from '../lab/lanes/cable.ts';
import { freePort } from '../start/prepare-lanes.ts';

/** What one lane of a mock station is provisioned with, so that it finds and knows the others. */
export interface MockNetwork {
  readonly keys: LaneKeys;
  readonly roster: LaneRoster;
  /** Where the lane really listens; the others reach it through the cable. */
  readonly port: number;
  readonly cable: Cable;
}

/** Keys for every lane of a mock station on this machine, and one roster of them all. */
export async function mockNetworks(
  election: SyntheticElection,
  count: number,
): Promise<ReadonlyMap<number, MockNetwork>> {
  const lanes: (LaneKeys & Pick<MockNetwork, 'port' | 'cable'> & { readonly address: string })[] = [];
  for (let lane = 1; lane <= count; lane += 1) {
    const keys = await createLaneKeys(lane, newDeviceId(lane));
    const port = await freePort();
    const cable = new Cable({ host: '127.0.0.1', port });
    lanes.push({ ...keys, port, cable, address: `127.0.0.1:${await cable.open('127.0.0.1')}` });
  }
  const roster = makeRoster(
    lanes,
    election.voters.map(({ voter }) => ({ listNumber: voter.listNumber, address: voter.address })),
  );
  return new Map(lanes.map(({ port, cable, ...keys }) => [keys.lane, { keys, roster, port, cable }]));
}
