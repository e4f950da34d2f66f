import { join } from 'node:path';
import { simulatedPeople } from '../../fixtures/election/simulated-people.ts';
import { MockLane } from '../../scripts/mock-day/lane.ts';
import { MockOperator } from '../../scripts/mock-day/operator.ts';
import { type PackagedLane, takePackagePath } from '../../scripts/mock-day/package-path.ts';
import { prepare } from '../../scripts/mock-day/play-day.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { FingerprintWorkers } from '../../src/fingerprint/fingerprint-workers.ts';
import { FINGERS, type TestElection } from './harness.ts';
import { LANE_PATIENCE, type Table } from './two-tables.ts';

/** Two laptops that one package made the tables of a station, with a cable between them. */
export class PackagedTables {
  readonly #election: TestElection;
  readonly #workers: FingerprintWorkers;
  readonly #sticks: readonly string[];
  readonly #lanes: ReadonlyMap<number, PackagedLane>;
  readonly #running: MockLane[] = [];

  private constructor(
    election: TestElection,
    workers: FingerprintWorkers,
    sticks: readonly string[],
    lanes: ReadonlyMap<number, PackagedLane>,
  ) {
    this.#election = election;
    this.#workers = workers;
    this.#sticks = sticks;
    this.#lanes = lanes;
  }

  /** @param way Name of the folder in which keys, packages and laptops are made */
  static async make(
    test: TestElection,
    workers: FingerprintWorkers,
    way: string,
    sticks: readonly string[] = [],
  ): Promise<PackagedTables> {
    const { election, electionPackage } = test;
    const directory = join(test.directory, way);
    const taken = await takePackagePath(
      { election, electionPackage, directory, lanes: 2, collector: null, journalRecipient: null },
      { out() {}, progress() {} },
    );
    return new PackagedTables(test, workers, sticks, unwrap(taken).lanes);
  }

  laptop(lane: number): PackagedLane {
    return assertDefined(this.#lanes.get(lane), 'a lane');
  }

  /** With its program started. */
  async openTable(lane: number): Promise<Table> {
    const { directory, registerFile, port } = this.laptop(lane);
    const { electionPackage, election } = this.#election;
    const mock = await MockLane.open({
      ...{ electionPackage, directory, lane, workers: this.#workers },
      ...{ fromPackage: { registerFile, port }, lanePatience: LANE_PATIENCE },
      sticks: [...this.#sticks],
      people: simulatedPeople(election, FINGERS),
      migrationsDirectory: join(import.meta.dirname, '../../migrations'),
      ...{ collector: null, exportDirectory: null, fontsDirectory: null, seed: 1, network: null, speed: 20 },
      startMs: Date.parse(`${election.options.electionDate}T07:00:00+06:00`),
    });
    this.#running.push(mock);
    return { lane: mock, operator: new MockOperator(mock, election.roster, () => true) };
  }

  /** Both, as far as they can be before the opening, and connected. */
  async prepared(): Promise<[Table, Table]> {
    const tables: [Table, Table] = [await this.openTable(1), await this.openTable(2)];
    for (const { lane, operator } of tables) await prepare(lane, operator);
    for (const { lane } of tables)
      await lane.desk.until('the lanes to be connected', (now) => now.lanes?.standing === 'owning');
    return tables;
  }

  async stop(): Promise<void> {
    for (const lane of this.#running.splice(0)) await lane.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    for (const { cable } of this.#lanes.values()) await cable?.close();
  }
}
