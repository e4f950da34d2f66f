import type { AskingLimit } from '../../domain/asking-limit.ts';
import { assessEligibility, assessVisitorElsewhere, daysBetween } from '../../domain/eligibility.ts';
import type { StopOutcome } from '../../domain/outcome.ts';
import { parsePersonalNumber } from '../../domain/personal-number.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { ElsewhereVoter, IsoDate, Voter } from '../../domain/voter.ts';
import type { VoterSummary } from '../../register/register-source.ts';
import type { StationErrorCode } from '../api/errors.ts';
import type { ChipReading, StationContext, ZoneReading } from '../context.ts';
import { lookUpElsewhere } from './look-up-elsewhere.ts';
import type { Visitor } from './voter-view.ts';

/** What a document or a typed text led to. */
export type Finding =
  | { readonly kind: 'visitor'; readonly visitor: Visitor }
  | {
      readonly kind: 'several';
      readonly query: string;
      readonly total: number;
      readonly hits: readonly VoterSummary[];
    }
  | {
      readonly kind: 'nobody';
      readonly outcome: StopOutcome;
      readonly elsewhere: ElsewhereVoter | null;
      readonly lookup: Visitor['lookup'];
      readonly chip: Visitor['chip'];
    }
  | FoundElsewhere;

/** A voter of another station who may be identified here, or was already. */
export interface FoundElsewhere {
  readonly kind: 'elsewhere';
  /** What they are known by here. */
  readonly id: string;
  readonly personalNumber: string;
  readonly documentNumber: string;
  readonly zone: ZoneReading;
  readonly lookup: Visitor['lookup'];
  readonly chip: ChipReading | null;
  /** Null where the index was not asked, for they were here before. */
  readonly elsewhere: ElsewhereVoter | null;
  /** As the index says; the centre's record says it once more. */
  readonly ballotStyles: readonly string[];
}

const SEARCH_LIMIT = 50;
const DOCUMENT_NUMBER = /^[A-Z]{2}\d{7}$/;
/** Cyrillic letters that look like Latin ones: what a Russian or Kyrgyz keyboard gives for a document's series. */
const CYRILLIC_LOOK_ALIKES = 'АВСЕНКМОРТХ';
const LATIN_LETTERS = 'ABCEHKMOPTX';
const PERSONAL_NUMBER_DIGITS = 14;
const LONGEST_LIST_NUMBER = 5;

/** Reads what was typed into the one field: personal number, document number, list number or a name. */
export function findByText(context: StationContext, typed: string): Result<Finding, StationErrorCode> {
  const text = typed.trim();
  const digits = text.replaceAll(/[\s-]/g, '');
  if (/^\d+$/.test(digits)) {
    if (digits.length <= LONGEST_LIST_NUMBER)
      return ok(oneOrNobody(context.register.byListNumber(Number(digits)), 'list-number'));
    if (digits.length !== PERSONAL_NUMBER_DIGITS || !parsePersonalNumber(digits).ok)
      return err('personal-number-invalid');
    return ok(oneOrNobody(context.register.byPersonalNumber(digits), 'personal-number'));
  }
  const documentNumber = latinLetters(digits.toUpperCase());
  if (DOCUMENT_NUMBER.test(documentNumber)) {
    const voter = context.register.byDocumentNumber(documentNumber);
    return ok(oneOrNobody(voter, 'document-number', documentNumber));
  }
  if (text.length < 2) return err('search-too-short');
  const { total, hits } = context.register.search(text, SEARCH_LIMIT);
  const [only] = hits;
  if (total === 1 && only !== undefined) return ok(oneOrNobody(context.register.byId(only.id), 'name'));
  return ok({ kind: 'several', query: text, total, hits });
}

