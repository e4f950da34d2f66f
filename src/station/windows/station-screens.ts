import type { DockControl, DockPerson } from '../../domain/dock.ts';
import type { MessagePortLike } from '../../domain/message-port.ts';
import type { WindowKind } from '../../domain/window-kind.ts';
import type { FromStation } from '../api/api.ts';
import type { StationErrorCode } from '../api/errors.ts';
import type { DockView, Notice, Phase, PhotoView, Snapshot, UploadView } from '../api/snapshot.ts';
import type { CustodyDesk } from '../custody/custody-desk.ts';
import type { OpenStation } from '../open-station.ts';
import type { StationDependencies, UploadLine } from '../station-dependencies.ts';
import type { JournalProblem } from '../stick/journal-worker.ts';
import type { Technician } from '../technician/technician.ts';
import { dayNotices } from './day-notices.ts';
import { deskSnapshot, lockedDeskSnapshot } from './desk-snapshot.ts';
import { issuingSnapshot, lockedIssuingSnapshot } from './issuing-snapshot.ts';
import { lockedObserverSnapshot, observerSnapshot, whatObserversSee } from './observer-snapshot.ts';
import { WindowSet } from './window-set.ts';

/** What there is to show at this moment. */
export interface StationNow {
  /** Null while locked. */
  readonly open: OpenStation | null;
  readonly upload: UploadLine | null;
  readonly stickProblem: JournalProblem | null;
  readonly technician: Technician;
  readonly custody: CustodyDesk;
}

type Call = (kind: WindowKind, name: string, parameters: unknown) => ReturnType<WindowCall>;
type WindowCall = Parameters<WindowSet['add']>[2];

const NO_UPLOAD: UploadView = { state: 'off', pending: 0 };
/** Checks that nobody triggers (disk, report due, end of voting hours) are made this often. */
const LOOK_AROUND_MS = 20_000;
/** The reserve is taken only where that leaves the disk as much again. */
const ENOUGH_FOR_RESERVE = 2;

/** The windows and what they show: after each change every one of them gets its snapshot. */
export class StationScreens {
  readonly #deps: StationDependencies;
  readonly #now: () => StationNow;
  readonly #windows: WindowSet;
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

  constructor(dependencies: StationDependencies, now: () => StationNow) {
    this.#deps = dependencies;
    this.#now = now;
    this.#startedAtMs = dependencies.clock.monotonicMs();
    this.#windows = new WindowSet((kind) => this.#snapshot(kind));
  }

  /** From now on what nobody triggers is noticed, too. */
  start(): void {
    this.#lookAround();
  }

  stop(): void {
    this.#stopped = true;
  }

  connect(kind: WindowKind, port: MessagePortLike, call: Call): void {
    this.#windows.add(kind, port, (name, parameters) => call(kind, name, parameters));
  }

  /** Many changes of one moment become one snapshot. */
  changed(): void {
    if (this.#broadcastPending || this.#stopped) return;
    this.#broadcastPending = true;
    queueMicrotask(() => {
      this.#broadcastPending = false;
      this.#noteWhatIsShown();
      this.#revision += 1;
      this.#windows.broadcast();
    });
  }

  preview(picture: PhotoView | null): void {
    const message: FromStation = { type: 'finger-preview', preview: picture };
    this.#windows.sendTo('desk', message);
  }

  problem(code: StationErrorCode): void {
    this.#problem = { kind: 'error', code };
    this.changed();
  }

  /** The problem that is shown now; what a call met with stays on the screens until another one went well. */
  get shownProblem(): object | null {
    return this.#problem;
  }

  forgetProblem(): void {
    this.#problem = null;
  }

  phase(): Phase {
    return this.#now().open?.context.projection.phase() ?? 'locked';
  }

  #snapshot(kind: WindowKind): Snapshot {
    const { identity, clock } = this.#deps;
    const { open, upload, technician, custody } = this.#now();
    const frame = { revision: this.#revision, nowMs: clock.wallMs(), phase: this.phase() };
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
      practicePins: custody.practicePins(this.#deps.practicePins),
      unlockPeopleNeeded: this.#deps.vault.reopensWithOne() ? 1 : 2,
      devices: this.#deps.devices,
      technician: technician.view(),
      custody: custody.view(open?.context ?? null),
      becoming: this.#deps.blankLaptop?.view() ?? null,
      upload: upload?.view() ?? NO_UPLOAD,
      notices: this.#notices(),
      dock: this.#dockView(),
    };
    return open === null ? lockedDeskSnapshot(identity, frame, around) : deskSnapshot(open, frame, around);
  }

  /** The observers' display counts its seconds from the moment at which a result was new for this voter. */
  #noteWhatIsShown(): void {
    const { open } = this.#now();
    const what = open === null ? '' : whatObserversSee(open.desk.step());
    if (what === this.#shown.what) return;
    this.#shown = { what, sinceMs: this.#deps.clock.monotonicMs() };
    const seconds = open?.context.procedure.observerDisplay.photoSeconds ?? 0;
    this.#deps.timer.after(seconds * 1000 + 50, () => this.changed());
  }

  #notices(): Notice[] {
    const notices = dayNotices(
      this.#now().open?.context ?? null,
      { ...this.#deps, startedAtMs: this.#startedAtMs, stickProblem: this.#now().stickProblem },
      this.#freeDiskBytes,
    );
    const problem = this.#problem;
    // What stands there anyway is not said twice.
    const isSaid = notices.some((notice) => notice.kind === 'error' && notice.code === problem?.code);
    return problem === null || isSaid ? notices : [problem, ...notices];
  }

  #dockView(): DockView | null {
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
    if (people.ok) this.changed();
  }

  #lookAround(): void {
    if (this.#stopped) return;
    void this.#deps.machine.freeDiskBytes().then((bytes) => {
      this.#freeDiskBytes = bytes;
      // Set aside at the start, and again once somebody has made room.
      if (bytes !== null && bytes >= ENOUGH_FOR_RESERVE * this.#deps.reserve.bytes)
        void this.#deps.reserve.fill();
      this.changed();
    });
    this.#deps.timer.after(LOOK_AROUND_MS, () => this.#lookAround());
  }
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
