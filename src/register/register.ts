import type { ParticipationToken } from '../domain/participation-token.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { EnrolledTemplate, Voter, VoterName } from '../domain/voter.ts';
import type { Migration } from '../store/migrations.ts';
import { openReadOnly } from '../store/open-store.ts';
import type { ReadableStore } from '../store/store.ts';
import { type IndexedPerson, readIndexedPeople } from './indexed-people.ts';
import { loadNameDictionary } from './name-dictionary.ts';
import { NameSearch, type NameSearchResult } from './name-search.ts';
import { openParticipation, type ParticipationError, participationKey } from './participation-tokens.ts';
import {
  hashContent,
  readDocuments,
  readInfo,
  readNationalIndex,
  readStations,
  type StationRow,
  stationFromRow,
  VOTERS_IN_ORDER,
} from './register-content.ts';
import type { RegisterError, TemplateError } from './register-error.ts';
import type {
  NationalIndexReference,
  RegisterInfo,
  RegisterStation,
  SourceVoter,
} from './register-source.ts';
import { readStationVoters } from './station-voters.ts';
import { openTemplate } from './template-seal.ts';
import { type DocumentRow, type VoterRow, voterFromRows } from './voter-row.ts';

export interface OpenRegisterOptions {
  readonly file: string;
  /** The database key; the caller wipes its own copy. */
  readonly databaseKey: Uint8Array;
  /** `migrations/register`, or the same as a list. */
  readonly migrations: string | readonly Migration[];
  /** The election, station and kind of election that this laptop is set up for; null for whoever may see them all. */
  readonly expected: Pick<RegisterInfo, 'electionId' | 'stationNumber' | 'mock'> | null;
  /** Another thread of this process holds it open and went through all of it (src/store/open-store.ts). */
  readonly openInOtherThread?: boolean;
}

/** A line of the printed list of voters. */
export interface PaperListLine {
  readonly listNumber: number;
  readonly name: VoterName;
}

/** Codes of finger positions end here (ISO/IEC 19794-2:2005, table 2). */
const LAST_POSITION = 10;

/** What a name search shows at most. */
export const SEARCH_LIMIT = 50;

/** Opens a register for reading; one of another election, of another station or never finished is refused. */
export function openRegister(options: OpenRegisterOptions): Result<Register, RegisterError> {
  const opened = openReadOnly({
    file: options.file,
    key: options.databaseKey,
    migrations: options.migrations,
    openInOtherThread: options.openInOtherThread === true,
  });
  if (!opened.ok) return err({ code: 'register-store', store: opened.error });
  const store = opened.value;
  const read = store.read(() => readInfo(store));
  const refused = read.ok ? refusal(read.value, options.expected) : storeProblem(read.error);
  if (refused !== null || !read.ok || read.value === null) {
    store.close();
    return err(refused ?? { code: 'register-unfinished' });
  }
  return ok(new Register(store, read.value));
}

/**
 * The voter register of one station, read-only. The look-ups let the driver's exception through where the disk
 * fails; `read` is the border that makes it a `Result`.
 */
export class Register {
  readonly #store: ReadableStore;
  #info: RegisterInfo;
  /** Made when a name is searched for the first time. */
  #names: NameSearch | null = null;
  #version: number;

  constructor(store: ReadableStore, info: RegisterInfo) {
    this.#store = store;
    this.#info = info;
    this.#version = dataVersion(store);
  }

  info(): RegisterInfo {
    this.#notice();
    return this.#info;
  }

