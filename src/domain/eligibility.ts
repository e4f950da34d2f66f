import type { StopOutcome } from './outcome.ts';
import { type Procedure, receiptsOf } from './procedure.ts';
import { ageOn, type IsoDate, type Voter, type VoterDocument } from './voter.ts';

/** Whom the document or the search led to. */
export interface EligibilityQuestion {
  readonly voter: Voter;
  /** The document on the desk, as the register knows it; null when the voter was found without one. */
  readonly document: VoterDocument | null;
  readonly alreadyIdentified: boolean;
  readonly ownStation: number;
  readonly ownDistrict: number;
  /** The election day that two people confirmed, not a laptop's clock. */
  readonly day: IsoDate;
}

/**
 * Whether this voter may go on to the fingerprint step, or which screen halts the visit. The order matters: an
 * answer that sends the voter somewhere comes before one that only refuses.
 */
export function assessEligibility(
  question: EligibilityQuestion,
  procedure: Procedure,
): StopOutcome | 'eligible' {
  const { voter } = question;
  if (question.alreadyIdentified) return 'already-identified';
  if (voter.standing === 'struck-off') return 'struck-off';
  if (voter.standing === 'voted-at-home') return 'voted-at-home';
  if (ageOn(voter.birthDate, procedure.electionDate) < procedure.minimumAge) return 'under-age';
  if (voter.standing === 'moved' || voter.stationNumber !== question.ownStation) {
    if (voter.districtNumber === question.ownDistrict) return 'wrong-station-own-district';
    if (!procedure.anyPrecinct) return 'wrong-station';
  }
  if (receiptsOf(procedure, voter.ballotStyles).length === 0) return 'no-ballot-style';
  if (question.document !== null) {
    const stopped = assessDocument(question.document, procedure, question.day);
    if (stopped !== null) return stopped;
  }
  return 'eligible';
}

/** What is known of a voter of another station before anything else of theirs is here. */
export interface VisitorQuestion {
  readonly standing: Voter['standing'];
  /** None where the register has no ballot style for them: a foreign address. */
  readonly ballotStyles: readonly string[];
  readonly birthDate: IsoDate;
  readonly districtNumber: number;
  readonly ownDistrict: number;
}

/**
 * Whether a voter of another station may be identified here, in the order of `assessEligibility`: in one's own
 * district only at the home station, anywhere outside it where the procedure says so, and nowhere without a ballot
 * style (the rules of 2025).
 */
export function assessVisitorElsewhere(
  question: VisitorQuestion,
  procedure: Procedure,
): StopOutcome | 'may-be-identified' {
  if (question.standing === 'struck-off') return 'struck-off';
  if (question.standing === 'voted-at-home') return 'voted-at-home';
  if (ageOn(question.birthDate, procedure.electionDate) < procedure.minimumAge) return 'under-age';
  if (question.districtNumber === question.ownDistrict) return 'wrong-station-own-district';
  if (!procedure.anyPrecinct) return 'wrong-station';
  return question.ballotStyles.length > 0 ? 'may-be-identified' : 'no-ballot-style';
}

function assessDocument(document: VoterDocument, procedure: Procedure, day: IsoDate): StopOutcome | null {
  if (!procedure.documents.accepted.includes(document.kind)) return 'document-not-accepted';
  if (!document.current) return 'document-replaced';
  return daysBetween(document.expires, day) > procedure.documents.expiredAcceptedDays
    ? 'document-expired'
    : null;
}

/** Whole days from one date to a later one; negative when `to` is earlier. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}
