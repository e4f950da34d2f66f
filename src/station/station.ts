import type { DeviceBench } from '../domain/device-bench.ts';
import type { DeviceSet } from '../domain/devices.ts';
import type { DockControl, DockPerson } from '../domain/dock.ts';
import type { MessagePortLike } from '../domain/message-port.ts';
import type { Procedure } from '../domain/procedure.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Approval } from '../domain/roles.ts';
import type { Timer } from '../domain/timer.ts';
import type { WindowKind } from '../domain/window-kind.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../store/clock.ts';
import type { DiskReserve } from '../store/disk-reserve.ts';
import type { ReadableStore, WritableStore } from '../store/store.ts';
import { storeErrorFrom } from '../store/store-error.ts';
import type { StationRegister } from './adapters/station-register.ts';
import type { FromStation } from './api/api.ts';
import { CALLS, type CallName, type CallParameters } from './api/calls.ts';
import type { StationError, StationErrorCode } from './api/errors.ts';
import type { Notice, Phase, PhotoView, Snapshot, UploadView } from './api/snapshot.ts';
import type {
  DocumentReading,
  FingerprintMatcher,
  LaneIdentity,
  PaperPress,
  StationContext,
} from './context.ts';
import type { Machine } from './day/machine.ts';
import { exportLog } from './export-log.ts';
import type { FingerSearchEngine } from './finger-search/finger-search.ts';
import { Journal } from './journal.ts';
import type { LaneNetworkKeys } from './lanes/lane-keys.ts';
import { ONE_LANE, type StationLanes } from './lanes/station-lanes.ts';
import { localTime } from './local-time.ts';
import { type AnyHandler, callDock, commissionRule, OpenStation } from './open-station.ts';
import { PinKeeper } from './people/pin-keeper.ts';
import type { TryLimiter } from './people/try-limiter.ts';
import { PERMISSIONS } from './permissions.ts';
import { DayProjection } from './projection/day-projection.ts';
import { UploadCarrier, type UploadCarrierOptions } from './stick/carry-upload.ts';
import type { StickProblem } from './stick/journal-worker.ts';
import type { StickJournal } from './stick/stick-journal.ts';
import { deviceListOf } from './technician/device-list.ts';
import { callTechnician, Technician, type TechnicianCall } from './technician/technician.ts';
import { dayNotices } from './windows/day-notices.ts';
import { deskSnapshot, lockedDeskSnapshot } from './windows/desk-snapshot.ts';
import { issuingSnapshot, lockedIssuingSnapshot } from './windows/issuing-snapshot.ts';
import { lockedObserverSnapshot, observerSnapshot, whatObserversSee } from './windows/observer-snapshot.ts';
import { WindowSet } from './windows/window-set.ts';

/** What two PINs open: the databases and keys of this lane. */
export interface OpenedVault {
  readonly procedure: Procedure;
  /** The register can be wrong or damaged while the ledger is sound: the problem then goes on record. */
  readonly register: Result<StationRegister, StationErrorCode>;
  readonly ledger: Ledger;
  readonly ledgerVerified: boolean;
  readonly store: ReadableStore;
  /** The same, for the copies of the other lanes' logs. */
  readonly laneStore: WritableStore;
  /** Null where the station has one lane. */
  readonly laneNetwork: LaneNetworkKeys | null;
  readonly pinHashes: ReadonlyMap<string, string>;
  readonly receiptCodeKey: Uint8Array;
  /** The last day on which the station may be opened with this package; null where it came without one. */
  readonly packageExpires: string | null;
  close(): void;
}

export interface Vault {
  /** Two different people of the commission; after a same-day restart one of them is enough. */
  unlock(approvals: readonly Approval[]): Promise<Result<OpenedVault, StationError>>;
  /** True while one authorised person may reopen (the day's own unlock is remembered, sealed). */
  reopensWithOne(): boolean;
  /** Forgets the day's unlock: after closing, two people are needed again. */
  endDay(): void;
}

/** Sends what is committed to the centre when it can be reached. */
export interface UploadLine {
  view(): UploadView;
  onChange(listener: () => void): void;
  /** Something new was committed. */
  kick(): void;
  stop(): Promise<void>;
}

