import type { ParticipationToken } from '../domain/participation-token.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { ElsewhereVoter, EnrolledTemplate, Voter, VoterName } from '../domain/voter.ts';
import type { Migration } from '../store/migrations.ts';
import { openReadOnly } from '../store/open-store.ts';
import type { ReadableStore } from '../store/store.ts';
import { ContentHash, sha256, type TemplateDigest } from './content-hash.ts';
import { elsewhereKey, elsewhereToken } from './elsewhere-token.ts';
import { type NameSearchResult, searchNames } from './name-search.ts';
import { openParticipation, type ParticipationError, participationKey } from './participation-tokens.ts';
import type { RegisterError, TemplateError } from './register-error.ts';
import type { RegisterInfo, SourceVoter } from './register-source.ts';
import { readStationVoters } from './station-voters.ts';
import { openTemplate } from './template-seal.ts';
import { type DocumentRow, type VoterRow, voterFromRows } from './voter-row.ts';

export interface OpenRegisterOptions {
  readonly file: string;
  /** The database key; the caller wipes its own copy. */
  readonly databaseKey: Uint8Array;
  /** `migrations/register`, or the same as a list. */
  readonly migrations: string | readonly Migration[];
  /** The election, station and kind of election that this laptop is set up for. */
  readonly expected: Pick<RegisterInfo, 'electionId' | 'stationNumber' | 'mock'>;
}

/** A line of the printed list of voters. */
export interface PaperListLine {
  readonly listNumber: number;
  readonly name: VoterName;
}

/** What a name search shows at most. */
export const SEARCH_LIMIT = 50;

/** Opens a register for reading; one of another election, of another station or never finished is refused. */
export function openRegister(options: OpenRegisterOptions): Result<Register, RegisterError> {
  const opened = openReadOnly({
    file: options.file,
    key: options.databaseKey,
    migrations: options.migrations,
  });
  if (!opened.ok) return err({ code: 'register-store', store: opened.error });
  const store = opened.value;
  const read = store.read(() => readInfo(store));
  const refused = read.ok ? refusal(read.value, options.expected) : storeProblem(read.error);
  if (refused !== null || !read.ok || read.value === null) {
    store.close();
    return err(refused ?? { code: 'register-unfinished' });
  }
  return ok(new Register(store, read.value, elsewhereKey(options.databaseKey)));
}

/**
 * The voter register of one station, read-only. The look-ups let the driver's exception through where the disk
 * fails; `read` is the border that makes it a `Result`.
 */
export class Register {
  readonly #store: ReadableStore;
  readonly #info: RegisterInfo;
  readonly #elsewhereKey: Uint8Array;

  constructor(store: ReadableStore, info: RegisterInfo, elsewhereKey: Uint8Array) {
    this.#store = store;
    this.#info = info;
    this.#elsewhereKey = elsewhereKey;
  }

