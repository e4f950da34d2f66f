import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawnFingers } from '../../fixtures/election/drawn-fingers.ts';
import {
  type ElectionPackage,
  readElection,
  regenerateElection,
  writeElection,
} from '../../fixtures/election/election-package.ts';
import {
  type ElectionOptions,
  generateElection,
  type SyntheticElection,
} from '../../fixtures/election/generate-election.ts';
import { simulatedPeople } from '../../fixtures/election/simulated-people.ts';
import type { SyntheticVisitor, SyntheticVoter } from '../../fixtures/election/synthetic-person.ts';
import { PRACTICE_PIN_COST, provisionMockLane } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { createRandom } from '../../fixtures/random.ts';
import { serveDevices } from '../../native-bridges/devices-process.ts';
import { createSimulatedDevices } from '../../native-bridges/simulated/simulated-devices.ts';
import { MockOperator, type Visit } from '../../scripts/mock-day/operator.ts';
import { prepare } from '../../scripts/mock-day/play-day.ts';
import { ScreenDouble } from '../../scripts/mock-day/screen-double.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import type { MonoBitmap } from '../../src/domain/devices.ts';
import type { DockCommand, SimulatedPeople } from '../../src/domain/dock.ts';
import type { GreyImage } from '../../src/domain/grey-image.ts';
import { createPortPair, type PortPair } from '../../src/domain/message-port.ts';
import { err, unwrap } from '../../src/domain/result.ts';
import type { Approval } from '../../src/domain/roles.ts';
import { systemTimer, type Timer } from '../../src/domain/timer.ts';
import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../src/fingerprint/fingerprint-workers.ts';
import type { Ledger, StoredEvent } from '../../src/ledger/ledger.ts';
import { documentReading } from '../../src/station/adapters/documents.ts';
import { matcherOf } from '../../src/station/adapters/matcher.ts';
import type { DeskStep } from '../../src/station/api/snapshot.ts';
import type { FingerprintMatcher, PaperPress } from '../../src/station/context.ts';
import { connectDevices, type DevicesClient } from '../../src/station/devices-client/connect-devices.ts';
import { fingerSearchEngine } from '../../src/station/finger-search/register-gallery.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import { readTrustStore } from '../../src/station/lane/trust-store.ts';
import { createVault } from '../../src/station/lane/vault.ts';
import { tryFile } from '../../src/station/people/try-file.ts';
import { TryLimiter } from '../../src/station/people/try-limiter.ts';
import { Station } from '../../src/station/station.ts';
import type { OpenedVault, StationDependencies, Vault } from '../../src/station/station-dependencies.ts';
import type { UploadCarrierOptions } from '../../src/station/stick/carry-upload.ts';
import { centreRecords } from '../../src/station/visitors/centre-records.ts';
import { type SettableClock, settableClock } from '../../src/store/clock.ts';
import { DiskReserve } from '../../src/store/disk-reserve.ts';
import type { Fetch } from '../../src/sync/upload/collector-client.ts';
import { startUpload } from '../../src/sync/upload/start-upload.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
/** Templates of drawn fingers, which belong to nobody, kept from run to run by the hash of their seeds. */
const FINGER_CACHE = join(tmpdir(), 'tizme-test-fingers');
export const FINGERS = drawnFingers({ cacheDirectory: FINGER_CACHE });
/** What devices do passes so many times faster; timers can't be shorter than a millisecond, so not faster still. */
const SPEED = 20;
/** Patience, which ends only where something is wrong, is kept longer: the machine may be busy. */
const PATIENT_SPEED = 4;
const PATIENCE_MS = 1_000;

function testTimer(): Timer {
  const [quickly, patiently] = [systemTimer(SPEED), systemTimer(PATIENT_SPEED)];
  return { after: (ms, task) => (ms < PATIENCE_MS ? quickly : patiently).after(ms, task) };
}

