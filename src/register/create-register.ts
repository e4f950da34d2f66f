import { existsSync, renameSync, rmSync } from 'node:fs';
import { err, type Result } from '../domain/result.ts';
import { fullName } from '../domain/voter.ts';
import type { Migration } from '../store/migrations.ts';
import { openStore } from '../store/open-store.ts';
import type { WritableStore } from '../store/store.ts';
import { SourceVoterCheck } from './check-source-voter.ts';
import { ContentHash, sha256 } from './content-hash.ts';
import { letterPairs } from './edit-distance.ts';
import { elsewhereKey, elsewhereToken } from './elsewhere-token.ts';
import { foldWord, splitName, wordSkeletons } from './name-folding.ts';
import { participationKey, sealParticipation } from './participation-tokens.ts';
import type { RegisterError } from './register-error.ts';
import type { RegisterInfo, RegisterKeys, RegisterSource, SourceVoter } from './register-source.ts';
import { sealTemplate } from './template-seal.ts';

export interface CreateRegisterOptions {
  readonly file: string;
  readonly keys: RegisterKeys;
  /** `migrations/register`, or the same as a list. */
  readonly migrations: string | readonly Migration[];
  readonly source: RegisterSource;
  /** Told after each voter. */
  readonly onVoter?: (done: number) => void;
}

/**
 * Makes a register, all or nothing: it is written beside its place under another name in one transaction, and
 * moved there when it is whole. An existing register is never overwritten.
 */
export function createRegister(options: CreateRegisterOptions): Result<RegisterInfo, RegisterError> {
  const { file, keys, migrations } = options;
  if (existsSync(file)) return err({ code: 'already-exists' });
  const unfinished = `${file}.unfinished`;
  removeDatabase(unfinished);
  const opened = openStore({ file: unfinished, key: keys.database, migrations });
  if (!opened.ok) return err({ code: 'register-store', store: opened.error });
  const store = opened.value;
  const written = writeAll(store, options);
  store.close();
  if (!written.ok) {
    removeDatabase(unfinished);
    return written;
  }
  try {
    renameSync(unfinished, file);
    return written;
  } catch {
    removeDatabase(unfinished);
    return err({ code: 'register-store', store: { code: 'cannot-open', sqliteCode: 'SQLITE_CANTOPEN' } });
  }
}

/** Breaks off the transaction; carries the named reason out of it. */
class RowRefused extends Error {
  readonly error: RegisterError;
  constructor(error: RegisterError) {
    super('a row was refused');
    this.error = error;
  }
}

function writeAll(store: WritableStore, options: CreateRegisterOptions): Result<RegisterInfo, RegisterError> {
  try {
    const done = store.transaction(() => new RegisterWriter(store, options).write());
    if (!done.ok) return err({ code: 'register-store', store: done.error });
    const checkpoint = store.checkpoint();
    return checkpoint.ok ? done : err({ code: 'register-store', store: checkpoint.error });
  } catch (cause) {
    if (cause instanceof RowRefused) return err(cause.error);
    throw cause;
  }
}

/** Writes the rows of one register inside one transaction. */
class RegisterWriter {
  readonly #store: WritableStore;
  readonly #options: CreateRegisterOptions;
  readonly #participationKey: Uint8Array;
  readonly #check = new SourceVoterCheck();
  /** Keys of the words already there, by folded form and skeleton. */
  readonly #words = new Map<string, number>();

  constructor(store: WritableStore, options: CreateRegisterOptions) {
    this.#store = store;
    this.#options = options;
    this.#participationKey = participationKey(options.keys.templates);
  }

  write(): RegisterInfo {
    const { source, onVoter } = this.#options;
    const hash = new ContentHash(source.info);
    let voters = 0;
    let women = 0;
    for (const entry of source.voters) {
      voters += 1;
      this.#writeVoter(voters, entry);
      hash.add(
        entry.voter,
        entry.photo === null ? null : sha256(entry.photo),
        entry.templates.map(({ position, source, record }) => ({ position, source, sha256: sha256(record) })),
      );
      if (entry.voter.sex === 'female') women += 1;
      onVoter?.(voters);
    }
    this.#writeElsewhere();
    this.#participationKey.fill(0);
    const info: RegisterInfo = {
      ...source.info,
      voters,
      women,
      men: voters - women,
      contentHash: hash.digest(),
    };
    this.#writeInfo(info);
    return info;
  }