  /** A delta that was applied since the last question: what is kept in memory is read again. */
  #notice(): void {
    const version = dataVersion(this.#store);
    if (version === this.#version) return;
    this.#version = version;
    this.#names = null;
    this.#info = readInfo(this.#store) ?? this.#info;
  }

  /** Runs look-ups on one snapshot; what the disk does is a named error. */
  read<T>(work: (register: Register) => T): Result<T, RegisterError> {
    const done = this.#store.read(() => ({ value: work(this) }));
    return done.ok ? ok(done.value.value) : err(storeProblem(done.error));
  }

  byId(id: string): Voter | null {
    return this.#voter('SELECT * FROM voter WHERE id = ?', id);
  }

  /** As typed: blanks and hyphens don't count. */
  byPersonalNumber(personalNumber: string): Voter | null {
    return this.#voter(
      'SELECT * FROM voter WHERE personal_number = ?',
      personalNumber.replace(/[\s\u00a0-]/g, ''),
    );
  }

  /** Any document of the voter, replaced ones too; which one it was is in `voter.documents`. */
  byDocumentNumber(documentNumber: string): Voter | null {
    return this.#voter(
      `SELECT voter.* FROM voter_document JOIN voter USING (voter_key) WHERE number = ?`,
      documentNumber.replace(/[\s\u00a0-]/g, '').toUpperCase(),
    );
  }

  /** In the list of the register's own station; a national register has to be told whose list. */
  byListNumber(listNumber: number, station: number = this.#info.stationNumber): Voter | null {
    return this.#voter('SELECT * FROM voter WHERE list_station = ? AND list_number = ?', station, listNumber);
  }

  /** Voters by any part of the name, in any order, alphabet and common spelling; see name-search.ts. */
  search(text: string, limit: number = SEARCH_LIMIT): NameSearchResult {
    this.#notice();
    this.#names ??= new NameSearch(this.#store, loadNameDictionary(this.#store));
    return this.#names.search(text, limit);
  }

  /** The photo as JPEG, or null where the register has none. */
  photo(id: string): Uint8Array | null {
    const row = this.#store.get<{ jpeg: Uint8Array }>(
      'SELECT jpeg FROM voter_photo JOIN voter USING (voter_key) WHERE id = ?',
      [id],
    );
    return row === undefined ? null : new Uint8Array(row.jpeg);
  }

  /**
   * The enrolled templates of a voter, or of one finger, opened, by finger position; empty for a voter without any.
   * The caller wipes the records after the comparison. With one seal broken nothing is given out.
   */
  openTemplates(
    id: string,
    templateKey: Uint8Array,
    position?: number,
  ): Result<EnrolledTemplate[], TemplateError> {
    const rows = this.#store.all<{ position: number; sealed: Uint8Array }>(
      `SELECT position, sealed FROM voter_template JOIN voter USING (voter_key)
        WHERE id = ? AND position BETWEEN ? AND ? ORDER BY position`,
      [id, position ?? 0, position ?? LAST_POSITION],
    );
    const templates: EnrolledTemplate[] = [];
    for (const { position: finger, sealed } of rows) {
      const place = { electionId: this.#info.electionId, voterId: id, position: finger };
      const opened = openTemplate(templateKey, sealed, place);
      if (!opened.ok) {
        for (const template of templates) template.record.fill(0);
        return opened;
      }
      templates.push({ position: finger, record: opened.value });
    }
    return ok(templates);
  }

  /** What the centre compares instead of a voter; null where this register was made without. */
  openParticipation(
    id: string,
    templateKey: Uint8Array,
  ): Result<ParticipationToken | null, ParticipationError> {
    const row = this.#store.get<{ sealed: Uint8Array }>(
      'SELECT sealed FROM voter_participation JOIN voter USING (voter_key) WHERE id = ?',
      [id],
    );
    if (row === undefined) return ok(null);
    const key = participationKey(templateKey);
    const opened = openParticipation(key, row.sealed, { electionId: this.#info.electionId, voterId: id });
    key.fill(0);
    return opened;
  }

  /** Enrolled fingers in the whole register. */
  templateCount(): number {
    return this.#store.get<{ n: number }>('SELECT count(*) AS n FROM voter_template')?.n ?? 0;
  }

  /** The list of one station of a national register, for its package; see station-voters.ts. */
  stationVoters(
    stationNumber: number | null,
    templateKey: Uint8Array,
  ): Result<SourceVoter[], RegisterError | TemplateError> {
    return readStationVoters(this.#store, this.#info.electionId, stationNumber, templateKey);
  }

  /** Where the templates of a voter are, without opening them: finger positions, ascending. */
  templatePositions(id: string): number[] {
    return this.#store
      .all<{ position: number }>(
        'SELECT position FROM voter_template JOIN voter USING (voter_key) WHERE id = ? ORDER BY position',
        [id],
      )
      .map((row) => row.position);
  }

  station(number: number): RegisterStation | null {
    const row = this.#store.get<StationRow>('SELECT * FROM station WHERE station_number = ?', [number]);
    return row === undefined ? null : stationFromRow(row);
  }

  stations(): RegisterStation[] {
    return readStations(this.#store);
  }

  /** The national index that this register was made with; null where there is none. */
  nationalIndex(): NationalIndexReference | null {
    return readNationalIndex(this.#store);
  }

  /** The paper list, in the order of its numbers. */
  *all(): IterableIterator<PaperListLine> {
    const rows = this.#store.iterate<Pick<VoterRow, 'list_number' | 'surname' | 'given' | 'patronymic'>>(
      'SELECT list_number, surname, given, patronymic FROM voter ORDER BY list_station, list_number',
    );
    for (const row of rows) {
      const { surname, given, patronymic } = row;
      yield { listNumber: row.list_number, name: { surname, given, patronymic } };
    }
  }

  /** Everybody with everything, in the order of the lists; templates stay sealed. */
  *voters(): IterableIterator<Voter> {
    for (const row of this.#store.iterate<VoterRow>(VOTERS_IN_ORDER)) {
      yield voterFromRows(row, this.#documents(row.voter_key));
    }
  }

  /** What the national index needs of everybody, in one pass over both tables, by no particular order. */
  *indexedPeople(): IterableIterator<IndexedPerson> {
    yield* readIndexedPeople(this.#store);
  }

  /** Reads everything again: the counts and the hash of the canonical rows, photos included. */
  verifyContent(): Result<void, RegisterError> {
    const info = this.info();
    const read = this.#store.read(() => hashContent(this.#store, info));
    if (!read.ok) return err(storeProblem(read.error));
    const { contentHash, voters, women } = read.value;
    const same = contentHash === info.contentHash && voters === info.voters && women === info.women;
    return same ? ok() : err({ code: 'content-changed', expected: info.contentHash, found: contentHash });
  }

  close(): void {
    this.#store.close();
  }

  #voter(sql: string, ...values: readonly (string | number)[]): Voter | null {
    const row = this.#store.get<VoterRow>(sql, values);
    return row === undefined ? null : voterFromRows(row, this.#documents(row.voter_key));
  }

  #documents(voterKey: number): DocumentRow[] {
    return readDocuments(this.#store, voterKey);
  }
}

/** Changes with each commit of another connection (https://www.sqlite.org/pragma.html#pragma_data_version). */
function dataVersion(store: ReadableStore): number {
  return (
    store.get<{ data_version: number }>('SELECT data_version FROM pragma_data_version')?.data_version ?? 0
  );
}

function refusal(info: RegisterInfo | null, expected: OpenRegisterOptions['expected']): RegisterError | null {
  if (info === null) return { code: 'register-unfinished' };
  if (expected === null) return null;
  if (info.mock !== expected.mock) {
    return { code: 'mock-mismatch', expected: expected.mock, found: info.mock };
  }
  if (info.electionId !== expected.electionId) {
    return { code: 'other-election', expected: expected.electionId, found: info.electionId };
  }
  if (info.stationNumber !== expected.stationNumber) {
    return { code: 'other-station', expected: expected.stationNumber, found: info.stationNumber };
  }
  return null;
}

function storeProblem(store: Extract<RegisterError, { code: 'register-store' }>['store']): RegisterError {
  return { code: 'register-store', store };
}
