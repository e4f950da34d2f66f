import { parsePersonalNumber } from '../domain/personal-number.ts';
import type { IsoDate, Voter } from '../domain/voter.ts';
import { decodeIso2005 } from '../fingerprint/codecs/iso-19794-2-2005.ts';
import type { RowProblem } from './register-error.ts';
import type { SourceVoter } from './register-source.ts';

export interface SourceCheckOptions {
  readonly national: boolean;
  /** Null where the source has no list of stations to hold rows against. */
  readonly stations: ReadonlySet<number> | null;
  /** Whether equals are found here, by remembering: for one station's list. Among millions they are the database's to find. */
  readonly findsEquals: boolean;
  /** Nobody is born later: the day of an import. Null where the clock is not to be trusted, or the rows were checked before. */
  readonly latestBirth: IsoDate | null;
  /**
   * A list that was signed as it is: blanks and signs that nobody sees were let through by older programs, do no harm, and
   * are no reason to leave a station without its list.
   */
  readonly isSigned?: boolean;
}

/** One station's list, as it was signed. */
export const SIGNED_LIST: SourceCheckOptions = {
  national: false,
  stations: null,
  findsEquals: true,
  latestBirth: null,
  isSigned: true,
};

const ONE_LIST: SourceCheckOptions = {
  national: false,
  stations: null,
  findsEquals: true,
  latestBirth: null,
};

/** Checks the rows of one list, each by itself, its place, and against those before it. */
export class SourceVoterCheck {
  readonly #options: SourceCheckOptions;
  readonly #seen = new Set<string>();
  #lastStation = 0;
  #lastListNumber = 0;
  /** Used for every row: of millions hardly one has a problem. */
  readonly #problems: RowProblem[] = [];

  constructor(options: SourceCheckOptions = ONE_LIST) {
    this.#options = options;
  }

  /** The first thing that is wrong with the next voter, or null. */
  problemOf(entry: SourceVoter): RowProblem | null {
    return this.problemsOf(entry)[0] ?? null;
  }

  /**
   * Everything that is wrong with the next voter.
   * @param unread what its reader could not read: what stands in its place is not looked at
   */
  problemsOf({ voter, templates }: SourceVoter, unread: readonly RowProblem[] = NONE): readonly RowProblem[] {
    const problems = this.#problems;
    problems.length = 0;
    findTextProblems(voter, this.#options.isSigned === true, problems);
    findNumberProblems(voter, problems);
    this.#findStationProblem(voter, problems);
    this.#findBirthProblems(voter, problems);
    findPersonalNumberProblems(voter, problems);
    findDocumentProblems(voter, problems);
    findTemplateProblems(templates, problems);
    const isRight = problems.length === 0 && unread.length === 0;
    if (isRight || !problems.some(isOfOrder)) this.#findOrderProblem(voter, isRight, problems);
    if (problems.length === 0 && unread.length === 0 && this.#options.findsEquals)
      this.#findEqual(voter, problems);
    if (problems.length === 0) return unread;
    return unread.length === 0
      ? [...problems]
      : [...unread, ...problems.filter((one) => !followsFrom(one, unread))];
  }

  #findEqual({ id, personalNumber, documents }: Voter, problems: RowProblem[]): void {
    const keys: readonly (readonly [string, string])[] = [
      ['id', id],
      ['personalNumber', personalNumber],
      ...documents.map(({ number }) => ['documents', number] as const),
    ];
    for (const [field, value] of keys) {
      const key = `${field} ${value}`;
      if (this.#seen.has(key)) problems.push({ field, reason: 'duplicate' });
      this.#seen.add(key);
    }
  }

  #findStationProblem({ stationNumber }: Voter, problems: RowProblem[]): void {
    const { stations } = this.#options;
    if (stations !== null && !stations.has(stationNumber))
      problems.push({ field: 'stationNumber', reason: 'unknown-station' });
  }

  #findBirthProblems({ birthDate }: Voter, problems: RowProblem[]): void {
    const { latestBirth } = this.#options;
    if (!isDay(birthDate)) problems.push({ field: 'birthDate', reason: 'bad-date' });
    else if (latestBirth !== null && birthDate > latestBirth)
      problems.push({ field: 'birthDate', reason: 'born-in-the-future' });
  }

  /**
   * The lists follow each other, and the numbers within each rise: the order that the content hash is taken in. A row
   * that is refused has no place in it, and those after it are held against the one before.
   */
  #findOrderProblem({ stationNumber, listNumber }: Voter, isRight: boolean, problems: RowProblem[]): void {
    const station = this.#options.national ? stationNumber : 0;
    if (station < this.#lastStation) {
      problems.push({ field: 'stationNumber', reason: 'not-in-order' });
      return;
    }
    const last = station > this.#lastStation ? 0 : this.#lastListNumber;
    const field = 'listNumber';
    if (listNumber === last) problems.push({ field, reason: 'duplicate' });
    else if (listNumber < last) problems.push({ field, reason: 'not-in-order' });
    else if (isRight) [this.#lastStation, this.#lastListNumber] = [station, listNumber];
  }
}

const NONE: readonly RowProblem[] = [];

/** A number that is none, and a station that there isn't, have no place in an order. */
function isOfOrder({ field, reason }: RowProblem): boolean {
  return reason === 'unknown-station' || (reason === 'bad-number' && field !== 'districtNumber');
}

/** Said of a field because another one, or the same, could not be read. */
function followsFrom({ field, reason }: RowProblem, unread: readonly RowProblem[]): boolean {
  const isUnread = (name: string): boolean => unread.some((problem) => problem.field === name);
  if (isUnread(field)) return true;
  if (reason === 'sex-differs-from-personal-number') return isUnread('sex');
  // Which list it is the number of is not known.
  return field === 'listNumber' && isUnread('stationNumber');
}

