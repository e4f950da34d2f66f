import type { MessagePortLike } from '../domain/message-port.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Approval } from '../domain/roles.ts';
import type { WindowKind } from '../domain/window-kind.ts';
import { storeErrorFrom } from '../store/store-error.ts';
import { CALLS, type CallName, type CallParameters } from './api/calls.ts';
import type { StationError } from './api/errors.ts';
import { callBlankLaptop, isBlankCall } from './blank-laptop.ts';
import { LOCKING_CALLS } from './custody/custody-calls.ts';
import { CustodyDesk, isErasureCall } from './custody/custody-desk.ts';
import { localTime } from './local-time.ts';
import { type AnyHandler, callDock, commissionRule, type OpenStation } from './open-station.ts';
import { PERMISSIONS } from './permissions.ts';
import type { OpenedVault, StationDependencies } from './station-dependencies.ts';
import { deviceListOf } from './technician/device-list.ts';
import { devicesFound, scannersDiffer } from './technician/devices-on-record.ts';
import { callTechnician, Technician, type TechnicianCall } from './technician/technician.ts';
import { type UnlockedStation, unlockStation } from './unlock-station.ts';
import { StationScreens } from './windows/station-screens.ts';

/**
 * One lane of one station: the windows' calls come in, are parsed, checked against the permissions, and go to
 * the use cases; after each change every window gets its snapshot.
 */
export class Station {
  readonly #deps: StationDependencies;
  readonly #screens: StationScreens;
  readonly #technician: Technician;
  readonly #custody: CustodyDesk;
  #unlocked: UnlockedStation | null = null;
  /** Of a station that locks itself, until it is closed. */
  #vault: OpenedVault | null = null;
  #setUpWhileLocked = false;
  #stopped = false;
  readonly #underWay = new Set<Promise<unknown>>();
  #unlocking: Promise<unknown> = Promise.resolve();

