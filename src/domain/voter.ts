/** A voter as the register holds one. All of it is personal data: never logged, never in an error. */
export interface Voter {
  /** Opaque and random; the only voter reference that leaves the register. */
  readonly id: string;
  /** The voter's number in the printed list of this station. */
  readonly listNumber: number;
  /** 14 digits; see personal-number.ts. */
  readonly personalNumber: string;
  readonly name: VoterName;
  readonly birthDate: IsoDate;
  readonly sex: Sex;
  readonly address: string;
  readonly stationNumber: number;
  readonly districtNumber: number;
  readonly standing: VoterStanding;
  /** The ballots this voter may receive; empty where the register has no ballot style (a foreign address). */
  readonly ballotStyles: readonly string[];
  readonly documents: readonly VoterDocument[];
  /** False for a voter who has no fingers to enrol: the desk then never asks for one. */
  readonly hasFingerprints: boolean;
  /** What changed since the last list, if anything ("new surname", "new document"); shown, never decisive. */
  readonly changes: readonly ('new-name' | 'new-document')[];
}

/** Cyrillic as in the register. Some voters have no surname; a patronymic may be `Төлөгөн кызы`. */
export interface VoterName {
  readonly surname: string | null;
  readonly given: string;
  readonly patronymic: string | null;
}

/** `YYYY-MM-DD`. */
export type IsoDate = string;

export type Sex = 'female' | 'male';

export type VoterStanding =
  | 'active'
  /** Taken off the list (death, court decision, loss of citizenship). */
  | 'struck-off'
  /** Asked to vote elsewhere; `stationNumber` names the new station. */
  | 'moved'
  /** Voted at home on the day before. */
  | 'voted-at-home';

export interface VoterDocument {
  readonly kind: DocumentKind;
  /** Two letters and seven digits. */
  readonly number: string;
  readonly expires: IsoDate;
  /** False once a newer document replaced it. */
  readonly current: boolean;
}

export type DocumentKind = 'id-card' | 'passport';

/** One enrolled finger: an ISO/IEC 19794-2:2005 record. */
export interface EnrolledTemplate {
  readonly position: number;
  readonly record: Uint8Array;
}

/** Where a voter of another station belongs: all that this laptop may know of one. */
export interface ElsewhereVoter {
  readonly stationNumber: number;
  readonly districtNumber: number;
  readonly address: string;
}

/** Full name for a screen or a paper: surname, given name, patronymic. */
export function fullName(name: VoterName): string {
  return [name.surname, name.given, name.patronymic].filter((part) => part !== null).join(' ');
}

/** Whole years on a day. */
export function ageOn(birthDate: IsoDate, day: IsoDate): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** The age groups of the published statistics. */
export const AGE_GROUPS = ['18-25', '26-35', '36-45', '46-60', '61+'] as const;
export type AgeGroup = (typeof AGE_GROUPS)[number];

export function ageGroupOf(age: number): AgeGroup {
  if (age <= 25) return '18-25';
  if (age <= 35) return '26-35';
  if (age <= 45) return '36-45';
  return age <= 60 ? '46-60' : '61+';
}

/** The day on which somebody reaches an age; born on 29 February, it is 1 March in a common year. */
export function dayOfAge(birthDate: IsoDate, years: number): IsoDate {
  const day = `${Number(birthDate.slice(0, 4)) + years}${birthDate.slice(4)}`;
  return new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10);
}