/** What is wrong with a voter by itself, whatever list it stands in, or null. */
export function voterProblem(voter: Voter): RowProblem | null {
  const problems: RowProblem[] = [];
  findTextProblems(voter, false, problems);
  findNumberProblems(voter, problems);
  if (!isDay(voter.birthDate)) problems.push({ field: 'birthDate', reason: 'bad-date' });
  findPersonalNumberProblems(voter, problems);
  findDocumentProblems(voter, problems);
  return problems[0] ?? null;
}

/**
 * Control characters, marks of direction and others that nobody sees, private ones, lone surrogates, and the replacement
 * character, which stands where bytes were no UTF-8.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufffd]/u;
/** Never in any list: what would break a line, a screen or the hash. */
const BREAKING = /[\p{Cc}\p{Cs}\u2028\u2029\ufffd]/u;
/** Blanks that look like the ordinary one and are none. */
const OTHER_BLANK = /[^\P{Zs} ]/u;
/** Latin and Cyrillic letters of one character each, figures and signs: nothing to compose, nothing unprintable. */
const ORDINARY =
  /^[!-~\u00a1-\u00ac\u00ae-\u02af\u0400-\u0482\u048a-\u052f№–—‘’“”«»]+(?: +[!-~\u00a1-\u00ac\u00ae-\u02af\u0400-\u0482\u048a-\u052f№–—‘’“”«»]+)*$/;
const LONGEST_TEXT = 300;

function findTextProblems(voter: Voter, isSigned: boolean, problems: RowProblem[]): void {
  const { surname, given, patronymic } = voter.name;
  findTextProblem('id', voter.id, isSigned, problems);
  if (surname !== null) findTextProblem('surname', surname, isSigned, problems);
  findTextProblem('given', given, isSigned, problems);
  if (patronymic !== null) findTextProblem('patronymic', patronymic, isSigned, problems);
  findTextProblem('address', voter.address, isSigned, problems);
  for (const style of voter.ballotStyles) findTextProblem('ballotStyles', style, isSigned, problems);
  if (isRepeated(voter.ballotStyles)) problems.push({ field: 'ballotStyles', reason: 'repeated' });
  if (isRepeated(voter.changes)) problems.push({ field: 'changes', reason: 'repeated' });
}

function isRepeated(words: readonly string[]): boolean {
  return words.length > 1 && new Set(words).size < words.length;
}

function findTextProblem(field: string, text: string, isSigned: boolean, problems: RowProblem[]): void {
  if (text.length <= LONGEST_TEXT && ORDINARY.test(text)) return;
  const reason = reasonOfText(text, isSigned);
  if (reason !== null) problems.push({ field, reason });
}

function reasonOfText(text: string, isSigned: boolean): RowProblem['reason'] | null {
  if (text.trim() === '') return 'empty';
  if (text.length > LONGEST_TEXT) return 'too-long';
  if ((isSigned ? BREAKING : UNPRINTABLE).test(text)) return 'unreadable-character';
  if (text !== text.normalize('NFC') || text !== text.trim() || (!isSigned && OTHER_BLANK.test(text)))
    return 'not-normalised';
  return null;
}

const LARGEST_NUMBER = 1_000_000;

function findNumberProblems(
  { listNumber, stationNumber, districtNumber }: Voter,
  problems: RowProblem[],
): void {
  if (!isNumber(listNumber, 1)) problems.push({ field: 'listNumber', reason: 'bad-number' });
  if (!isNumber(stationNumber, 0)) problems.push({ field: 'stationNumber', reason: 'bad-number' });
  if (!isNumber(districtNumber, 0)) problems.push({ field: 'districtNumber', reason: 'bad-number' });
}

function isNumber(number: number, least: number): boolean {
  return Number.isInteger(number) && number >= least && number <= LARGEST_NUMBER;
}

/** A first digit other than 1 and 2 is lawful (devices.md 1.4) and says nothing about the sex. */
function findPersonalNumberProblems(voter: Voter, problems: RowProblem[]): void {
  const parsed = parsePersonalNumber(voter.personalNumber);
  const field = 'personalNumber';
  if (!parsed.ok || parsed.value.digits !== voter.personalNumber) {
    problems.push({ field, reason: 'bad-personal-number' });
    return;
  }
  const { sex, birthDate } = parsed.value;
  if (sex !== 'unknown' && sex !== voter.sex)
    problems.push({ field, reason: 'sex-differs-from-personal-number' });
  // A birth date that is no day is one fault, not two.
  if (birthDate !== voter.birthDate && isDay(voter.birthDate))
    problems.push({ field, reason: 'birth-date-differs-from-personal-number' });
}

const DOCUMENT_NUMBER = /^[A-Z]{2}[0-9]{7}$/;

function findDocumentProblems({ documents }: Voter, problems: RowProblem[]): void {
  const field = 'documents';
  for (const { number, expires } of documents) {
    if (!DOCUMENT_NUMBER.test(number)) problems.push({ field, reason: 'bad-document-number' });
    if (!isDay(expires)) problems.push({ field, reason: 'bad-date' });
  }
}

function findTemplateProblems(templates: SourceVoter['templates'], problems: RowProblem[]): void {
  if (templates.length === 0) return;
  const field = 'templates';
  const positions = new Set(templates.map((template) => template.position));
  if (positions.size !== templates.length) problems.push({ field, reason: 'duplicate' });
  for (const { position, record } of templates) {
    const isReadable =
      Number.isInteger(position) && position >= 0 && position <= 10 && decodeIso2005(record).ok;
    if (!isReadable) problems.push({ field, reason: 'bad-template' });
  }
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `YYYY-MM-DD`, a day of the Gregorian calendar. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
  return day >= 1 && day <= days;
}