  constructor(dependencies: StationDependencies) {
    this.#deps = dependencies;
    this.#custody = new CustodyDesk(dependencies.custody ?? null, dependencies.identity);
    this.#screens = new StationScreens(dependencies, () => ({
      open: this.#open,
      upload: this.#unlocked?.upload ?? null,
      stickProblem: this.#unlocked?.stickJournal?.problem() ?? null,
      technician: this.#technician,
      custody: this.#custody,
    }));
    this.#technician = this.#hireTechnician();
    const { scanner, cardReader, mrzReader, printer } = dependencies.devices;
    for (const device of [scanner, cardReader, mrzReader, printer]) {
      device.onStatus(({ info, status }) => {
        if (this.#stopped) return;
        this.#open?.context.journal.record([
          { type: 'device-changed', device: info.kind, state: status.state },
        ]);
        this.#screens.changed();
      });
    }
    void dependencies.devicesReady.then(() => {
      dependencies.dock()?.onState(() => this.#screens.changed());
      this.#screens.changed();
    });
    dependencies.bench.onReport(() => {
      if (!this.#stopped) this.#putScannerOnRecord();
    });
    dependencies.blankLaptop?.onChange(() => this.#screens.changed());
    this.#screens.start();
  }

  get #open(): OpenStation | null {
    return this.#unlocked?.open ?? null;
  }

  /** A window of the host; its kind was fixed by the host. */
  connect(kind: WindowKind, port: MessagePortLike): void {
    this.#screens.connect(kind, port, (from, name, parameters) => this.call(from, name, parameters));
  }

  /** One call, as from a window of this kind: parsed, permitted, approved, done. */
  async call(kind: WindowKind, name: string, parameters: unknown): Promise<Result<unknown, StationError>> {
    if (!isCallName(name)) return err({ code: 'bad-request' });
    const parsed = CALLS[name].safeParse(parameters);
    if (!parsed.success) return err({ code: 'bad-request' });
    if (this.#stopped) return err({ code: 'station-restarting' });
    const allowed = this.#allowed(kind, name);
    if (!allowed.ok) return allowed;
    const earlierProblem = this.#screens.shownProblem;
    const performed = this.#performAndCatch(kind, name, parsed.data);
    this.#underWay.add(performed);
    const result = await performed.finally(() => this.#underWay.delete(performed));
    // What this very call met with stays on the screens.
    if (result.ok && this.#screens.shownProblem === earlierProblem) this.#screens.forgetProblem();
    this.#unlocked?.upload?.kick();
    if (result.ok && KEPT_AT_ONCE.has(name)) void this.#unlocked?.stickJournal?.writeNow();
    this.#screens.changed();
    return result;
  }

  /** Lets what is under way come to its end, a receipt for instance, and closes everything. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#screens.stop();
    this.#deps.blankLaptop?.cancel();
    this.#technician.stop();
    this.#open?.desk.stop();
    await this.#open?.fingerSearch.close('stopped');
    await Promise.allSettled(this.#underWay);
    await this.#letGo();
    this.#vault?.close();
    this.#vault = null;
  }

  /** Nobody reads list or log any more; the vault is open still. */
  async #letGo(): Promise<void> {
    const unlocked = this.#unlocked;
    if (unlocked === null) return;
    unlocked.open.desk.stop();
    await unlocked.open.fingerSearch.close('stopped');
    await unlocked.open.spareDoor.shut();
    this.#unlocked = null;
    this.#vault = unlocked.vault;
    await unlocked.upload?.stop();
    await unlocked.stickJournal?.stop();
    await unlocked.open.context.lanes.stop();
  }

  /** The list was replaced or destroyed: two people unlock what there is now. */
  async #lock(restarts: boolean): Promise<void> {
    await this.#letGo();
    this.#vault?.close();
    this.#vault = null;
    this.#deps.vault.endDay();
    this.#custody.refresh();
    if (restarts) this.#deps.restart?.();
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
    if (!permission.phases.includes(this.#screens.phase())) return err({ code: 'wrong-phase' });
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
    if (isErasureCall(name))
      return this.#custody.call(name, CALLS[name].parse(parameters).language, this.#deps);
    if (isBlankCall(name)) {
      const { blankLaptop } = this.#deps;
      return blankLaptop === undefined
        ? err({ code: 'already-done' })
        : callBlankLaptop(blankLaptop, name, rest);
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
    if (LOCKING_CALLS.has(name) && (result.ok || this.#open === null))
      await this.#lock(name === 'replacePackage');
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
    const called = await callTechnician(this.#technician, name, parameters);
    if (name === 'setUpScanner' && called.ok) {
      this.#setUpWhileLocked = true;
      // Somebody may have unlocked it meanwhile.
      this.#putScannerOnRecord();
    }
    return called;
  }

  /** What was set up while the laptop was locked, or on its command line, goes on record once there is a ledger. */
  #putScannerOnRecord(): void {
    if (this.#open === null) return;
    const { journal, projection } = this.#open.context;
    const report = this.#deps.bench.report();
    if (!this.#setUpWhileLocked && !scannersDiffer(report, projection.devicesOnRecord())) return;
    const recorded = journal.record([devicesFound(report)]);
    if (recorded.ok) this.#setUpWhileLocked = false;
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
      changed: () => this.#screens.changed(),
      preview: (picture) => this.#screens.preview(picture),
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
    const unlocked = await unlockStation(this.#deps, approvals, this.#screens, {
      letGo: () => this.#letGo(),
      pinSet: (personId) => {
        this.#deps.vault.forgetOnDay(personId);
        this.#custody.pinSet(personId);
      },
    });
    this.#custody.refresh();
    if (!unlocked.ok) {
      if (unlocked.error.code === 'station-restarting') this.#deps.restart?.();
      return unlocked;
    }
    this.#unlocked = unlocked.value;
    const { desk, context } = unlocked.value.open;
    this.#putScannerOnRecord();
    desk.recover();
    if (unlocked.value.vault.problem !== null) context.problem(unlocked.value.vault.problem);
    if (unlocked.value.ledgerRestored) context.problem('ledger-restored');
    return ok(undefined);
  }
}

/** The journal on the stick doesn't wait for its minute: paper that is photographed, and a laptop that is about to be carried away. */
const KEPT_AT_ONCE: ReadonlySet<string> = new Set<CallName>(['printReport', 'printNumbers', 'closeStation']);

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
