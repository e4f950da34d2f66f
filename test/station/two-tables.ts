import { join } from 'node:path';
import { simulatedPeople } from '../../fixtures/election/simulated-people.ts';
import { MockLane } from '../../scripts/mock-day/lane.ts';
import { type MockNetwork, mockNetworks } from '../../scripts/mock-day/mock-network.ts';
import { MockOperator } from '../../scripts/mock-day/operator.ts';
import { prepare } from '../../scripts/mock-day/play-day.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { FingerprintWorkers } from '../../src/fingerprint/fingerprint-workers.ts';
import { FINGERS, type TestElection } from './harness.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

/** Both tables share one thread: what keeps it busy must not look like a table that doesn't answer. */
export const LANE_PATIENCE = 20;

export interface Table {
  readonly lane: MockLane;
  readonly operator: MockOperator;
}

/** Two laptops of one station with a cable between them, for one test after another. */
export class TwoTables {
  readonly #election: TestElection;
  readonly #workers: FingerprintWorkers;
  readonly #running: MockLane[] = [];
  #folders = 0;
  networks: ReadonlyMap<number, MockNetwork> = new Map();

  constructor(election: TestElection, workers: FingerprintWorkers) {
    this.#election = election;
    this.#workers = workers;
  }

  /** Lane k of the station, with its devices. */
  async openTable(lane: number, recipient: string | null): Promise<Table> {
    this.#folders += 1;
    const { electionPackage, election: synthetic, directory } = this.#election;
    const mock = await MockLane.open({
      electionPackage,
      directory: join(directory, `lane-${lane}-${this.#folders}`),
      lane,
      people: simulatedPeople(synthetic, FINGERS),
      workers: this.#workers,
      migrationsDirectory: MIGRATIONS,
      collector: null,
      exportDirectory: null,
      fontsDirectory: null,
      seed: 1,
      network: assertDefined(this.networks.get(lane), 'the keys of a lane'),
      ...(recipient === null
        ? {}
        : { stick: { stick: join(directory, `stick-${lane}-${this.#folders}`), recipients: [recipient] } }),
      ...{ speed: 20, lanePatience: LANE_PATIENCE },
      startMs: Date.parse(`${synthetic.options.electionDate}T08:00:00+06:00`),
    });
    this.#running.push(mock);
    return { lane: mock, operator: new MockOperator(mock, synthetic.roster, () => true) };
  }

  /**
   * Both open, with people at the desks.
   * @param recipient A member's key, where each laptop has a stick.
   */
  async open(recipient: string | null = null): Promise<[Table, Table]> {
    this.networks = await mockNetworks(this.#election.election, 2);
    const tables: [Table, Table] = [await this.openTable(1, recipient), await this.openTable(2, recipient)];
    for (const { lane, operator } of tables) await prepare(lane, operator);
    for (const { lane } of tables)
      await lane.desk.until('the lanes to be connected', ({ lanes }) => lanes?.standing === 'owning');
    for (const { lane, operator } of tables)
      unwrap(await lane.desk.call('openStation', { approvals: operator.approvals('chair', 'secretary') }));
    return tables;
  }

  async close(): Promise<void> {
    for (const lane of this.#running.splice(0)) await lane.stop();
    for (const { cable } of this.networks.values()) await cable.close();
  }
}
