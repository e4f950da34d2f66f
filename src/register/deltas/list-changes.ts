import { throwIllegalValue } from '../../domain/assert.ts';
import type { ParticipationToken } from '../../domain/participation-token.ts';
import type { Voter, VoterName } from '../../domain/voter.ts';
import { decodeIso2005 } from '../../fingerprint/codecs/iso-19794-2-2005.ts';
import type { WritableStore } from '../../store/store.ts';
import { voterProblem } from '../check-source-voter.ts';
import { sha256 } from '../content-hash.ts';
import { openParticipation, participationKey, sealParticipation } from '../participation-tokens.ts';
import type { RowProblem } from '../register-error.ts';
import { NATIONAL, type RegisterInfo } from '../register-source.ts';
import { sealTemplate } from '../template-seal.ts';
import { changeNameIndex } from './change-name-index.ts';
import type { ListChange } from './list-delta.ts';

export type ChangeProblem =
  | RowProblem
  /** Nobody in this list has the personal number. */
  | { readonly field: 'personalNumber'; readonly reason: 'unknown-voter' }
  /** A token that the package's key doesn't open, or another voter's. */
  | { readonly field: 'participation'; readonly reason: 'token-unopened' };

/** What a change did to this list. */
export const CHANGE_EFFECTS = ['added', 'corrected', 'moved', 'removed', 'at-home', 'restored'] as const;
export type ChangeEffect = (typeof CHANGE_EFFECTS)[number];

/** Tokens of new voters by personal number, opened; `trial`: what is tried out seals none. */
export type ChangeTokens = ReadonlyMap<string, ParticipationToken> | 'trial';

/** Thrown inside a transaction, which it breaks off. */
export class ChangeRefused extends Error {
  readonly problem: ChangeProblem;
  constructor(problem: ChangeProblem) {
    super('a change was refused');
    this.problem = problem;
  }
}

const STANDING_EFFECTS = {
  'struck-off': 'removed',
  'voted-at-home': 'at-home',
  active: 'restored',
} as const satisfies Readonly<Record<string, ChangeEffect>>;

interface KnownVoter {
  readonly voter_key: number;
  readonly id: string;
  readonly surname: string | null;
  readonly given: string;
  readonly patronymic: string | null;
}

/** Owns the SQL that changes a list. All of it runs inside one transaction. */
export class ListChanges {
  readonly #store: WritableStore;
  readonly #info: RegisterInfo;
  readonly #templateKey: Uint8Array;
  readonly #tokens: ChangeTokens;

  constructor(store: WritableStore, info: RegisterInfo, templateKey: Uint8Array, tokens: ChangeTokens) {
    this.#store = store;
    this.#info = info;
    this.#templateKey = templateKey;
    this.#tokens = tokens;
  }

