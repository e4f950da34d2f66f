import { DEVICE_KINDS, type Device, type DeviceKind, type DeviceSet } from '../../domain/devices.ts';
import { reconcile } from '../../domain/reconciliation.ts';
import { fullName } from '../../domain/voter.ts';
import type { CustodyView } from '../api/custody-view.ts';
import type {
  ClosingView,
  CountsView,
  DeskSnapshot,
  DeviceView,
  DockView,
  HandoverView,
  Notice,
  PaperModeView,
  Phase,
  UploadView,
} from '../api/snapshot.ts';
import type { BecomingView } from '../api/spare-view.ts';
import type { TechnicianView } from '../api/technician-view.ts';
import type { LaneIdentity, StationContext } from '../context.ts';
import type { ElectionDay } from '../day/election-day.ts';
import type { Desk } from '../desk/desk.ts';
import type { FingerSearch } from '../finger-search/finger-search.ts';
import type { SpareDoorKeeper } from '../lanes/spare-door-keeper.ts';
import { paperDoubles } from '../paper-mode/paper-doubles.ts';
import type { HandoverRecord } from '../projection/handover-rows.ts';
import { ledgerFigures } from '../reports/ledger-figures.ts';

/** What every window shows alike. */
export interface SnapshotFrame {
  readonly revision: number;
  readonly nowMs: number;
  readonly phase: Phase;
}

/** What is shown without being unlocked, or beside what the context knows. */
export interface DeskSurroundings {
  readonly practicePins: Readonly<Record<string, string>> | null;
  readonly unlockPeopleNeeded: number;
  readonly devices: DeviceSet;
  readonly technician: TechnicianView;
  readonly custody: CustodyView;
  readonly becoming: BecomingView | null;
  readonly upload: UploadView;
  readonly notices: readonly Notice[];
  readonly dock: DockView | null;
}

/** The unlocked station's parts that the desk's window mirrors. */
export interface DeskParts {
  readonly context: StationContext;
  readonly day: ElectionDay;
  readonly desk: Desk;
  readonly fingerSearch: FingerSearch;
  readonly spareDoor: SpareDoorKeeper;
}

/** One exception among the first few voters is no pattern yet. */
const FEWEST_FOR_A_SHARE = 20;

const NO_COUNTS_YET: CountsView = {
  registered: 0,
  identified: 0,
  waitingForBallot: 0,
  exceptions: 0,
  exceptionShare: 0,
  exceptionWarning: false,
  repeatedAttempts: 0,
  restarts: 0,
};

export function commonSnapshot(identity: LaneIdentity, frame: SnapshotFrame) {
  return {
    revision: frame.revision,
    mock: identity.mock,
    electionTitle: identity.electionTitle,
    electionDate: identity.electionDate,
    stationNumber: identity.stationNumber,
    stationName: identity.stationName,
    lane: identity.lane,
    nowMs: frame.nowMs,
    timeZone: identity.timeZone,
    phase: frame.phase,
  };
}

export function lockedDeskSnapshot(
  identity: LaneIdentity,
  frame: SnapshotFrame,
  around: DeskSurroundings,
): DeskSnapshot {
  return {
    window: 'desk',
    ...commonSnapshot(identity, frame),
    people: [...identity.people, ...envelopePeople(identity, around)],
    practicePins: around.practicePins,
    unlockPeopleNeeded: around.unlockPeopleNeeded,
    operator: null,
    procedure: null,
    devices: deviceViews(around.devices),
    technician: around.technician,
    custody: around.custody,
    upload: around.upload,
    lanes: null,
    spareDoor: null,
    becoming: around.becoming,
    opening: {
      register: null,
      clockConfirmed: false,
      checks: [],
      acceptedChecks: [],
      draw: {},
      zeroReportNumber: null,
      missing: [],
    },
    desk: { kind: 'idle', stepId: 'locked', last: null, problem: null },
    handovers: [],
    handoversOpen: 0,
    counts: NO_COUNTS_YET,
    notices: around.notices,
    closing: null,
    fingerSearch: { state: 'off' },
    paperMode: { on: false, declared: false, lines: 0, openDoubles: [] },
    dock: around.dock,
  };
}

/** An envelope stands in the list as a member whose name the screen says in its own language. */
function envelopePeople(
  { envelopes = [] }: LaneIdentity,
  { unlockPeopleNeeded }: DeskSurroundings,
): DeskSnapshot['people'] {
  return unlockPeopleNeeded === 1 ? [] : envelopes.map((id) => ({ id, name: '', role: 'member' }));
}

