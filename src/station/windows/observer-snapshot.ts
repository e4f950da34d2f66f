import { throwIllegalValue } from '../../domain/assert.ts';
import type { DeskStep, ObserverShowing, ObserverSnapshot } from '../api/snapshot.ts';
import type { LaneIdentity, StationContext } from '../context.ts';
import type { Desk } from '../desk/desk.ts';
import { photoView } from '../desk/voter-view.ts';
import { localTime } from '../local-time.ts';
import { commonSnapshot, countsView, type SnapshotFrame } from './desk-snapshot.ts';

/** What the second monitor shows while the station is locked: nothing but that it waits. */
export function lockedObserverSnapshot(identity: LaneIdentity, frame: SnapshotFrame): ObserverSnapshot {
  return {
    window: 'observer',
    ...commonSnapshot(identity, frame),
    showing: { result: 'waiting' },
    registered: 0,
    identified: 0,
    exceptions: 0,
    exceptionShare: 0,
    exceptionWarning: false,
    repeatedAttempts: 0,
    undone: 0,
    restarts: 0,
    byMethod: {},
    lastCheckpoint: null,
  };
}

/**
 * The observers' display by right: that each voter is really identified, and the running totals. Photo for the
 * seconds that the procedure allows; never a name, a number, or a method beside a face.
 */
export function observerSnapshot(
  context: StationContext,
  desk: Desk,
  frame: SnapshotFrame,
  shownForMs: number,
): ObserverSnapshot {
  const { identity, projection, procedure } = context;
  const { registered, identified, exceptions, exceptionShare, exceptionWarning, repeatedAttempts, restarts } =
    countsView(context);
  const checkpoint = projection.lastCheckpoint();
  return {
    window: 'observer',
    ...commonSnapshot(identity, frame),
    showing: showing(context, desk, shownForMs),
    registered,
    identified,
    exceptions,
    exceptionShare,
    exceptionWarning,
    repeatedAttempts,
    undone: projection.undone(),
    restarts,
    byMethod: projection.turnout(identity.lane).byMethod,
    lastCheckpoint:
      checkpoint === null
        ? null
        : { at: localTime(checkpoint.atMs, procedure.timeZone).time, root: checkpointRoot(checkpoint.note) },
  };
}

function showing(context: StationContext, desk: Desk, shownForMs: number): ObserverShowing {
  const step = desk.step();
  const result = resultOf(step);
  const { showPhoto, photoSeconds } = context.procedure.observerDisplay;
  const over = shownForMs >= photoSeconds * 1000;
  // An outcome is shown for those seconds, then the calm waiting screen; a pending step stays, without the face.
  if (result === 'waiting' || (over && (result === 'identified' || result === 'not-identified')))
    return { result: 'waiting' };
  const voterId = 'voter' in step ? step.voter?.voterId : undefined;
  const photo =
    showPhoto && !over && voterId !== undefined ? photoView(context.register.photo(voterId)) : null;
  return { result, photo };
}

/**
 * Names what the display shows of a step: it stays the same from the voter's record to the finger, and from the
 * decision to the receipt, so that a photo that is gone does not come back with the next step of one visit.
 */
export function whatObserversSee(step: DeskStep): string {
  const result = resultOf(step);
  if (step.kind === 'stop') return `${result} ${step.stepId}`;
  return 'voter' in step ? `${result} ${step.voter.voterId}` : result;
}

function resultOf(step: DeskStep): ObserverShowing['result'] {
  switch (step.kind) {
    case 'idle':
    case 'reading-document':
    case 'search-results':
      return 'waiting';
    case 'voter':
    case 'finger':
    case 'securing':
      return 'checking';
    case 'commission':
      return 'commission-deciding';
    case 'verified':
    case 'printing':
    case 'printer-problem':
    case 'done':
      return 'identified';
    case 'stop':
      return 'not-identified';
    default:
      throwIllegalValue(step);
  }
}

/** The root of a checkpoint, third of its lines. */
function checkpointRoot(note: string): string {
  return note.split('\n')[2] ?? '';
}