/** A precinct as small as one can be with every awkward person in it. */
export interface TestElection {
  readonly election: SyntheticElection;
  readonly electionPackage: ElectionPackage;
  readonly directory: string;
}

export async function makeElection(options: Partial<ElectionOptions> = {}): Promise<TestElection> {
  return writeTestElection(generateElection({ voters: 24, seed: 3, ...options }));
}

export async function writeTestElection(election: SyntheticElection): Promise<TestElection> {
  const directory = mkdtempSync(join(tmpdir(), 'tizme-station-'));
  unwrap(await writeElection(join(directory, 'package'), election, { fingers: FINGERS }));
  return { election, electionPackage: unwrap(readElection(join(directory, 'package'))), directory };
}

/** Reads an election that was made before, in another process. */
export function openElection(directory: string): TestElection {
  const electionPackage = unwrap(readElection(join(directory, 'package')));
  return { election: regenerateElection(electionPackage), electionPackage, directory };
}

export interface LaneSetup {
  /** Compares drawn fingers for real unless another one is given; then fingers are mere stripes. */
  readonly matcher?: FingerprintMatcher;
  /** Sets real receipts and reports unless another press is given. */
  readonly paper?: PaperPress;
  readonly collectorUrl?: string;
  /** Reaches the collector, where not by real sockets. */
  readonly fetch?: Fetch;
  readonly carrier?: UploadCarrierOptions;
  readonly change?: (
    procedure: ElectionPackage['content']['procedure'],
  ) => Partial<ElectionPackage['content']['procedure']>;
  readonly registerFile?: string;
  /** Folders that stand for sticks. */
  readonly sticks?: readonly string[];
  readonly startLanes?: StationDependencies['startLanes'];
  /** Local time at which the laptop is switched on, as its clock says. */
  readonly startMs?: number;
  /** Set aside on the disk; none unless given, for most tests are not about space. */
  readonly reserveBytes?: number;
  /** The disk of the lane as its machine measures it; 64 GiB free unless given. */
  readonly freeDiskBytes?: () => Promise<number | null>;
  /** An existing lane's folder, to go on with. */
  readonly directory?: string;
  /** Names the boot that the monotonic clock counts from. */
  readonly boot?: string;
}

/** What a test can break while the station runs. */
export interface Faults {
  /** Nothing more fits on the disk: each commit is refused, as SQLite refuses it. */
  diskFull: boolean;
  /** The how-many-eth commit from now is refused for want of space, and only that one; null: none is. */
  refuseCommit: number | null;
  /** The matcher is given an even grey picture instead of what lies on the glass. */
  blankImages: boolean;
}

let sharedWorkers: FingerprintWorkers | null = null;

/** One thread for all lanes of a test file. */
export function workers(): FingerprintWorkers {
  sharedWorkers ??= startFingerprintWorkers();
  return sharedWorkers;
}

export async function closeWorkers(): Promise<void> {
  await sharedWorkers?.close();
  sharedWorkers = null;
}

/** A matcher for tests that are not about fingers: everybody passes, after a turn of the event loop. */
export function trustingMatcher(): FingerprintMatcher {
  return {
    assessQuality: async () => ({ ok: true, value: { score: 80, advice: 'ok' } }),
    verify: async () => ({ ok: true, value: { score: 90, quality: 80 } }),
  };
}

/** Loaded on demand: fonts and the drawing library take their time. */
async function realPaper(): Promise<PaperPress> {
  const { createPaperPress } = await import('../../src/station/paper/paper-press.ts');
  return createPaperPress();
}