export interface StationDependencies {
  readonly identity: LaneIdentity;
  readonly practicePins: Readonly<Record<string, string>> | null;
  readonly vault: Vault;
  /** Shared with the vault: a PIN that is guessed at the lock screen is the one that approves. */
  readonly tries: TryLimiter;
  readonly devices: DeviceSet;
  /** The technician's view of the same devices. */
  readonly bench: DeviceBench;
  /** The table of a mock election; null with real devices, and until the devices process has said hello. */
  readonly dock: () => DockControl | null;
  /** Resolves once the first devices process has introduced itself. */
  readonly devicesReady: Promise<void>;
  readonly matcher: FingerprintMatcher;
  readonly fingerSearch: FingerSearchEngine;
  readonly documents: DocumentReading;
  readonly paper: PaperPress;
  readonly machine: Machine;
  readonly reserve: DiskReserve;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Where exports go, each in a folder of its own. */
  readonly exportDirectory: string;
  readonly startUpload: (ledger: Ledger) => UploadLine | null;
  /** The stick for what waits for the centre, where there is no network; left out, there is none. */
  readonly carrier?: UploadCarrierOptions;
  /** Connects to the other lanes; left out, the station has one lane. */
  readonly startLanes?: (
    vault: OpenedVault,
    register: StationRegister,
    journal: Journal,
    changed: () => void,
  ) => Promise<StationLanes>;
  /** Keeps the journal on the stick; null where none is kept. */
  readonly startStickJournal?: (
    vault: OpenedVault,
    register: StationRegister,
    lanes: StationLanes,
    onChange: (problem: StickProblem | null) => void,
  ) => Pick<StickJournal, 'writeNow' | 'stop'> | null;
}

const NO_CARRIER: UploadCarrierOptions = { stick: null, collectorKey: null };
const NO_UPLOAD: UploadView = { state: 'off', pending: 0 };
/** Checks that nobody triggers (disk, report due, end of voting hours) are made this often. */
const LOOK_AROUND_MS = 20_000;
/** The reserve is taken only where that leaves the disk as much again. */
const ENOUGH_FOR_RESERVE = 2;

/**
 * One lane of one station: the windows' calls come in, are parsed, checked against the permissions, and go to
 * the use cases; after each change every window gets its snapshot.
 */
export class Station {
  readonly #deps: StationDependencies;
  readonly #windows: WindowSet;
  readonly #technician: Technician;
  #open: OpenStation | null = null;
  #vault: OpenedVault | null = null;
  #upload: UploadLine | null = null;
  #stickJournal: Pick<StickJournal, 'writeNow' | 'stop'> | null = null;
  #dockPeople: readonly DockPerson[] | null = null;
  #problem: Extract<Notice, { kind: 'error' }> | null = null;
  #freeDiskBytes: number | null = null;
  #revision = 0;
  /** What the observers' display shows, and since when (monotonic). */
  #shown = { what: '', sinceMs: 0 };
  /** Monotonic. */
  readonly #startedAtMs: number;
  #broadcastPending = false;
  #stopped = false;
  readonly #underWay = new Set<Promise<unknown>>();
  #unlocking: Promise<unknown> = Promise.resolve();

  constructor(dependencies: StationDependencies) {
    this.#deps = dependencies;
    this.#startedAtMs = dependencies.clock.monotonicMs();
    this.#windows = new WindowSet((kind) => this.#snapshot(kind));
    this.#technician = this.#hireTechnician();
    const { scanner, cardReader, mrzReader, printer } = dependencies.devices;
    for (const device of [scanner, cardReader, mrzReader, printer]) {
      device.onStatus(({ info, status }) => {
        if (this.#stopped) return;
        this.#open?.context.journal.record([
          { type: 'device-changed', device: info.kind, state: status.state },
        ]);
        this.#changed();
      });
    }
    void dependencies.devicesReady.then(() => {
      dependencies.dock()?.onState(() => this.#changed());
      this.#changed();
    });
    this.#lookAround();
  }

  /** A window of the host; its kind was fixed by the host. */
  connect(kind: WindowKind, port: MessagePortLike): void {
    this.#windows.add(kind, port, (name, parameters) => this.call(kind, name, parameters));
  }

