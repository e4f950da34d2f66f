import type { StopOutcome } from '../../domain/outcome.ts';
import { dayOfAge, type ElsewhereVoter } from '../../domain/voter.ts';
import type { Refusal } from '../../sync/lanes/lane-message.ts';
import type { NotHere, StopDetails } from '../api/snapshot.ts';
import type { StationContext } from '../context.ts';
import { periodText } from '../local-time.ts';
import type { Step } from './desk-screen.ts';
import { type Visitor, voterView } from './voter-view.ts';

/** What a stop screen may have to say beside its outcome and who is meant. */
export interface StopCircumstances {
  readonly elsewhere?: ElsewhereVoter | null;
  readonly refusal?: Refusal | null;
  readonly notHere?: NotHere | null;
  /** Whom an earlier visit was, where nobody here knows more of them. */
  readonly subject?: string;
}

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
  { elsewhere = null, refusal = null, notHere = null, subject }: StopCircumstances,
): Extract<Step, { kind: 'stop' }> {
  return {
    kind: 'stop',
    outcome,
    voter: visitor === null ? null : voterView(visitor, context.register),
    details: { ...stopDetails(context, outcome, visitor, elsewhere, refusal, subject), notHere },
  };
}

function stopDetails(
  context: StationContext,
  outcome: StopOutcome,
  visitor: Visitor | null,
  elsewhere: ElsewhereVoter | null,
  refusal: Refusal | null,
  subject: string | undefined = visitor?.voter.id,
): Omit<StopDetails, 'notHere'> {
  const voter = visitor?.voter ?? null;
  const belongs =
    voter !== null && (outcome === 'wrong-station' || outcome === 'wrong-station-own-district')
      ? { stationNumber: voter.stationNumber, districtNumber: voter.districtNumber, address: voter.address }
      : null;
  return {
    elsewhere: elsewhere ?? belongs,
    earlier:
      outcome === 'already-identified' && subject !== undefined
        ? earlierVisit(context, subject, refusal)
        : null,
    otherLane:
      refusal === null || refusal.why === 'identified' ? null : { lane: refusal.lane, why: refusal.why },
    expired: outcome === 'document-expired' ? (visitor?.document?.expires ?? null) : null,
    fromDay:
      outcome === 'under-age' && voter !== null
        ? dayOfAge(voter.birthDate, context.procedure.minimumAge)
        : null,
    slip: SLIP_OUTCOMES.includes(outcome),
    disputed: false,
  };
}

function earlierVisit(
  context: StationContext,
  voterId: string,
  refusal: Refusal | null,
): StopDetails['earlier'] {
  const earlier = context.projection.effectiveHandoverOf(voterId);
  // Identified at another lane: the receipt lies there.
  if (earlier === null) {
    const visit = context.lanes.visitElsewhere(voterId);
    if (visit === null)
      return refusal === null ? null : { lane: refusal.lane, receiptNumber: null, period: '' };
    const { lane, receiptNumber, hour } = visit;
    return { lane, receiptNumber, period: hour === null ? '' : periodText(hour, 60) };
  }
  return {
    lane: context.identity.lane,
    receiptNumber: context.projection.receipts(earlier.id)[0]?.number ?? null,
    period: earlier.counted === null ? '' : periodText(earlier.counted.hour, 60),
  };
}
