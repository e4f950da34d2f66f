import type { StopOutcome } from '../../domain/outcome.ts';
import { dayOfAge, type ElsewhereVoter } from '../../domain/voter.ts';
import type { StopDetails } from '../api/snapshot.ts';
import type { StationContext } from '../context.ts';
import { periodText } from '../local-time.ts';
import type { Step } from './desk-screen.ts';
import { type Visitor, voterView } from './voter-view.ts';

/** Outcomes after which a printed slip tells the person where to go, or what to ask for. */
const SLIP_OUTCOMES: readonly StopOutcome[] = [
  'wrong-station',
  'wrong-station-own-district',
  'not-in-list',
  'no-ballot-style',
  'struck-off',
];

/** The screen that halts a visit: what happened, and whatever the operator needs to say what to do next. */
export function stopStep(
  context: StationContext,
  outcome: StopOutcome,
  visitor: Visitor | null,
  elsewhere: ElsewhereVoter | null,
): Extract<Step, { kind: 'stop' }> {
  return {
    kind: 'stop',
    outcome,
    voter: visitor === null ? null : voterView(visitor, context.register),
    details: stopDetails(context, outcome, visitor, elsewhere),
  };
}

function stopDetails(
  context: StationContext,
  outcome: StopOutcome,
  visitor: Visitor | null,
  elsewhere: ElsewhereVoter | null,
): StopDetails {
  const voter = visitor?.voter ?? null;
  const belongs =
    voter !== null && (outcome === 'wrong-station' || outcome === 'wrong-station-own-district')
      ? { stationNumber: voter.stationNumber, districtNumber: voter.districtNumber, address: voter.address }
      : null;
  return {
    elsewhere: elsewhere ?? belongs,
    earlier: outcome === 'already-identified' && voter !== null ? earlierVisit(context, voter.id) : null,
    expired: outcome === 'document-expired' ? (visitor?.document?.expires ?? null) : null,
    fromDay:
      outcome === 'under-age' && voter !== null
        ? dayOfAge(voter.birthDate, context.procedure.minimumAge)
        : null,
    slip: SLIP_OUTCOMES.includes(outcome),
    disputed: false,
  };
}

function earlierVisit(context: StationContext, voterId: string): StopDetails['earlier'] {
  const earlier = context.projection.effectiveHandoverOf(voterId);
  if (earlier === null) return null;
  return {
    lane: context.identity.lane,
    receiptNumber: context.projection.receipts(earlier.id)[0]?.number ?? null,
    period: earlier.counted === null ? '' : periodText(earlier.counted.hour, 60),
  };
}