  /** One call, as from a window of this kind: parsed, permitted, approved, done. */
  async call(kind: WindowKind, name: string, parameters: unknown): Promise<Result<unknown, StationError>> {
    if (!isCallName(name)) return err({ code: 'bad-request' });
    const parsed = CALLS[name].safeParse(parameters);
    if (!parsed.success) return err({ code: 'bad-request' });
    if (this.#stopped) return err({ code: 'station-restarting' });
    const allowed = this.#allowed(kind, name);
    if (!allowed.ok) return allowed;
    const earlierProblem = this.#problem;
    const performed = this.#performAndCatch(kind, name, parsed.data);
    this.#underWay.add(performed);
    const result = await performed.finally(() => this.#underWay.delete(performed));
    // What this very call met with stays on the screens.
    if (result.ok && this.#problem === earlierProblem) this.#problem = null;
    this.#upload?.kick();
    this.#changed();
    return result;
  }

  /** Lets what is under way come to its end, a receipt for instance, and closes everything. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#technician.stop();
    this.#open?.desk.stop();
    await this.#open?.fingerSearch.close('stopped');
    await Promise.allSettled(this.#underWay);
    await this.#upload?.stop();
    await this.#stickJournal?.stop();
    await this.#open?.context.lanes.stop();
    this.#open = null;
    this.#vault?.close();
    this.#vault = null;
  }

  /** The one border where an exception of the disk becomes a named error; a bug goes on being thrown. */
  async #performAndCatch(
    kind: WindowKind,
    name: CallName,
    parameters: Record<string, unknown>,
  ): Promise<Result<unknown, StationError>> {
    try {
      return await this.#perform(kind, name, parameters);
    } catch (cause) {
      const error = storeErrorFrom(cause);
      if (error === null) throw cause;
      return err({ code: error.code === 'disk-full' ? 'disk-full' : 'disk-failed' });
    }
  }

  #allowed(kind: WindowKind, name: CallName): Result<undefined, StationError> {
    const permission = PERMISSIONS[name];
    if (!permission.windows.includes(kind)) return err({ code: 'not-allowed' });
    if (permission.mockOnly === true && !this.#deps.identity.mock) return err({ code: 'not-in-mock' });
    if (!permission.phases.includes(this.#phase())) return err({ code: 'wrong-phase' });
    if (permission.operator === true && this.#open?.context.projection.operatorId() === null)
      return err({ code: 'operator-needed' });
    return ok(undefined);
  }

  async #perform(
    kind: WindowKind,
    name: CallName,
    parameters: Record<string, unknown>,
  ): Promise<Result<unknown, StationError>> {
    const { approvals = [], ...rest } = parameters as { approvals?: readonly Approval[] };
    if (name === 'unlock') return this.#unlockInTurn(approvals);
    if (name === 'dock' || name === 'dockStrip') {
      const { paper } = this.#deps;
      const dock = this.#deps.dock();
      if (dock === null) return err({ code: 'not-in-mock' });
      return callDock(dock, CALLS[name].parse(parameters), (strip) => paper.stripPng(strip));
    }
    if (isTechnicianCall(name)) return this.#performForTechnician(name, rest, approvals);
    const open = this.#open;
    if (open === null) return err({ code: 'wrong-phase' });
    const people = await this.#approve(open, name, approvals);
    if (!people.ok) return people;
    // While PINs were checked, another window may have moved the day on.
    const still = this.#allowed(kind, name);
    if (!still.ok) return still;
    const handler = open.handlers[name] as AnyHandler;
    const result = await handler({ ...rest, people: people.value });
    if (name === 'closeStation' && result.ok) {
      this.#deps.vault.endDay();
      await open.fingerSearch.close('people');
    }
    return result;
  }

  /** Most of it needs nobody's PIN, and none can be asked for while the station is locked. */
  async #performForTechnician(
    name: TechnicianCall,
    parameters: Record<string, unknown>,
    approvals: readonly Approval[],
  ): Promise<Result<unknown, StationError>> {
    const open = this.#open;
    if (PERMISSIONS[name].approvals !== undefined) {
      if (open === null) return err({ code: 'wrong-phase' });
      const people = await this.#approve(open, name, approvals);
      if (!people.ok) return people;
      const { calibration } = parameters as Pick<CallParameters<'calibrateScanner'>, 'calibration'>;
      const recorded = open.context.journal.record([
        { type: 'scanner-calibrated', ...calibration, people: people.value },
      ]);
      if (!recorded.ok) return recorded;
    }
    return callTechnician(this.#technician, name, parameters);
  }

  #hireTechnician(): Technician {
    const { devices, bench, matcher, paper, timer, identity, clock } = this.#deps;
    return new Technician({
      devices,
      bench,
      matcher,
      paper,
      timer,
      list: (report) => {
        const { date, time } = localTime(clock.wallMs(), identity.timeZone);
        return deviceListOf(identity, report, `${date} ${time}`);
      },
      deskIsFree: () => this.#open === null || this.#open.desk.step().kind === 'idle',
      changed: () => this.#changed(),
      preview: (picture) => this.#preview(picture),
    });
  }

  async #approve(
    open: OpenStation,
    name: CallName,
    approvals: readonly Approval[],
  ): Promise<Result<readonly string[], StationError>> {
    const { approvals: rule } = PERMISSIONS[name];
    if (rule === undefined || rule === 'unlock') return ok([]);
    return open.pins.approve(
      approvals,
      rule === 'by-procedure' ? commissionRule(open.context.procedure) : rule,
    );
  }

  /** One unlock at a time: a second one finds the station open, or the wait after a wrong PIN. */
  #unlockInTurn(approvals: readonly Approval[]): Promise<Result<undefined, StationError>> {
    const turn = this.#unlocking.then(() =>
      this.#open === null ? this.#unlock(approvals) : err<StationError>({ code: 'wrong-phase' }),
    );
    this.#unlocking = turn.catch(() => undefined);
    return turn;
  }

