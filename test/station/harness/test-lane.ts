import { join } from 'node:path';
import type { SyntheticVisitor, SyntheticVoter } from '../../../fixtures/election/synthetic-person.ts';
import { PRACTICE_PIN_COST, provisionMockLane } from '../../../fixtures/mock-lane/provision-mock-lane.ts';
import { MockOperator, type Visit } from '../../../scripts/mock-day/operator.ts';
import { prepare } from '../../../scripts/mock-day/play-day.ts';
import { ScreenDouble } from '../../../scripts/mock-day/screen-double.ts';
import { assertDefined } from '../../../src/domain/assert.ts';
import type { DockCommand } from '../../../src/domain/dock.ts';
import { unwrap } from '../../../src/domain/result.ts';
import type { Approval } from '../../../src/domain/roles.ts';
import { documentReading } from '../../../src/station/adapters/documents.ts';
import { matcherOf } from '../../../src/station/adapters/matcher.ts';
import type { DeskStep } from '../../../src/station/api/snapshot.ts';
import type { PaperPress } from '../../../src/station/context.ts';
import {
  connectDevices,
  type DevicesClient,
  limitsInRealTime,
} from '../../../src/station/devices-client/connect-devices.ts';
import { fingerSearchEngine } from '../../../src/station/finger-search/register-gallery.ts';
import { readLaneFile } from '../../../src/station/lane/lane-file.ts';
import { readTrustStore } from '../../../src/station/lane/trust-store.ts';
import { createVault } from '../../../src/station/lane/vault.ts';
import { tryFile } from '../../../src/station/people/try-file.ts';
import { TryLimiter } from '../../../src/station/people/try-limiter.ts';
import { Station } from '../../../src/station/station.ts';
import type { OpenedVault, Vault } from '../../../src/station/station-dependencies.ts';
import { type SettableClock, settableClock } from '../../../src/store/clock.ts';
import { DiskReserve } from '../../../src/store/disk-reserve.ts';
import type { TestElection } from './elections.ts';
import { type Faults, faultyMatcher, faultyVault } from './faults.ts';
import type { LaneSetup } from './lane-setup.ts';
import { reachOf } from './reach.ts';
import { type RecordedEvent, readEvents } from './recorded-events.ts';
import { SimulatedDesk } from './simulated-desk.ts';
import { PATIENT_SPEED, testTimer } from './test-timer.ts';
import { workers } from './workers.ts';

const MIGRATIONS = join(import.meta.dirname, '../../../migrations');
const DECISIVE: readonly DeskStep['kind'][] = ['reading-document', 'printing'];
let lanes = 0;

/**
 * The station of one lane behind its windows' messages, with simulated devices at the other end of the devices'
 * wire, a clock that the test moves, and faults that it injects.
 */
export class TestLane {
  readonly clock: SettableClock;
  readonly desk = new ScreenDouble('desk');
  /** A second window of the same kind, as when somebody opens the desk twice. */
  readonly otherDesk = new ScreenDouble('desk');
  readonly observer = new ScreenDouble('observer');
  readonly issuing = new ScreenDouble('issuing');
  readonly faults: Faults = { diskFull: false, refuseCommit: null, blankImages: false, store: null };
  readonly operator: MockOperator;
  readonly directory: string;
  readonly test: TestElection;
  readonly reserve: DiskReserve;
  readonly #setup: LaneSetup;
  readonly #devices: SimulatedDesk;
  #station: Station | null = null;
  #client: DevicesClient | null = null;
  #boots = 0;

  private constructor(test: TestElection, setup: LaneSetup) {
    this.test = test;
    this.#setup = setup;
    this.#devices = new SimulatedDesk(test, setup.matcher === undefined ? 'drawn' : 'stripes');
    lanes += 1;
    this.directory = setup.directory ?? join(test.directory, `lane-${lanes}`);
    this.reserve = new DiskReserve(join(this.directory, 'reserve'), setup.reserveBytes ?? 0);
    const morning = Date.parse(`${test.election.procedure.electionDate}T07:00:00+06:00`);
    this.clock = settableClock({
      wallMs: setup.startMs ?? morning,
      monotonicMs: 1_000_000,
      bootId: setup.boot ?? 'boot',
    });
    this.operator = new MockOperator(this, test.election.roster, (person) => person.awkward !== 'impostor');
  }