/** A press for tests that read no paper: short blank strips, empty files. */
export function plainPaper(): PaperPress {
  const strip = async (width: number): Promise<MonoBitmap> => ({
    width,
    height: 120,
    rows: new Uint8Array((width / 8) * 120),
  });
  return {
    receipt: (_, dotsAcross) => strip(dotsAcross),
    reportStrip: (_, __, dotsAcross) => strip(dotsAcross),
    slip: (_, __, dotsAcross) => strip(dotsAcross),
    numbersStrip: (_, __, dotsAcross) => strip(dotsAcross),
    laneSignStrip: (_, __, ___, dotsAcross) => strip(dotsAcross),
    laneSignsPdf: async () => new Uint8Array(),
    devicesStrip: (_, __, dotsAcross) => strip(dotsAcross),
    devicesPdf: async () => new Uint8Array(),
    reportPdf: async () => new Uint8Array(),
    paperListPdf: async () => new Uint8Array(),
    practiceBallotsPdf: async () => new Uint8Array(),
    erasurePdf: async () => new Uint8Array(),
    erasureStrip: (_, __, ___, dotsAcross) => strip(dotsAcross),
    stripPng: async () => new Uint8Array(),
  };
}

/** What a test takes that is neither about fingers nor about paper. */
export function quick(): Pick<LaneSetup, 'matcher' | 'paper'> {
  return { matcher: trustingMatcher(), paper: plainPaper() };
}

