import { type MockElectionRequest, todayAtStation } from '../../start/prepare-election.ts';

/** The election of the desk in the lab: few voters, so that it is soon there. */
export function labElection(): MockElectionRequest {
  return { voters: 24, seed: 5, fresh: false, electionDate: todayAtStation() };
}