  /** What the change did; null where a newer request of the same voter had come already. */
  apply(change: ListChange): ChangeEffect | null {
    const personalNumber = change.op === 'put' ? change.voter.personalNumber : change.personalNumber;
    const newest = this.#store.get<{ request: number }>(
      'SELECT request FROM voter_request WHERE personal_number = ?',
      [personalNumber],
    );
    if (newest !== undefined && newest.request >= change.request) return null;
    const known = this.#known(personalNumber);
    if (change.op === 'put') this.#put(change, known);
    else if (known === null) throw new ChangeRefused({ field: 'personalNumber', reason: 'unknown-voter' });
    else if (change.op === 'move') this.#move(change, known.voter_key);
    else this.#setStanding(change.standing, known.voter_key);
    this.#store.run(
      `INSERT INTO voter_request (personal_number, request) VALUES (?, ?)
         ON CONFLICT (personal_number) DO UPDATE SET request = excluded.request`,
      [personalNumber, change.request],
    );
    return this.#effectOf(change, known !== null);
  }

  #effectOf(change: ListChange, wasKnown: boolean): ChangeEffect {
    switch (change.op) {
      case 'put':
        return wasKnown ? 'corrected' : 'added';
      case 'move':
        return change.stationNumber === this.#info.stationNumber ? 'restored' : 'moved';
      case 'standing':
        return STANDING_EFFECTS[change.standing];
      default:
        return throwIllegalValue(change);
    }
  }

  #known(personalNumber: string): KnownVoter | null {
    const row = this.#store.get<KnownVoter>(
      'SELECT voter_key, id, surname, given, patronymic FROM voter WHERE personal_number = ?',
      [personalNumber],
    );
    return row ?? null;
  }

  #put(change: Extract<ListChange, { op: 'put' }>, known: KnownVoter | null): void {
    const { voter, photo, templates } = change;
    const problem = voterProblem(voter);
    if (problem !== null) throw new ChangeRefused(problem);
    const listStation =
      this.#info.stationNumber === NATIONAL ? voter.stationNumber : this.#info.stationNumber;
    const voterKey = known?.voter_key ?? this.#nextKey();
    this.#refuseDuplicates(voter, voterKey, listStation);
    if (known !== null) this.#remove(voterKey);
    this.#store.run(
      `INSERT INTO voter (voter_key, id, list_station, list_number, personal_number, surname, given, patronymic,
         birth_date, sex, address, station_number, district_number, standing, ballot_styles, changes,
         has_fingerprints)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (voter_key) DO UPDATE SET id = excluded.id, list_station = excluded.list_station,
         list_number = excluded.list_number, surname = excluded.surname, given = excluded.given,
         patronymic = excluded.patronymic, birth_date = excluded.birth_date, sex = excluded.sex,
         address = excluded.address, station_number = excluded.station_number,
         district_number = excluded.district_number, standing = excluded.standing,
         ballot_styles = excluded.ballot_styles, changes = excluded.changes,
         has_fingerprints = excluded.has_fingerprints`,
      [
        voterKey,
        voter.id,
        listStation,
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
    for (const [place, { kind, number, expires, current }] of voter.documents.entries()) {
      this.#store.run(
        'INSERT INTO voter_document (voter_key, place, kind, number, expires, current) VALUES (?, ?, ?, ?, ?, ?)',
        [voterKey, place, kind, number, expires, current ? 1 : 0],
      );
    }
    if (photo !== null) {
      this.#store.run('INSERT INTO voter_photo (voter_key, jpeg) VALUES (?, ?)', [
        voterKey,
        Buffer.from(photo, 'base64'),
      ]);
    }
    for (const template of templates) this.#putTemplate(voterKey, voter.id, template);
    this.#putToken(voterKey, change, known);
    changeNameIndex(this.#store, voterKey, known === null ? null : nameOf(known), voter.name);
  }

  #putTemplate(
    voterKey: number,
    voterId: string,
    { position, source, record }: Extract<ListChange, { op: 'put' }>['templates'][number],
  ): void {
    const bytes = new Uint8Array(Buffer.from(record, 'base64'));
    if (!decodeIso2005(bytes).ok) throw new ChangeRefused({ field: 'templates', reason: 'bad-template' });
    const place = { electionId: this.#info.electionId, voterId, position };
    this.#store.run(
      'INSERT INTO voter_template (voter_key, position, source, sha256, sealed) VALUES (?, ?, ?, ?, ?)',
      [voterKey, position, source, sha256(bytes), sealTemplate(this.#templateKey, bytes, place)],
    );
    bytes.fill(0);
  }

  /** A new voter's comes with the change; who is known keeps the one that packages were built with. */
  #putToken(
    voterKey: number,
    { voter, participation }: Extract<ListChange, { op: 'put' }>,
    known: KnownVoter | null,
  ): void {
    if (this.#tokens === 'trial') return;
    const { electionId } = this.#info;
    const key = participationKey(this.#templateKey);
    try {
      const own = known === null ? null : this.#tokenOf(voterKey, key, known.id);
      if (own === null && participation === undefined) return;
      const token = own ?? this.#tokens.get(voter.personalNumber);
      if (token === undefined) throw new ChangeRefused({ field: 'participation', reason: 'token-unopened' });
      this.#store.run(
        `INSERT INTO voter_participation (voter_key, sealed) VALUES (?, ?)
           ON CONFLICT (voter_key) DO UPDATE SET sealed = excluded.sealed`,
        [voterKey, sealParticipation(key, token, { electionId, voterId: voter.id })],
      );
    } finally {
      key.fill(0);
    }
  }

  /** Null where this register was made without, or the seal is broken: the change's own is taken then. */
  #tokenOf(voterKey: number, key: Uint8Array, voterId: string): ParticipationToken | null {
    const row = this.#store.get<{ sealed: Uint8Array }>(
      'SELECT sealed FROM voter_participation WHERE voter_key = ?',
      [voterKey],
    );
    if (row === undefined) return null;
    const opened = openParticipation(key, row.sealed, { electionId: this.#info.electionId, voterId });
    return opened.ok ? opened.value : null;
  }

  #nextKey(): number {
    return (
      (this.#store.get<{ last: number | null }>('SELECT max(voter_key) AS last FROM voter')?.last ?? 0) + 1
    );
  }

  /** What goes with the record that is replaced. */
  #remove(voterKey: number): void {
    for (const table of ['voter_document', 'voter_photo', 'voter_template'])
      this.#store.run(`DELETE FROM ${table} WHERE voter_key = ?`, [voterKey]);
  }

  #refuseDuplicates(voter: Voter, voterKey: number, listStation: number): void {
    const isTaken = (sql: string, values: readonly (string | number)[]): boolean =>
      this.#store.get(sql, [...values, voterKey]) !== undefined;
    if (isTaken('SELECT 1 FROM voter WHERE id = ? AND voter_key <> ?', [voter.id]))
      throw new ChangeRefused({ field: 'id', reason: 'duplicate' });
    const inList = 'SELECT 1 FROM voter WHERE list_station = ? AND list_number = ? AND voter_key <> ?';
    if (isTaken(inList, [listStation, voter.listNumber]))
      throw new ChangeRefused({ field: 'listNumber', reason: 'duplicate' });
    const numbers = voter.documents.map(({ number }) => number);
    const ofOthers = 'SELECT 1 FROM voter_document WHERE number = ? AND voter_key <> ?';
    if (new Set(numbers).size < numbers.length || numbers.some((number) => isTaken(ofOthers, [number])))
      throw new ChangeRefused({ field: 'documents', reason: 'duplicate' });
  }

  #move(change: Extract<ListChange, { op: 'move' }>, voterKey: number): void {
    const { stationNumber, districtNumber, listNumber } = change;
    if (this.#info.stationNumber !== NATIONAL) {
      const standing = stationNumber === this.#info.stationNumber ? 'active' : 'moved';
      this.#store.run(
        'UPDATE voter SET standing = ?, station_number = ?, district_number = ? WHERE voter_key = ?',
        [standing, stationNumber, districtNumber, voterKey],
      );
      return;
    }
    if (listNumber === null) throw new ChangeRefused({ field: 'listNumber', reason: 'empty' });
    const taken = this.#store.get(
      'SELECT 1 FROM voter WHERE list_station = ? AND list_number = ? AND voter_key <> ?',
      [stationNumber, listNumber, voterKey],
    );
    if (taken !== undefined) throw new ChangeRefused({ field: 'listNumber', reason: 'duplicate' });
    this.#store.run(
      `UPDATE voter SET standing = 'active', station_number = ?, district_number = ?, list_station = ?,
         list_number = ? WHERE voter_key = ?`,
      [stationNumber, districtNumber, stationNumber, listNumber, voterKey],
    );
  }

  #setStanding(standing: Voter['standing'], voterKey: number): void {
    const { stationNumber, districtNumber } = this.#info;
    this.#store.run('UPDATE voter SET standing = ? WHERE voter_key = ?', [standing, voterKey]);
    if (standing !== 'active' || stationNumber === NATIONAL) return;
    this.#store.run('UPDATE voter SET station_number = ?, district_number = ? WHERE voter_key = ?', [
      stationNumber,
      districtNumber,
      voterKey,
    ]);
  }
}

function nameOf({ surname, given, patronymic }: KnownVoter): VoterName {
  return { surname, given, patronymic };
}
