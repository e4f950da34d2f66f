import type { ParticipationToken } from '../domain/participation-token.ts';
import type { StoreBuilder } from '../store/build-store.ts';
import { type SealingKey, sealingKey } from '../store/keys.ts';
import type { SqlValue } from '../store/store.ts';
import type { TemplateDigest } from './content-hash.ts';
import { sha256 } from './content-hash.ts';
import { NameIndexWriter } from './name-index-writer.ts';
import { participationKey, sealParticipation } from './participation-tokens.ts';
import {
  NATIONAL,
  type NationalIndexReference,
  type RegisterIdentity,
  type RegisterInfo,
  type RegisterKeys,
  type RegisterStation,
  type SourceVoter,
} from './register-source.ts';
import { sealTemplate } from './template-seal.ts';

/** Owns the SQL that fills a new register. */
export class RegisterRows {
  readonly #builder: StoreBuilder;
  readonly #info: RegisterIdentity;
  readonly #templateKey: SealingKey;
  readonly #participationKey: SealingKey;
  readonly #names = new NameIndexWriter();
  readonly #voters: RowBatch;
  readonly #documents: RowBatch;

  constructor(builder: StoreBuilder, info: RegisterIdentity, keys: RegisterKeys) {
    this.#builder = builder;
    this.#info = info;
    this.#templateKey = sealingKey(keys.templates);
    const participation = participationKey(keys.templates);
    this.#participationKey = sealingKey(participation);
    participation.fill(0);
    this.#voters = new RowBatch(
      builder,
      `INSERT INTO voter (voter_key, id, list_station, list_number, personal_number, surname, given, patronymic,
         birth_date, sex, address, station_number, district_number, standing, ballot_styles, changes,
         has_fingerprints)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#documents = new RowBatch(
      builder,
      'INSERT INTO voter_document (voter_key, place, kind, number, expires, current) VALUES (?, ?, ?, ?, ?, ?)',
    );
  }

  writeStation({ number, districtNumber, name, address }: RegisterStation): void {
    this.#builder.statement(
      `INSERT INTO station (station_number, district_number, name_ky, name_ru, name_en, address)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )([number, districtNumber, name.ky, name.ru, name.en, address]);
  }

  writeNationalIndex({ sha256: fileSha256, key }: NationalIndexReference): void {
    this.#builder.statement('INSERT INTO national_index (one, sha256, key) VALUES (1, ?, ?)')([
      fileSha256,
      key,
    ]);
  }

  /** A voter with all that belongs to it but its place in the name index. */
  write(voterKey: number, { voter, photo, templates, participation }: SourceVoter): TemplateDigest[] {
    const { name } = voter;
    this.#voters.add([
      voterKey,
      voter.id,
      this.#info.stationNumber === NATIONAL ? voter.stationNumber : this.#info.stationNumber,
      voter.listNumber,
      voter.personalNumber,
      name.surname,
      name.given,
      name.patronymic,
      voter.birthDate,
      voter.sex,
      voter.address,
      voter.stationNumber,
      voter.districtNumber,
      voter.standing,
      jsonTexts(voter.ballotStyles),
      jsonTexts(voter.changes),
      voter.hasFingerprints ? 1 : 0,
    ]);
    // Documents and what else refers to a voter come after the voter.
    for (const [place, { kind, number, expires, current }] of voter.documents.entries()) {
      this.#documents.add([voterKey, place, kind, number, expires, current ? 1 : 0]);
    }
    if (photo !== null || templates.length > 0 || participation !== undefined) this.flush();
    if (participation !== undefined) this.#writeParticipation(voterKey, voter.id, participation);
    if (photo !== null) {
      this.#builder.statement('INSERT INTO voter_photo (voter_key, jpeg) VALUES (?, ?)')([voterKey, photo]);
    }
    this.#names.add(voterKey, name);
    if (this.#voters.isFull) this.flush();
    return templates.map(({ position, source, record }) => {
      const digest = sha256(record);
      const place = { electionId: this.#info.electionId, voterId: voter.id, position };
      const sealed = sealTemplate(this.#templateKey, record, place);
      this.#builder.statement(
        'INSERT INTO voter_template (voter_key, position, source, sha256, sealed) VALUES (?, ?, ?, ?, ?)',
      )([voterKey, position, source, digest, sealed]);
      return { position, source, sha256: digest };
    });
  }

  #writeParticipation(voterKey: number, voterId: string, token: ParticipationToken): void {
    const { electionId } = this.#info;
    this.#builder.statement('INSERT INTO voter_participation (voter_key, sealed) VALUES (?, ?)')([
      voterKey,
      sealParticipation(this.#participationKey, token, { electionId, voterId }),
    ]);
  }

  /** Rows that wait to be written are written. */
  flush(): void {
    this.#voters.flush();
    this.#documents.flush();
  }

  writeNames(): void {
    const word = this.#builder.statement('INSERT INTO name_word (word_key, word) VALUES (?, ?)');
    const list = this.#builder.statement('INSERT INTO name_word_voters (word_key, voters) VALUES (?, ?)');
    let key = 0;
    for (const [text, voters] of this.#names.entries()) {
      key += 1;
      word([key, text]);
      list([key, voters]);
    }
  }

  /** The last row. */
  writeInfo(info: RegisterInfo): void {
    const { ky, ru, en } = info.stationName;
    this.#builder.statement(
      `INSERT INTO register_info (one, election_id, mock, station_number, district_number, station_name_ky,
         station_name_ru, station_name_en, voters, women, men, content_hash, package_hash)
       VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )([
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
      info.packageHash,
    ]);
  }
}

/** Most voters have the same few ballot styles, and no changes. */
const jsonOf = new WeakMap<readonly string[], string>();

function jsonTexts(texts: readonly string[]): string {
  if (texts.length === 0) return '[]';
  let json = jsonOf.get(texts);
  if (json === undefined) {
    json = JSON.stringify(texts);
    jsonOf.set(texts, json);
  }
  return json;
}

const AT_ONCE = 2000;

/** Rows of one table, written many at a time: millions are through sooner when SQLite stays with one table for a while. */
class RowBatch {
  readonly #run: (values: readonly SqlValue[]) => void;
  #rows: (readonly SqlValue[])[] = [];

  constructor(builder: StoreBuilder, sql: string) {
    this.#run = builder.statement(sql);
  }

  add(values: readonly SqlValue[]): void {
    this.#rows.push(values);
  }

  get isFull(): boolean {
    return this.#rows.length >= AT_ONCE;
  }

  flush(): void {
    for (const row of this.#rows) this.#run(row);
    this.#rows = [];
  }
}