  #writeVoter(voterKey: number, entry: SourceVoter): void {
    const { voter, photo, templates, participation } = entry;
    const problem = this.#check.problemOf(entry);
    if (problem !== null) throw new RowRefused({ code: 'row-refused', line: voterKey, ...problem });
    this.#store.run(
      `INSERT INTO voter (voter_key, id, list_number, personal_number, surname, given, patronymic, birth_date,
         sex, address, station_number, district_number, standing, ballot_styles, changes, has_fingerprints)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        voterKey,
        voter.id,
        voter.listNumber,
        voter.personalNumber,
        voter.name.surname,
        voter.name.given,
        voter.name.patronymic,
        voter.birthDate,
        voter.sex,
        voter.address,
        voter.stationNumber,
        voter.districtNumber,
        voter.standing,
        JSON.stringify(voter.ballotStyles),
        JSON.stringify(voter.changes),
        voter.hasFingerprints ? 1 : 0,
      ],
    );
    for (const [place, document] of voter.documents.entries()) {
      this.#store.run(
        `INSERT INTO voter_document (number, voter_key, place, kind, expires, current) VALUES (?, ?, ?, ?, ?, ?)`,
        [document.number, voterKey, place, document.kind, document.expires, document.current ? 1 : 0],
      );
    }
    if (photo !== null) {
      this.#store.run('INSERT INTO voter_photo (voter_key, jpeg) VALUES (?, ?)', [voterKey, photo]);
    }
    const { electionId } = this.#options.source.info;
    for (const { position, source, record } of templates) {
      const sealed = sealTemplate(this.#options.keys.templates, record, {
        electionId,
        voterId: voter.id,
        position,
      });
      this.#store.run(
        'INSERT INTO voter_template (voter_key, position, source, sha256, sealed) VALUES (?, ?, ?, ?, ?)',
        [voterKey, position, source, sha256(record), sealed],
      );
    }
    if (participation !== undefined) {
      const sealed = sealParticipation(this.#participationKey, participation, {
        electionId,
        voterId: voter.id,
      });
      this.#store.run('INSERT INTO voter_participation (voter_key, sealed) VALUES (?, ?)', [
        voterKey,
        sealed,
      ]);
    }
    this.#writeName(voterKey, voter.name);
  }

  #writeName(voterKey: number, name: SourceVoter['voter']['name']): void {
    const keys = new Set<number>();
    for (const word of splitName(fullName(name))) {
      const folded = foldWord(word);
      for (const skeleton of wordSkeletons(word)) keys.add(this.#wordKey(folded, skeleton));
    }
    for (const key of keys) {
      this.#store.run('INSERT INTO voter_word (word_key, voter_key) VALUES (?, ?)', [key, voterKey]);
    }
  }

  #wordKey(folded: string, skeleton: string): number {
    const text = `${folded} ${skeleton}`;
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    const key = this.#words.size + 1;
    this.#words.set(text, key);
    this.#store.run('INSERT INTO name_word (word_key, folded, skeleton) VALUES (?, ?, ?)', [
      key,
      folded,
      skeleton,
    ]);
    for (const form of new Set([folded, skeleton])) {
      for (const pair of letterPairs(form)) {
        this.#store.run('INSERT OR IGNORE INTO name_pair (pair, letters, word_key) VALUES (?, ?, ?)', [
          pair,
          form.length,
          key,
        ]);
      }
    }
    return key;
  }

  #writeElsewhere(): void {
    const key = elsewhereKey(this.#options.keys.database);
    const stations = new Set<number>();
    const tokens = new Set<string>();
    for (const { stationNumber, districtNumber, address, personalNumber, documentNumber } of this.#options
      .source.elsewhere) {
      if (!stations.has(stationNumber)) {
        stations.add(stationNumber);
        this.#store.run(
          'INSERT INTO elsewhere_station (station_number, district_number, address) VALUES (?, ?, ?)',
          [stationNumber, districtNumber, address],
        );
      }
      const token = elsewhereToken(key, personalNumber, documentNumber);
      const text = Buffer.from(token).toString('hex');
      if (tokens.has(text)) {
        const line = tokens.size + 1;
        throw new RowRefused({ code: 'row-refused', line, field: 'elsewhere', reason: 'duplicate' });
      }
      tokens.add(text);
      this.#store.run('INSERT INTO elsewhere_voter (token, station_number) VALUES (?, ?)', [
        token,
        stationNumber,
      ]);
    }
    key.fill(0);
  }

  #writeInfo(info: RegisterInfo): void {
    const { ky, ru, en } = info.stationName;
    this.#store.run(
      `INSERT INTO register_info (one, election_id, mock, station_number, district_number, station_name_ky,
         station_name_ru, station_name_en, voters, women, men, content_hash)
       VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        info.electionId,
        info.mock ? 1 : 0,
        info.stationNumber,
        info.districtNumber,
        ky,
        ru,
        en,
        info.voters,
        info.women,
        info.men,
        info.contentHash,
      ],
    );
  }
}

function removeDatabase(file: string): void {
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(file + part, { force: true });
}