  async #unlock(approvals: readonly Approval[]): Promise<Result<undefined, StationError>> {
    const { vault, identity, clock, tries, reserve } = this.#deps;
    const opened = await vault.unlock(approvals);
    if (!opened.ok) return opened;
    const { ledger, store, procedure, pinHashes, ledgerVerified } = opened.value;
    const projection = new DayProjection(store);
    const journal = new Journal({
      ledger,
      clock,
      timeZone: procedure.timeZone,
      reportEveryMinutes: procedure.reports.everyMinutes,
      operatorId: () => projection.operatorId(),
      othersSinceIdentification: () => projection.othersSinceIdentification(),
      paperModeOn: () => projection.paperMode().on,
      reserve,
      verified: ledgerVerified,
    });
    // A look at a closed day is no reason to let one person alone open it again.
    if (projection.phase() === 'closed') this.#deps.vault.endDay();
    const people = approvals.map((approval) => approval.personId);
    const begun = journal.record([
      { type: 'program-started', first: !projection.startedBefore() },
      { type: 'unlocked', people },
      ...people
        .filter((personId) => identity.envelopes?.includes(personId) === true)
        .map((envelope) => ({ type: 'envelope-opened', envelope, people }) as const),
    ]);
    const register = opened.value.register;
    if (!begun.ok || !register.ok) {
      if (!register.ok) journal.record([{ type: 'problem', code: register.error }]);
      opened.value.close();
      return begun.ok ? err({ code: register.ok ? 'register-damaged' : register.error }) : begun;
    }
    const pins = new PinKeeper(identity.people, pinHashes, tries, (person) => {
      journal.record([{ type: 'pin-refused', person }]);
    });
    const lanes =
      (await this.#deps.startLanes?.(opened.value, register.value, journal, () => this.#changed())) ??
      ONE_LANE;
    const context = this.#context(opened.value, register.value, journal, projection, lanes);
    this.#vault = opened.value;
    this.#open = new OpenStation(
      context,
      this.#deps.machine,
      pins,
      (level) => exportLog(ledger, this.#deps.exportDirectory, level),
      new UploadCarrier(this.#deps.carrier ?? NO_CARRIER, ledger),
      this.#deps.fingerSearch,
    );
    this.#upload = this.#deps.startUpload(ledger);
    this.#upload?.onChange(() => this.#changed());
    this.#stickJournal =
      this.#deps.startStickJournal?.(opened.value, register.value, lanes, (problem) => {
        if (problem !== null) context.problem(problem);
      }) ?? null;
    this.#open.desk.recover();
    if (ledger.missing !== null) context.problem('ledger-restored');
    return ok(undefined);
  }

  #context(
    vault: OpenedVault,
    register: StationRegister,
    journal: Journal,
    projection: DayProjection,
    lanes: StationLanes,
  ): StationContext {
    const { identity, devices, bench, matcher, documents, paper, clock, timer } = this.#deps;
    return {
      identity,
      procedure: vault.procedure,
      register,
      journal,
      projection,
      lanes,
      devices,
      deviceReport: () => bench.report(),
      matcher,
      documents,
      paper,
      clock,
      timer,
      receiptCodeKey: vault.receiptCodeKey,
      packageExpires: vault.packageExpires,
      changed: () => this.#changed(),
      preview: (picture) => this.#preview(picture),
      problem: (code) => {
        this.#problem = { kind: 'error', code };
        journal.record([{ type: 'problem', code }]);
        this.#changed();
      },
    };
  }

  // --- Snapshots ---------------------------------------------------------------------------------------------

  /** Many changes of one moment become one snapshot. */
  #changed(): void {
    if (this.#broadcastPending || this.#stopped) return;
    this.#broadcastPending = true;
    queueMicrotask(() => {
      this.#broadcastPending = false;
      this.#noteWhatIsShown();
      this.#revision += 1;
      this.#windows.broadcast();
    });
  }

  #preview(picture: PhotoView | null): void {
    const message: FromStation = { type: 'finger-preview', preview: picture };
    this.#windows.sendTo('desk', message);
  }

  #phase(): Phase {
    return this.#open === null ? 'locked' : this.#open.context.projection.phase();
  }

  #snapshot(kind: WindowKind): Snapshot {
    const { identity, clock } = this.#deps;
    const frame = { revision: this.#revision, nowMs: clock.wallMs(), phase: this.#phase() };
    const open = this.#open;
    if (kind === 'observer') {
      if (open === null) return lockedObserverSnapshot(identity, frame);
      const shownForMs = clock.monotonicMs() - this.#shown.sinceMs;
      return observerSnapshot(open.context, open.desk, frame, shownForMs);
    }
    if (kind === 'issuing') {
      return open === null
        ? lockedIssuingSnapshot(identity, frame)
        : issuingSnapshot(open.context, open.table, frame);
    }
    const around = {
      practicePins: this.#deps.practicePins,
      unlockPeopleNeeded: this.#deps.vault.reopensWithOne() ? 1 : 2,
      devices: this.#deps.devices,
      technician: this.#technician.view(),
      upload: this.#upload?.view() ?? NO_UPLOAD,
      notices: this.#notices(),
      dock: this.#dockView(),
    };
    return open === null ? lockedDeskSnapshot(identity, frame, around) : deskSnapshot(open, frame, around);
  }

  /** The observers' display counts its seconds from the moment at which a result was new for this voter. */
  #noteWhatIsShown(): void {
    const what = this.#open === null ? '' : whatObserversSee(this.#open.desk.step());
    if (what === this.#shown.what) return;
    this.#shown = { what, sinceMs: this.#deps.clock.monotonicMs() };
    const seconds = this.#open?.context.procedure.observerDisplay.photoSeconds ?? 0;
    this.#deps.timer.after(seconds * 1000 + 50, () => this.#changed());
  }

  #notices(): Notice[] {
    const notices = dayNotices(
      this.#open?.context ?? null,
      { ...this.#deps, startedAtMs: this.#startedAtMs },
      this.#freeDiskBytes,
    );
    return this.#problem === null ? notices : [this.#problem, ...notices];
  }

  #dockView(): { people: readonly DockPerson[]; state: ReturnType<DockControl['state']> } | null {
    const dock = this.#deps.dock();
    if (dock === null) return null;
    if (this.#dockPeople === null) void this.#fetchDockPeople(dock);
    return { people: this.#dockPeople ?? [], state: dock.state() };
  }

  async #fetchDockPeople(dock: DockControl): Promise<void> {
    this.#dockPeople = [];
    const people = await dock.people();
    // The devices process may still be starting: ask again with the next snapshot.
    this.#dockPeople = people.ok ? dockQueue(people.value) : null;
    if (people.ok) this.#changed();
  }

  #lookAround(): void {
    if (this.#stopped) return;
    void this.#deps.machine.freeDiskBytes().then((bytes) => {
      this.#freeDiskBytes = bytes;
      // Set aside at the start, and again once somebody has made room.
      if (bytes !== null && bytes >= ENOUGH_FOR_RESERVE * this.#deps.reserve.bytes)
        void this.#deps.reserve.fill();
      this.#changed();
    });
    this.#deps.timer.after(LOOK_AROUND_MS, () => this.#lookAround());
  }
}

const TECHNICIAN_CALLS: ReadonlySet<string> = new Set<TechnicianCall>([
  'lookForDevices',
  'testDevice',
  'stopTest',
  'startCalibration',
  'printTarget',
  'setUpScanner',
  'calibrateScanner',
  'devicesPdf',
]);

function isTechnicianCall(name: CallName): name is TechnicianCall {
  return TECHNICIAN_CALLS.has(name);
}

function isCallName(name: string): name is CallName {
  return Object.hasOwn(CALLS, name);
}

/** So many people without anything special stand in the dock's queue. */
const ORDINARY_IN_QUEUE = 60;

/** Whom the dock shows: everybody who makes the day hard, and a queue's worth of the others. */
function dockQueue(people: readonly DockPerson[]): DockPerson[] {
  let ordinary = 0;
  return people.filter((person) => {
    if (person.hint.ky !== '') return true;
    ordinary += 1;
    return ordinary <= ORDINARY_IN_QUEUE;
  });
}
