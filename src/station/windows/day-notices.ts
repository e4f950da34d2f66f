import type { DeviceSet } from '../../domain/devices.ts';
import type { Clock } from '../../store/clock.ts';
import type { DiskReserve } from '../../store/disk-reserve.ts';
import type { Notice } from '../api/snapshot.ts';
import type { LaneIdentity, StationContext } from '../context.ts';
import { localTime, reportPeriod } from '../local-time.ts';
import type { JournalProblem } from '../stick/journal-worker.ts';

const LOW_DISK_MEGABYTES = 1024;
/** A hand-over that stands at the desk for so long has been forgotten. */
const FORGOTTEN_MS = 5 * 60_000;
/** For so long after a start the desk says that it was started again. */
const JUST_RESTARTED_MS = 2 * 60_000;

/** What the people at the desk should know now, most urgent first. Nothing here locks anything. */
export function dayNotices(
  context: StationContext | null,
  lane: {
    readonly identity: LaneIdentity;
    readonly clock: Clock;
    readonly devices: DeviceSet;
    readonly startedAtMs: number;
    readonly reserve: Pick<DiskReserve, 'isHeld'>;
    /** Of the journal's; null: it takes what it is given, or none is kept. */
    readonly stickProblem: JournalProblem | null;
  },
  freeDiskBytes: number | null,
): Notice[] {
  const notices: Notice[] = [];
  const nowMs = lane.clock.wallMs();
  const now = localTime(nowMs, lane.identity.timeZone);
  const megabytes = freeDiskBytes === null ? null : Math.floor(freeDiskBytes / 1_000_000);
  if (megabytes !== null && megabytes < LOW_DISK_MEGABYTES) {
    notices.push({ kind: lane.reserve.isHeld() ? 'disk-low' : 'disk-on-reserve', megabytes });
  }
  if (now.date !== lane.identity.electionDate) notices.push({ kind: 'clock-implausible' });
  if (isRestarting(lane.devices)) notices.push({ kind: 'devices-restarting' });
  if (context === null) return notices;
  const { journal, projection, procedure } = context;
  const damage = journal.damage();
  if (damage !== null) notices.unshift({ kind: 'error', code: damage });
  if (projection.paperMode().on) notices.push({ kind: 'error', code: 'paper-mode-on' });
  if (lane.stickProblem !== null) notices.push({ kind: 'error', code: lane.stickProblem });
  const runsForMs = lane.clock.monotonicMs() - lane.startedAtMs;
  if (projection.restarts() > 0 && runsForMs < JUST_RESTARTED_MS) notices.push({ kind: 'restarted' });
  if (journal.jumpMinutes() !== 0) notices.push({ kind: 'clock-jumped', minutes: journal.jumpMinutes() });
  const forgotten = projection
    .atDesk()
    .filter((handover) => nowMs - handover.changedAtMs > FORGOTTEN_MS).length;
  if (forgotten > 0) notices.push({ kind: 'open-handovers', count: forgotten });
  if (projection.phase() !== 'open') return notices;
  if (now.time >= procedure.voting.closes) notices.push({ kind: 'voting-hours-over' });
  const period = (atMs: number): number =>
    reportPeriod(atMs, procedure.timeZone, procedure.reports.everyMinutes);
  const last = projection.lastReport('hourly') ?? projection.lastReport('opening');
  if (last !== null && period(nowMs) > period(last.atMs)) notices.push({ kind: 'report-due' });
  return notices;
}

function isRestarting(devices: DeviceSet): boolean {
  const { scanner, cardReader, mrzReader, printer } = devices;
  return [scanner, cardReader, mrzReader, printer].some((device) => {
    const { status } = device.status();
    return status.state === 'failed' && status.problem.code === 'restarting';
  });
}