export function deskSnapshot(parts: DeskParts, frame: SnapshotFrame, around: DeskSurroundings): DeskSnapshot {
  const { context, day, desk } = parts;
  const { identity, projection } = context;
  const operatorId = projection.operatorId();
  return {
    window: 'desk',
    ...commonSnapshot(identity, frame),
    people: identity.people,
    practicePins: around.practicePins,
    unlockPeopleNeeded: around.unlockPeopleNeeded,
    operator: identity.people.find((person) => person.id === operatorId) ?? null,
    procedure: context.procedure,
    devices: deviceViews(around.devices),
    technician: around.technician,
    custody: around.custody,
    upload: around.upload,
    lanes: context.lanes.view(),
    spareDoor: parts.spareDoor.view(),
    becoming: null,
    opening: day.opening(),
    desk: desk.step(),
    handovers: handoverViews(context, openHandovers(context), frame.nowMs),
    handoversOpen: context.projection.openHandovers(context.procedure),
    counts: countsView(context),
    notices: around.notices,
    paperMode: paperModeView(context),
    closing: closingView(context),
    fingerSearch: parts.fingerSearch.view(),
    dock: around.dock,
  };
}

export function deviceViews(devices: DeviceSet): Record<DeviceKind, DeviceView> {
  const { scanner, cardReader, mrzReader, printer } = devices;
  const byKind = new Map<DeviceKind, Device>(
    [scanner, cardReader, mrzReader, printer].map((device) => [device.status().info.kind, device]),
  );
  const views = DEVICE_KINDS.map((kind): [DeviceKind, DeviceView] => {
    const status = byKind.get(kind)?.status();
    return [
      kind,
      {
        model: status?.info.model ?? '',
        simulated: status?.info.simulated ?? false,
        status: status?.status ?? { state: 'failed', problem: { code: 'absent' } },
      },
    ];
  });
  return Object.fromEntries(views) as Record<DeviceKind, DeviceView>;
}

/** Everything that still waits for somebody; counted by hand, the issuing table's part isn't tracked one by one. */
/**
 * So many are listed of those who wait at the issuing table. Where nobody scans receipts there, they become
 * thousands in a day; the earlier ones are found by their receipt's number.
 */
export const LISTED_AT_TABLE = 60;

function openHandovers(context: StationContext): HandoverRecord[] {
  const { projection, procedure } = context;
  return procedure.issuing === 'scan'
    ? [...projection.atDesk(), ...projection.atIssuingTable(LISTED_AT_TABLE)]
    : projection.atDesk();
}

export function handoverViews(
  context: StationContext,
  handovers: readonly HandoverRecord[],
  nowMs: number,
): HandoverView[] {
  return handovers.map((handover) => {
    const voter = context.register.byId(handover.voterId);
    return {
      handoverId: handover.id,
      state: handover.state,
      listNumber: voter?.listNumber ?? 0,
      name: voter === null ? '' : fullName(voter.name),
      receiptNumbers: context.projection.receipts(handover.id).map((receipt) => receipt.number),
      minutes: Math.max(0, Math.floor((nowMs - handover.changedAtMs) / 60_000)),
      lane: context.identity.lane,
    };
  });
}

export function countsView(context: StationContext): CountsView {
  const { projection, procedure, register } = context;
  const identified = projection.identified();
  const exceptions = projection.exceptions().total;
  const exceptionShare = identified === 0 ? 0 : exceptions / identified;
  return {
    registered: register.info().voters,
    identified,
    waitingForBallot: projection.waitingForBallot(),
    exceptions,
    exceptionShare,
    exceptionWarning: identified >= FEWEST_FOR_A_SHARE && exceptionShare > procedure.overrideWarningShare,
    repeatedAttempts: projection.stops()['already-identified'] ?? 0,
    restarts: projection.restarts(),
  };
}

function closingView(context: StationContext): ClosingView | null {
  const { projection } = context;
  const inside = projection.inside();
  if (inside === null) return null;
  const counted = projection.counts();
  return {
    inside: inside.count,
    stillInside: inside.still,
    counted,
    reconciliation: reconcile(ledgerFigures(context), counted),
    closingReportNumber: projection.lastReport('closing')?.number ?? null,
  };
}

function paperModeView(context: StationContext): PaperModeView {
  const { projection, lanes } = context;
  const { on, declared } = projection.paperMode();
  return {
    on,
    declared,
    lines: projection.paperFigures().lines,
    openDoubles: paperDoubles(context).flatMap(({ line, listNumber, doubleOf, doubleRef, isOpen }) => {
      if (!isOpen) return [];
      const other =
        doubleOf === 'identification' && doubleRef !== null
          ? (projection.receipts(doubleRef)[0]?.number ?? lanes.receiptElsewhere(doubleRef))
          : doubleRef;
      return [{ line, listNumber, doubleOf, other }];
    }),
  };
}
