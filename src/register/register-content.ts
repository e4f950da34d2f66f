import type { ReadableStore } from '../store/store.ts';
import { ContentHash, sha256, type TemplateDigest } from './content-hash.ts';
import type { NationalIndexReference, RegisterInfo, RegisterStation } from './register-source.ts';
import { type DocumentRow, type VoterRow, voterFromRows } from './voter-row.ts';

export const VOTERS_IN_ORDER = 'SELECT * FROM voter ORDER BY list_station, list_number';

/** A row of `station`. */
export interface StationRow {
  readonly station_number: number;
  readonly district_number: number;
  readonly name_ky: string;
  readonly name_ru: string;
  readonly name_en: string;
  readonly address: string;
}

/** What the register says of itself; null where its import broke off. */
export function readInfo(store: ReadableStore): RegisterInfo | null {
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
    package_hash: string;
    delta_sequence: number;
  }>('SELECT *, (SELECT coalesce(max(sequence), 0) FROM list_delta) AS delta_sequence FROM register_info');
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
    packageHash: row.package_hash,
    deltaSequence: row.delta_sequence,
  };
}

export function readDocuments(store: ReadableStore, voterKey: number): DocumentRow[] {
  return store.all<DocumentRow>('SELECT * FROM voter_document WHERE voter_key = ? ORDER BY place', [
    voterKey,
  ]);
}

export function readStations(store: ReadableStore): RegisterStation[] {
  return store.all<StationRow>('SELECT * FROM station ORDER BY station_number').map(stationFromRow);
}

export function stationFromRow(row: StationRow): RegisterStation {
  return {
    number: row.station_number,
    districtNumber: row.district_number,
    name: { ky: row.name_ky, ru: row.name_ru, en: row.name_en },
    address: row.address,
  };
}

export function readNationalIndex(store: ReadableStore): NationalIndexReference | null {
  const row = store.get<{ sha256: Uint8Array; key: Uint8Array }>('SELECT sha256, key FROM national_index');
  return row === undefined ? null : { sha256: new Uint8Array(row.sha256), key: new Uint8Array(row.key) };
}

/** The hash of the rows that are there now, and what they add up to. */
export function hashContent(
  store: ReadableStore,
  info: RegisterInfo,
): { readonly contentHash: string; readonly voters: number; readonly women: number } {
  const hash = new ContentHash(info);
  for (const station of readStations(store)) hash.addStation(station);
  let voters = 0;
  let women = 0;
  for (const row of store.iterate<VoterRow>(VOTERS_IN_ORDER)) {
    const voter = voterFromRows(row, readDocuments(store, row.voter_key));
    const photo = store.get<{ jpeg: Uint8Array }>('SELECT jpeg FROM voter_photo WHERE voter_key = ?', [
      row.voter_key,
    ]);
    const templates = store.all<TemplateDigest>(
      'SELECT position, source, sha256 FROM voter_template WHERE voter_key = ?',
      [row.voter_key],
    );
    hash.add(voter, photo === undefined ? null : sha256(photo.jpeg), templates);
    voters += 1;
    if (voter.sex === 'female') women += 1;
  }
  return { contentHash: hash.digest(), voters, women };
}