  /** A new lane, still locked. */
  static async locked(test: TestElection, setup: LaneSetup = {}): Promise<TestLane> {
    const lane = new TestLane(test, setup);
    if (setup.directory === undefined) {
      const { electionPackage } = test;
      const procedure = {
        ...electionPackage.content.procedure,
        ...setup.change?.(electionPackage.content.procedure),
      };
      unwrap(
        await provisionMockLane({
          electionPackage: { ...electionPackage, content: { ...electionPackage.content, procedure } },
          directory: lane.directory,
          lane: 1,
          migrations: join(MIGRATIONS, 'station'),
        }),
      );
    }
    await lane.start();
    return lane;
  }

  /** A new lane, unlocked and prepared, not open yet. */
  static async prepared(test: TestElection, setup: LaneSetup = {}): Promise<TestLane> {
    const lane = await TestLane.locked(test, setup);
    await prepare(lane, lane.operator);
    return lane;
  }

  /** A new lane in the middle of the day: opened, an operator at the desk. */
  static async open(test: TestElection, setup: LaneSetup = {}): Promise<TestLane> {
    const lane = await TestLane.prepared(test, setup);
    unwrap(await lane.desk.call('openStation', { approvals: lane.two() }));
    return lane;
  }

  async start(): Promise<void> {
    const timer = testTimer();
    const client = connectDevices(this.#devices.start(), {
      timer,
      limits: limitsInRealTime(PATIENT_SPEED),
      timing: { heartbeatMilliseconds: 1_000 * PATIENT_SPEED, heartbeatsMissed: 20 },
    });
    this.#client = client;
    client.onLost(() => client.reconnect(this.#devices.start()));
    const { identity, practicePins } = unwrap(readLaneFile(this.directory));
    const tries = new TryLimiter(this.clock, tryFile(this.directory));
    const station = new Station({
      ...{ identity, practicePins, tries, timer, clock: this.clock, reserve: this.reserve },
      vault: faultyVault(this.faults, this.#vault(this.#registerFile, tries)),
      devices: client.devices,
      bench: client.bench,
      dock: () => client.dock,
      devicesReady: client.whenReady(),
      matcher: faultyMatcher(this.faults, this.#setup.matcher ?? matcherOf(workers)),
      fingerSearch: fingerSearchEngine(workers),
      documents: documentReading(identity.electionDate, readTrustStore(this.directory), 300_000),
      paper: this.#setup.paper ?? (await realPaper()),
      machine: {
        freeDiskBytes: this.#setup.freeDiskBytes ?? (async () => 64 * 1024 ** 3),
        battery: async () => ({ percent: 90, charging: true }),
      },
      exportDirectory: join(this.directory, 'exports'),
      custody: {
        directory: this.directory,
        registerFile: this.#registerFile,
        migrationsDirectory: MIGRATIONS,
        sticks: () => this.#setup.sticks ?? [],
        pinCost: PRACTICE_PIN_COST,
      },
      ...reachOf(this.#setup, timer),
    });
    this.#station = station;
    for (const screen of this.screens()) screen.open(station);
    await client.whenReady();
  }

  /** Off and on again, everything closed in order. */
  async restart(): Promise<void> {
    await this.stop();
    this.#boots += 1;
    this.clock.reboot(`boot-${this.#boots}`);
    await this.start();
  }

  async stop(): Promise<void> {
    this.#devices.stop();
    this.#client?.close();
    await this.stopStation();
    for (const screen of this.screens()) screen.close();
  }

  /** The station alone is asked to end, while its devices live on. */
  async stopStation(): Promise<void> {
    const station = this.#station;
    this.#station = null;
    await station?.stop();
  }

  /** Off and on again in the middle of the day; the chair opens alone. */
  async restartAndReopen(): Promise<void> {
    await this.restart();
    unwrap(await this.desk.call('unlock', { approvals: this.by('chair') }));
  }

  screens(): readonly ScreenDouble<'desk' | 'observer' | 'issuing'>[] {
    return [this.desk, this.otherDesk, this.observer, this.issuing] as readonly ScreenDouble<
      'desk' | 'observer' | 'issuing'
    >[];
  }

  async hand(command: DockCommand): Promise<void> {
    await this.desk.call('dock', { command });
  }

  by(...ids: readonly string[]): Approval[] {
    return this.operator.approvals(...ids);
  }

  two(): Approval[] {
    return this.by('chair', 'secretary');
  }

  serve(person: SyntheticVoter | SyntheticVisitor, document = 0): Promise<Visit> {
    return this.operator.serve(person, document);
  }

  /** The step on the desk, once it is one that waits for people. */
  async step(): Promise<DeskStep> {
    const { desk } = await this.desk.until(
      'a step that waits',
      ({ desk: now }) => !DECISIVE.includes(now.kind),
    );
    return desk;
  }

  /** Types into the one field, from whatever free step is on the desk. */
  async lookUp(text: string): Promise<DeskStep> {
    const { stepId } = await this.step();
    unwrap(await this.desk.call('lookUp', { stepId, text }));
    return this.step();
  }

  /** Brings a voter by personal number to the finger, and lays the one that is asked for. */
  async toVerified(person: SyntheticVoter): Promise<Extract<DeskStep, { kind: 'verified' }>> {
    const { stepId } = await this.lookUp(person.voter.personalNumber);
    unwrap(await this.desk.call('takeFinger', { stepId }));
    await this.layFinger(person);
    const { desk } = await this.desk.until('the decision', ({ desk: now }) => now.kind !== 'finger');
    await this.hand({ type: 'lift-finger' });
    if (desk.kind !== 'verified') throw new Error(`the desk went to ${desk.kind}`);
    return desk;
  }

  async layFinger(person: SyntheticVoter | SyntheticVisitor): Promise<void> {
    const { desk } = await this.desk.until(
      'a finger to be asked for',
      ({ desk: now }) => now.kind === 'finger',
    );
    if (desk.kind !== 'finger') throw new Error('no finger is asked for');
    await this.hand({ type: 'lay-finger', person: person.key, position: desk.finger.position });
  }

  /** A voter from the personal number to the receipt, and away. */
  async identify(person: SyntheticVoter): Promise<string> {
    const verified = await this.toVerified(person);
    unwrap(await this.desk.call('issueReceipt', { stepId: verified.stepId }));
    const step = await this.step();
    if (step.kind !== 'done') throw new Error(`the desk went to ${step.kind}`);
    unwrap(await this.desk.call('leaveDesk', { stepId: step.stepId }));
    return assertDefined(step.receiptNumbers[0], 'receipt');
  }

  /** An ordinary voter with good fingers; the n-th of them. */
  ordinary(n: number): SyntheticVoter {
    const ordinary = this.test.election.voters.filter(
      (voter) => voter.awkward === null && voter.fingers.every((finger) => finger.condition === 'good'),
    );
    return assertDefined(ordinary[n], 'an ordinary voter');
  }

  awkward(what: NonNullable<SyntheticVoter['awkward']>, n = 0): SyntheticVoter {
    const found = this.test.election.voters.filter((voter) => voter.awkward === what);
    return assertDefined(found[n], what);
  }

  visitor(what: NonNullable<SyntheticVisitor['awkward']>): SyntheticVisitor {
    return assertDefined(
      this.test.election.visitors.find((visitor) => visitor.awkward === what),
      what,
    );
  }

  /** Stops the station and reads its whole ledger, as two people who unlock it can. */
  async readLedger(): Promise<RecordedEvent[]> {
    await this.stop();
    return this.withVault(({ ledger }) => readEvents(ledger));
  }

  /** Opens the stopped lane's databases for a look. `Ledger.open` verifies the whole chain. */
  async withVault<T>(look: (vault: OpenedVault) => T | Promise<T>): Promise<T> {
    // A look from outside is nobody's try.
    const tries = new TryLimiter(this.clock, { read: () => new Map(), write: () => {} });
    const { registerFile } = this.test.electionPackage;
    const vault = unwrap(await this.#vault(registerFile, tries).unlock(this.two()));
    try {
      return await look(vault);
    } finally {
      vault.close();
    }
  }

  get #registerFile(): string {
    return this.#setup.registerFile ?? this.test.electionPackage.registerFile;
  }

  #vault(registerFile: string, tries: TryLimiter): Vault {
    return createVault({
      directory: this.directory,
      identity: unwrap(readLaneFile(this.directory)).identity,
      registerFile,
      stationMigrations: join(MIGRATIONS, 'station'),
      registerMigrations: join(MIGRATIONS, 'register'),
      clock: this.clock,
      tries,
      pinCost: PRACTICE_PIN_COST,
    });
  }
}

/** Loaded on demand: fonts and the drawing library take their time. */
async function realPaper(): Promise<PaperPress> {
  const { createPaperPress } = await import('../../../src/station/paper/paper-press.ts');
  return createPaperPress();
}