/** Enough for the scanner to notice that something lies on it. */
function stripes(): GreyImage {
  const [width, height] = [400, 480];
  const pixels = Uint8Array.from({ length: width * height }, (_, pixel) => ((pixel >> 2) % 2) * 255);
  return { width, height, pixels, dpi: 500 };
}

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
  readonly faults: Faults = { diskFull: false, refuseCommit: null, blankImages: false };
  readonly operator: MockOperator;
  readonly directory: string;
  readonly test: TestElection;
  readonly reserve: DiskReserve;
  readonly #setup: LaneSetup;
  #station: Station | null = null;
  #client: DevicesClient | null = null;
  #closeDevices: () => void = () => {};
  #boots = 0;

  private constructor(test: TestElection, setup: LaneSetup) {
    this.test = test;
    this.#setup = setup;
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
    const client = connectDevices(this.#startDevices().near, {
      timer,
      timing: { heartbeatMilliseconds: 1_000 * PATIENT_SPEED, heartbeatsMissed: 20 },
    });
    this.#client = client;
    client.onLost(() => client.reconnect(this.#startDevices().near));
    const { identity, practicePins } = unwrap(readLaneFile(this.directory));
    const { clock } = this;
    const { collectorUrl, matcher, paper, carrier, fetch } = this.#setup;
    const tries = new TryLimiter(clock, tryFile(this.directory));
    const station = new Station({
      identity,
      practicePins,
      vault: this.#faultyVault(
        createVault({
          directory: this.directory,
          identity,
          registerFile: this.#setup.registerFile ?? this.test.electionPackage.registerFile,
          stationMigrations: join(MIGRATIONS, 'station'),
          registerMigrations: join(MIGRATIONS, 'register'),
          clock,
          tries,
          pinCost: PRACTICE_PIN_COST,
        }),
      ),
      tries,
      devices: client.devices,
      bench: client.bench,
      dock: () => client.dock,
      devicesReady: client.whenReady(),
      matcher: this.#faultyMatcher(matcher ?? matcherOf(workers())),
      fingerSearch: fingerSearchEngine(workers()),
      documents: documentReading(identity.electionDate, readTrustStore(this.directory)),
      paper: paper ?? (await realPaper()),
      machine: {
        freeDiskBytes: this.#setup.freeDiskBytes ?? (async () => 64 * 1024 ** 3),
        battery: async () => ({ percent: 90, charging: true }),
      },
      reserve: this.reserve,
      clock,
      timer,
      exportDirectory: join(this.directory, 'exports'),
      startCentre: (ledger) =>
        collectorUrl === undefined
          ? null
          : centreRecords({ ledger, collectorUrl, timer, ...(fetch === undefined ? {} : { fetch }) }),
      custody: {
        directory: this.directory,
        registerFile: this.#setup.registerFile ?? this.test.electionPackage.registerFile,
        migrationsDirectory: MIGRATIONS,
        sticks: () => this.#setup.sticks ?? [],
        pinCost: PRACTICE_PIN_COST,
      },
      ...(this.#setup.startLanes === undefined ? {} : { startLanes: this.#setup.startLanes }),
      startUpload: (ledger) =>
        collectorUrl === undefined
          ? null
          : startUpload({
              ...{ ledger, collectorUrl, timer, random: () => 0.5 },
              ...(fetch === undefined ? {} : { fetch }),
            }),
      ...(carrier === undefined ? {} : { carrier }),
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
    this.#closeDevices();
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
    const { identity } = unwrap(readLaneFile(this.directory));
    const vault = unwrap(
      await createVault({
        directory: this.directory,
        identity,
        registerFile: this.test.electionPackage.registerFile,
        stationMigrations: join(MIGRATIONS, 'station'),
        registerMigrations: join(MIGRATIONS, 'register'),
        clock: this.clock,
        // A look from outside is nobody's try.
        tries: new TryLimiter(this.clock, { read: () => new Map(), write: () => {} }),
        pinCost: PRACTICE_PIN_COST,
      }).unlock(this.two()),
    );
    try {
      return await look(vault);
    } finally {
      vault.close();
    }
  }

  #people(): SimulatedPeople {
    const people = simulatedPeople(this.test.election, FINGERS);
    return this.#setup.matcher === undefined ? people : { ...people, drawFinger: async () => stripes() };
  }

  #startDevices(): PortPair {
    this.#closeDevices();
    const pair = createPortPair();
    const random = createRandom(3).fork('devices');
    const timer = testTimer();
    const simulated = createSimulatedDevices({
      people: this.#people(),
      random: () => random.next(),
      timer,
      crash: () => pair.close(),
    });
    const stopServing = serveDevices(simulated, pair.far);
    this.#closeDevices = () => {
      stopServing();
      simulated.close();
    };
    return pair;
  }

  #faultyMatcher(matcher: FingerprintMatcher): FingerprintMatcher {
    const seen = (image: GreyImage): GreyImage =>
      this.faults.blankImages ? { ...image, pixels: new Uint8Array(image.pixels.length).fill(128) } : image;
    return {
      assessQuality: (image) => matcher.assessQuality(seen(image)),
      verify: (image, enrolled) => matcher.verify(seen(image), enrolled),
    };
  }

  #faultyVault(vault: Vault): Vault {
    return {
      reopensWithOne: () => vault.reopensWithOne(),
      endDay: () => vault.endDay(),
      forgetOnDay: (personId) => vault.forgetOnDay(personId),
      unlock: async (approvals) => {
        const opened = await vault.unlock(approvals);
        if (!opened.ok) return opened;
        return { ok: true, value: { ...opened.value, ledger: this.#faultyLedger(opened.value.ledger) } };
      },
    };
  }

  #isDiskFull(): boolean {
    const { refuseCommit, diskFull } = this.faults;
    if (refuseCommit !== null) this.faults.refuseCommit = refuseCommit === 1 ? null : refuseCommit - 1;
    return diskFull || refuseCommit === 1;
  }

  #faultyLedger(ledger: Ledger): Ledger {
    const commit: Ledger['commit'] = (events, project) =>
      this.#isDiskFull() ? err({ code: 'disk-full' }) : ledger.commit(events, project);
    return new Proxy(ledger, {
      get(target, name) {
        if (name === 'commit') return commit;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
}

/** One event as the commission can read it. */
export interface RecordedEvent {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function readEvents(ledger: Ledger): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  let after: { epoch: number; seq: number } | null = null;
  for (;;) {
    const page: readonly StoredEvent[] = unwrap(ledger.events(after, 500));
    for (const event of page) {
      const fields = unwrap(ledger.openPrivate(event)) as Readonly<Record<string, unknown>>;
      events.push({ type: String(fields.type), fields });
    }
    const last: StoredEvent | undefined = page.at(-1);
    if (last === undefined) return events;
    after = last;
  }
}

export function removeElection(test: TestElection): void {
  rmSync(test.directory, { recursive: true, force: true });
}
