import type { ParticipationToken } from '../../domain/participation-token.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { EnrolledTemplate, Voter } from '../../domain/voter.ts';
import type { NameSearchResult } from '../../register/name-search.ts';
import type {
  NationalIndex,
  NationalIndexError,
  VoterElsewhere,
} from '../../register/national-index/national-index.ts';
import type { PaperListLine, Register } from '../../register/register.ts';
import type { RegisterInfo } from '../../register/register-source.ts';
import type { VisitorReference } from '../../register/visitors/visitor-keys.ts';
import type { VisitorParticipation } from '../visitors/admitted-visitor.ts';
import { VisitorBook } from '../visitors/visitor-book.ts';

/** Why nobody can be asked for who votes elsewhere: another version of the program made the index, or anything else. */
export type IndexTrouble =
  | 'index-unusable'
  | Extract<NationalIndexError['code'], 'index-of-older-program' | 'index-of-newer-program'>;

/** The voter register as the use cases ask it: with the template key bound, errors in the station's words. */
export class StationRegister {
  readonly #register: Register;
  readonly #templateKey: Uint8Array;
  readonly #index: Result<NationalIndex, IndexTrouble>;
  /** Voters of other stations who are or were at this table: they are asked for like those of the list. */
  readonly visitors: VisitorBook;

  constructor(register: Register, templateKey: Uint8Array, index: Result<NationalIndex, IndexTrouble>) {
    this.#register = register;
    this.#templateKey = templateKey;
    this.#index = index;
    this.visitors = new VisitorBook(register.info().electionId);
  }

  info(): RegisterInfo {
    return this.#register.info();
  }

  /**
   * Reads every row again and compares with the hash that the package was signed with; that hash covers what
   * the templates were, so each seal is opened, too.
   */
  verifyContent(): boolean {
    return this.#register.verifyContent().ok && this.#everyTemplateOpens();
  }

  byId(id: string): Voter | null {
    return this.visitors.voter(id) ?? this.#register.byId(id);
  }

  byPersonalNumber(personalNumber: string): Voter | null {
    return this.#register.byPersonalNumber(personalNumber);
  }

  byDocumentNumber(number: string): Voter | null {
    return this.#register.byDocumentNumber(number);
  }

  byListNumber(listNumber: number): Voter | null {
    return this.#register.byListNumber(listNumber);
  }

  search(text: string, limit: number): NameSearchResult {
    return this.#register.search(text, limit);
  }

  photo(id: string): Uint8Array | null {
    return this.visitors.has(id) ? this.visitors.photo(id) : this.#register.photo(id);
  }

  /**
   * The templates of one finger, or of all, opened for the length of a comparison; the caller wipes the records as
   * soon as it returns.
   */
  openTemplates(id: string, position?: number): Result<EnrolledTemplate[], 'template-damaged'> {
    if (this.visitors.has(id)) return this.visitors.openTemplates(id, position);
    const opened = this.#register.openTemplates(id, this.#templateKey, position);
    return opened.ok ? ok(opened.value) : err('template-damaged');
  }

  templateCount(): number {
    return this.#register.templateCount();
  }

  /** What goes to the centre with an identification; null where the register was made without. */
  participation(id: string): Result<ParticipationToken | null, 'participation-damaged'> {
    const opened = this.#register.openParticipation(id, this.#templateKey);
    return opened.ok ? opened : err('participation-damaged');
  }

  /** Whether every seal of a voter's templates is the one that was put on; nothing of them is given out. */
  templatesAreWhole(id: string): boolean {
    const opened = this.openTemplates(id);
    if (!opened.ok) return false;
    for (const { record } of opened.value) record.fill(0);
    return true;
  }

  /** The fingers that a voter has templates of, without opening one. */
  templatePositions(id: string): number[] {
    return this.visitors.has(id) ? this.visitors.templatePositions(id) : this.#register.templatePositions(id);
  }

  /** Why the election's national index can't be asked; null where it is here, as the register was made with it. */
  get indexTrouble(): IndexTrouble | null {
    return this.#index.ok ? null : this.#index.error;
  }

  /** Where the holder of this document votes. Callers go through `lookUpElsewhere`, which puts it on record. */
  elsewhere(
    personalNumber: string,
    documentNumber: string,
  ): Result<{ readonly visitor: string; readonly voter: VoterElsewhere | null }, IndexTrouble> {
    if (!this.#index.ok) return this.#index;
    const found = this.#index.value.lookUp(personalNumber, documentNumber);
    if (!found.ok) return err('index-unusable');
    return ok({ visitor: this.#index.value.visitorId(personalNumber), voter: found.value });
  }

  /** What the holder of a personal number is known by here; null without an index. */
  visitorId(personalNumber: string): string | null {
    return this.#index.ok ? this.#index.value.visitorId(personalNumber) : null;
  }

  /** Where the record of this document's holder lies at the centre. */
  visitorReference(personalNumber: string, documentNumber: string): VisitorReference | null {
    return this.#index.ok ? this.#index.value.visitorReference(personalNumber, documentNumber) : null;
  }

  /** Whom claims about visitors without a record are sealed to; null where no centre takes any. */
  get claims(): string | null {
    return this.#index.ok ? this.#index.value.claims : null;
  }

  all(): IterableIterator<PaperListLine> {
    return this.#register.all();
  }

  #everyTemplateOpens(): boolean {
    for (const { listNumber } of this.#register.all()) {
      const voter = this.#register.byListNumber(listNumber);
      if (voter === null || !this.templatesAreWhole(voter.id)) return false;
      if (!this.participation(voter.id).ok) return false;
    }
    return true;
  }

  close(): void {
    this.#templateKey.fill(0);
    this.visitors.close();
    if (this.#index.ok) this.#index.value.close();
    this.#register.close();
  }
}

/**
 * What goes to the centre with an identification and its undo. A voter is never turned away for a token that can't
 * be read: `verifyContent` finds it before the day, and without one the centre just can't compare this voter.
 */
export function tokenOf(
  register: Pick<StationRegister, 'participation' | 'visitors'>,
  voterId: string,
): VisitorParticipation {
  if (register.visitors.has(voterId)) return register.visitors.participation(voterId);
  const token = register.participation(voterId);
  return token.ok && token.value !== null ? { token: token.value } : {};
}