  info(): RegisterInfo {
    return this.#info;
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

  byListNumber(listNumber: number): Voter | null {
    return this.#voter('SELECT * FROM voter WHERE list_number = ?', listNumber);
  }

  /** Voters by any part of the name, in any order, alphabet and common spelling; see name-search.ts. */
  search(text: string, limit: number = SEARCH_LIMIT): NameSearchResult {
    return searchNames(this.#store, text, limit);
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
   * The enrolled templates of a voter, opened, by finger position; empty for a voter without any. The caller
   * wipes the records after the comparison. With one seal broken nothing is given out.
   */
  openTemplates(id: string, templateKey: Uint8Array): Result<EnrolledTemplate[], TemplateError> {
    const rows = this.#store.all<{ position: number; sealed: Uint8Array }>(
      `SELECT position, sealed FROM voter_template JOIN voter USING (voter_key)
        WHERE id = ? ORDER BY position`,
      [id],
    );
    const templates: EnrolledTemplate[] = [];
    for (const { position, sealed } of rows) {
      const place = { electionId: this.#info.electionId, voterId: id, position };
      const opened = openTemplate(templateKey, sealed, place);
      if (!opened.ok) {
        for (const template of templates) template.record.fill(0);
        return opened;
      }
      templates.push({ position, record: opened.value });
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

  /** Where a voter of another station belongs; found by personal number and document number together only. */
  elsewhere(personalNumber: string, documentNumber: string): ElsewhereVoter | null {
    const row = this.#store.get<{ station_number: number; district_number: number; address: string }>(
      `SELECT station_number, district_number, address
         FROM elsewhere_voter JOIN elsewhere_station USING (station_number) WHERE token = ?`,
      [elsewhereToken(this.#elsewhereKey, personalNumber, documentNumber)],
    );
    if (row === undefined) return null;
    return { stationNumber: row.station_number, districtNumber: row.district_number, address: row.address };
  }

  /** The paper list, in the order of its numbers. */
  *all(): IterableIterator<PaperListLine> {
    const rows = this.#store.iterate<Pick<VoterRow, 'list_number' | 'surname' | 'given' | 'patronymic'>>(
      'SELECT list_number, surname, given, patronymic FROM voter ORDER BY list_number',
    );
    for (const row of rows) {
      const { surname, given, patronymic } = row;
      yield { listNumber: row.list_number, name: { surname, given, patronymic } };
    }
  }

  /** Reads everything again: the counts and the hash of the canonical rows, photos included. */
  verifyContent(): Result<void, RegisterError> {
    const read = this.#store.read(() => this.#recompute());
    if (!read.ok) return err(storeProblem(read.error));
    const { contentHash, voters, women } = read.value;
    const same =
      contentHash === this.#info.contentHash && voters === this.#info.voters && women === this.#info.women;
    return same
      ? ok()
      : err({ code: 'content-changed', expected: this.#info.contentHash, found: contentHash });
  }

  close(): void {
    this.#elsewhereKey.fill(0);
    this.#store.close();
  }

  #voter(sql: string, value: string | number): Voter | null {
    const row = this.#store.get<VoterRow>(sql, [value]);
    return row === undefined ? null : voterFromRows(row, this.#documents(row.voter_key));
  }

  #documents(voterKey: number): DocumentRow[] {
    return this.#store.all<DocumentRow>('SELECT * FROM voter_document WHERE voter_key = ? ORDER BY place', [
      voterKey,
    ]);
  }

  #recompute(): { contentHash: string; voters: number; women: number } {
    const hash = new ContentHash(this.#info);
    let voters = 0;
    let women = 0;
    for (const row of this.#store.iterate<VoterRow>('SELECT * FROM voter ORDER BY list_number')) {
      const voter = voterFromRows(row, this.#documents(row.voter_key));
      const photo = this.#store.get<{ jpeg: Uint8Array }>(
        'SELECT jpeg FROM voter_photo WHERE voter_key = ?',
        [row.voter_key],
      );
      const templates = this.#store.all<TemplateDigest>(
        'SELECT position, source, sha256 FROM voter_template WHERE voter_key = ?',
        [row.voter_key],
      );
      hash.add(voter, photo === undefined ? null : sha256(photo.jpeg), templates);
      voters += 1;
      if (voter.sex === 'female') women += 1;
    }
    return { contentHash: hash.digest(), voters, women };
  }
}

function readInfo(store: ReadableStore): RegisterInfo | null {
  const row = store.get<{
    election_id: string;
    mock: 0 | 1;
    station_number: number;
    district_number: number;
    station_name_ky: string;
    station_name_ru: string;
    station_name_en: string;
    voters: number;
    women: number;
    men: number;
    content_hash: string;
  }>('SELECT * FROM register_info');
  if (row === undefined) return null;
  return {
    electionId: row.election_id,
    stationNumber: row.station_number,
    districtNumber: row.district_number,
    stationName: { ky: row.station_name_ky, ru: row.station_name_ru, en: row.station_name_en },
    mock: row.mock === 1,
    voters: row.voters,
    women: row.women,
    men: row.men,
    contentHash: row.content_hash,
  };
}

function refusal(info: RegisterInfo | null, expected: OpenRegisterOptions['expected']): RegisterError | null {
  if (info === null) return { code: 'register-unfinished' };
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
