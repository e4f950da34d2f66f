import { parsePersonalNumber } from '../domain/personal-number.ts';
import type { Voter } from '../domain/voter.ts';
import { decodeIso2005 } from '../fingerprint/codecs/iso-19794-2-2005.ts';
import type { RegisterError } from './register-error.ts';
import type { SourceVoter } from './register-source.ts';

type RowProblem = Pick<Extract<RegisterError, { code: 'row-refused' }>, 'field' | 'reason'>;

/** Checks the rows of one import, each by itself and against those before it. */
export class SourceVoterCheck {
  readonly #seen = new Set<string>();
  #lastListNumber = 0;

  /** What is wrong with the next voter, or null. */
  problemOf({ voter, templates }: SourceVoter): RowProblem | null {
    return (
      textProblem(voter) ??
      personalNumberProblem(voter) ??
      dateProblem(voter) ??
      this.#duplicate('id', voter.id) ??
      this.#orderProblem(voter.listNumber) ??
      this.#duplicate('personalNumber', voter.personalNumber) ??
      this.#documentProblem(voter) ??
      templateProblem(templates)
    );
  }

  #documentProblem(voter: Voter): RowProblem | null {
    for (const { number, expires } of voter.documents) {
      if (!/^[A-Z]{2}[0-9]{7}$/.test(number)) return { field: 'documents', reason: 'bad-document-number' };
      if (!isDay(expires)) return { field: 'documents', reason: 'bad-date' };
      const duplicate = this.#duplicate('documents', number);
      if (duplicate !== null) return duplicate;
    }
    return null;
  }

  #orderProblem(listNumber: number): RowProblem | null {
    const field = 'listNumber';
    if (listNumber === this.#lastListNumber) return { field, reason: 'duplicate' };
    if (!Number.isInteger(listNumber) || listNumber < this.#lastListNumber) {
      return { field, reason: 'not-in-order' };
    }
    this.#lastListNumber = listNumber;
    return null;
  }

  #duplicate(field: string, value: string): RowProblem | null {
    const key = `${field} ${value}`;
    if (this.#seen.has(key)) return { field, reason: 'duplicate' };
    this.#seen.add(key);
    return null;
  }
}

function textProblem(voter: Voter): RowProblem | null {
  const { surname, given, patronymic } = voter.name;
  const fields: readonly (readonly [string, string | null])[] = [
    ['id', voter.id],
    ['surname', surname],
    ['given', given],
    ['patronymic', patronymic],
    ['address', voter.address],
  ];
  for (const [field, text] of fields) {
    if (text === null) continue;
    if (text.trim() === '') return { field, reason: 'empty' };
    if (text !== text.normalize('NFC') || text !== text.trim()) return { field, reason: 'not-normalised' };
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

function templateProblem(templates: SourceVoter['templates']): RowProblem | null {
  const field = 'templates';
  const positions = new Set(templates.map((template) => template.position));
  if (positions.size !== templates.length) return { field, reason: 'duplicate' };
  const readable = templates.every(({ record }) => decodeIso2005(record).ok);
  return readable ? null : { field, reason: 'bad-template' };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const milliseconds = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().slice(0, 10) === text;
}
