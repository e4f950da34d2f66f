import { parsePersonalNumber } from '../domain/personal-number.ts';
import type { Voter } from '../domain/voter.ts';
import { decodeIso2005 } from '../fingerprint/codecs/iso-19794-2-2005.ts';
import type { RowProblem } from './register-error.ts';
import type { SourceVoter } from './register-source.ts';

export interface SourceCheckOptions {
  readonly national: boolean;
  /** Null where the source has no list of stations to hold rows against. */
  readonly stations: ReadonlySet<number> | null;
  /** Whether equals are found here, by remembering: for one station's list. Among millions they are the database's to find. */
  readonly findsEquals: boolean;
}

const ONE_LIST: SourceCheckOptions = { national: false, stations: null, findsEquals: true };

/** Checks the rows of one list, each by itself, its place, and against those before it. */
export class SourceVoterCheck {
  readonly #options: SourceCheckOptions;
  readonly #seen = new Set<string>();
  #lastStation = 0;
  #lastListNumber = 0;

  constructor(options: SourceCheckOptions = ONE_LIST) {
    this.#options = options;
  }

  /** What is wrong with the next voter, or null. */
  problemOf({ voter, templates }: SourceVoter): RowProblem | null {
    return (
      textProblem(voter) ??
      numberProblem(voter) ??
      this.#stationProblem(voter) ??
      personalNumberProblem(voter) ??
      dateProblem(voter) ??
      documentProblem(voter) ??
      templateProblem(templates) ??
      this.#orderProblem(voter) ??
      (this.#options.findsEquals ? this.#equalProblem(voter) : null)
    );
  }

  #equalProblem({ id, personalNumber, documents }: Voter): RowProblem | null {
    const keys: readonly (readonly [string, string])[] = [
      ['id', id],
      ['personalNumber', personalNumber],
      ...documents.map(({ number }) => ['documents', number] as const),
    ];
    for (const [field, value] of keys) {
      const key = `${field} ${value}`;
      if (this.#seen.has(key)) return { field, reason: 'duplicate' };
      this.#seen.add(key);
    }
    return null;
  }

  #stationProblem({ stationNumber }: Voter): RowProblem | null {
    const { stations } = this.#options;
    return stations === null || stations.has(stationNumber)
      ? null
      : { field: 'stationNumber', reason: 'unknown-station' };
  }

  /** The lists follow each other, and the numbers within each rise: the order that the content hash is taken in. */
  #orderProblem({ stationNumber, listNumber }: Voter): RowProblem | null {
    const station = this.#options.national ? stationNumber : 0;
    if (station < this.#lastStation) return { field: 'stationNumber', reason: 'not-in-order' };
    if (station > this.#lastStation) {
      this.#lastStation = station;
      this.#lastListNumber = 0;
    }
    const field = 'listNumber';
    if (listNumber === this.#lastListNumber) return { field, reason: 'duplicate' };
    if (listNumber < this.#lastListNumber) return { field, reason: 'not-in-order' };
    this.#lastListNumber = listNumber;
    return null;
  }
}

/** What is wrong with a voter by itself, whatever list it stands in, or null. */
export function voterProblem(voter: Voter): RowProblem | null {
  return (
    textProblem(voter) ??
    numberProblem(voter) ??
    personalNumberProblem(voter) ??
    dateProblem(voter) ??
    documentProblem(voter)
  );
}

// Control characters, lone surrogates and the replacement character, which stands where bytes were no UTF-8.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\ufffd]/u;
/** Latin and Cyrillic letters of one character each, figures and signs: nothing to compose, nothing unprintable. */
const ORDINARY =
  /^[!-~\u00a1-\u02af\u0400-\u0482\u048a-\u052f№–—‘’“”«»]+(?: +[!-~\u00a1-\u02af\u0400-\u0482\u048a-\u052f№–—‘’“”«»]+)*$/;
const LONGEST_TEXT = 300;

function textProblem(voter: Voter): RowProblem | null {
  const { surname, given, patronymic } = voter.name;
  return (
    oneTextProblem('id', voter.id) ??
    (surname === null ? null : oneTextProblem('surname', surname)) ??
    oneTextProblem('given', given) ??
    (patronymic === null ? null : oneTextProblem('patronymic', patronymic)) ??
    oneTextProblem('address', voter.address) ??
    firstProblem(voter.ballotStyles, (style) => oneTextProblem('ballotStyles', style))
  );
}

function oneTextProblem(field: string, text: string): RowProblem | null {
  if (text.length <= LONGEST_TEXT && ORDINARY.test(text)) return null;
  if (text.trim() === '') return { field, reason: 'empty' };
  if (text.length > LONGEST_TEXT) return { field, reason: 'too-long' };
  if (UNPRINTABLE.test(text)) return { field, reason: 'unreadable-character' };
  if (text !== text.normalize('NFC') || text !== text.trim()) return { field, reason: 'not-normalised' };
  return null;
}

const LARGEST_NUMBER = 1_000_000;

function numberProblem(voter: Voter): RowProblem | null {
  for (const field of ['listNumber', 'stationNumber', 'districtNumber'] as const) {
    const number = voter[field];
    if (!Number.isInteger(number) || number < (field === 'listNumber' ? 1 : 0) || number > LARGEST_NUMBER)
      return { field, reason: 'bad-number' };
  }
  return null;
}

/** A first digit other than 1 and 2 is lawful (devices.md 1.4) and says nothing about the sex. */
function personalNumberProblem(voter: Voter): RowProblem | null {
  const parsed = parsePersonalNumber(voter.personalNumber);
  const field = 'personalNumber';
  if (!parsed.ok || parsed.value.digits !== voter.personalNumber)
    return { field, reason: 'bad-personal-number' };
  const { sex, birthDate } = parsed.value;
  if (sex !== 'unknown' && sex !== voter.sex) return { field, reason: 'sex-differs-from-personal-number' };
  return birthDate === voter.birthDate ? null : { field, reason: 'birth-date-differs-from-personal-number' };
}

function dateProblem(voter: Voter): RowProblem | null {
  return isDay(voter.birthDate) ? null : { field: 'birthDate', reason: 'bad-date' };
}

const DOCUMENT_NUMBER = /^[A-Z]{2}[0-9]{7}$/;

function documentProblem(voter: Voter): RowProblem | null {
  const field = 'documents';
  return firstProblem(voter.documents, ({ number, expires }) => {
    if (!DOCUMENT_NUMBER.test(number)) return { field, reason: 'bad-document-number' };
    return isDay(expires) ? null : { field, reason: 'bad-date' };
  });
}

function templateProblem(templates: SourceVoter['templates']): RowProblem | null {
  if (templates.length === 0) return null;
  const field = 'templates';
  const positions = new Set(templates.map((template) => template.position));
  if (positions.size !== templates.length) return { field, reason: 'duplicate' };
  const readable = templates.every(
    ({ position, record }) =>
      Number.isInteger(position) && position >= 0 && position <= 10 && decodeIso2005(record).ok,
  );
  return readable ? null : { field, reason: 'bad-template' };
}

function firstProblem<T>(items: readonly T[], problemOf: (item: T) => RowProblem | null): RowProblem | null {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== null) return problem;
  }
  return null;
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