/** Finds the voter of a document that was read: by personal number, for names and numbers of documents change. */
export function findByDocument(
  context: StationContext,
  limit: AskingLimit,
  zone: ZoneReading,
  chip: ChipReading | null,
): Finding {
  const result = chip?.verification ?? null;
  // A chip of which nothing could be checked says no more than the printed zone, and is not asked who this is.
  const told = result === 'not-checked' ? null : chip;
  const lookup = told === null ? 'mrz' : 'chip';
  const { register } = context;
  if (zone.kind === 'other')
    return { kind: 'nobody', outcome: 'document-not-accepted', elsewhere: null, lookup, chip: result };
  const personalNumber = told?.personalNumber ?? zone.personalNumber;
  const documentNumber = told?.documentNumber ?? zone.documentNumber;
  const voter =
    personalNumber === null
      ? register.byDocumentNumber(documentNumber)
      : register.byPersonalNumber(personalNumber);
  if (voter !== null) {
    const document = voter.documents.find((one) => one.number === documentNumber) ?? null;
    return { kind: 'visitor', visitor: { voter, document, lookup, chip: result, face: chip?.face ?? null } };
  }
  const nobody = { kind: 'nobody', lookup, chip: result } as const;
  const parsed = parsePersonalNumber(personalNumber ?? '');
  if (personalNumber === null || !parsed.ok) return { ...nobody, outcome: 'not-in-list', elsewhere: null };
  const id = register.visitorId(personalNumber);
  const found = { kind: 'elsewhere', personalNumber, documentNumber, zone, lookup, chip } as const;
  // Whoever was identified here is told so, however many strangers were looked up since.
  if (id !== null && wasIdentified(context, id)) return { ...found, id, elsewhere: null, ballotStyles: [] };
  const asked = lookUpElsewhere(context, limit, personalNumber, documentNumber);
  if (!asked.ok) context.problem(asked.error);
  if (!asked.ok || asked.value === null) return { ...nobody, outcome: 'not-in-list', elsewhere: null };
  const { station, standing, ballotStyles } = asked.value;
  const { districtNumber } = station;
  const assessed = assessVisitorElsewhere(
    {
      ...{ standing, ballotStyles, districtNumber, ownDistrict: context.identity.districtNumber },
      birthDate: parsed.value.birthDate,
    },
    context.procedure,
  );
  const elsewhere = { stationNumber: station.number, districtNumber, address: station.address };
  return assessed === 'may-be-identified' && id !== null
    ? { ...found, id, elsewhere, ballotStyles }
    : { ...nobody, outcome: assessed === 'may-be-identified' ? 'wrong-station' : assessed, elsewhere };
}

/** At this table or at another one, as far as is known here. */
function wasIdentified({ projection, lanes }: StationContext, id: string): boolean {
  return projection.effectiveHandoverOf(id) !== null || lanes.visitElsewhere(id) !== null;
}

function oneOrNobody(
  voter: Voter | null,
  lookup: Visitor['lookup'],
  documentNumber: string | null = null,
): Finding {
  if (voter === null) return { kind: 'nobody', outcome: 'not-in-list', elsewhere: null, lookup, chip: null };
  const document = voter.documents.find((one) => one.number === documentNumber) ?? null;
  return { kind: 'visitor', visitor: { voter, document, lookup, chip: null, face: null } };
}

/**
 * The day for which documents are judged: the election day, or the day of home voting before it where two
 * people confirmed that one. A laptop that is years off must neither pass an expired document nor turn
 * everybody away, even if its clock was confirmed because nobody could set it.
 */
export function identificationDay(confirmedDay: IsoDate | null, electionDate: IsoDate): IsoDate {
  return confirmedDay !== null && daysBetween(confirmedDay, electionDate) === 1 ? confirmedDay : electionDate;
}

/** Whether this visitor may go on to the finger, or which screen halts the visit. */
export function assessVisitor(context: StationContext, visitor: Visitor): StopOutcome | 'eligible' {
  if (visitor.chip === 'altered') return 'document-altered';
  return assessEligibility(
    {
      voter: visitor.voter,
      document: visitor.document,
      alreadyIdentified:
        context.projection.effectiveHandoverOf(visitor.voter.id) !== null ||
        context.projection.paperLineOf(visitor.voter.id) !== null ||
        context.lanes.paperLineElsewhere(visitor.voter.id) !== null,
      ownStation: context.identity.stationNumber,
      ownDistrict: context.identity.districtNumber,
      day: identificationDay(context.projection.confirmedDay(), context.procedure.electionDate),
    },
    context.procedure,
  );
}

function latinLetters(text: string): string {
  return [...text].map((letter) => LATIN_LETTERS[CYRILLIC_LOOK_ALIKES.indexOf(letter)] ?? letter).join('');
}
