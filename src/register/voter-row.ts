import { z } from 'zod';
import type { DocumentKind, Voter, VoterDocument, VoterStanding } from '../domain/voter.ts';
import type { VoterSummary } from './register-source.ts';

/** A row of `voter` as SQL gives it. */
export interface VoterRow {
  readonly voter_key: number;
  readonly id: string;
  readonly list_number: number;
  readonly personal_number: string;
  readonly surname: string | null;
  readonly given: string;
  readonly patronymic: string | null;
  readonly birth_date: string;
  readonly sex: 'female' | 'male';
  readonly address: string;
  readonly station_number: number;
  readonly district_number: number;
  readonly standing: VoterStanding;
  readonly ballot_styles: string;
  readonly changes: string;
  readonly has_fingerprints: 0 | 1;
}

/** A row of `voter_document`. */
export interface DocumentRow {
  readonly voter_key: number;
  readonly kind: DocumentKind;
  readonly number: string;
  readonly expires: string;
  readonly current: 0 | 1;
}

export type SummaryRow = Pick<
  VoterRow,
  | 'voter_key'
  | 'id'
  | 'station_number'
  | 'list_number'
  | 'surname'
  | 'given'
  | 'patronymic'
  | 'birth_date'
  | 'address'
>;

export const readBallotStyles = remembering(z.array(z.string()));
const readChanges = remembering(z.array(z.enum(['new-name', 'new-document'])));

/** Millions of voters have the same few lists: each is read once. */
function remembering<T>(schema: z.ZodType<readonly T[]>): (json: string) => readonly T[] {
  const known = new Map<string, readonly T[]>();
  return (json) => {
    let list = known.get(json);
    if (list === undefined) {
      list = schema.parse(JSON.parse(json));
      if (known.size < MOST_KNOWN) known.set(json, list);
    }
    return list;
  };
}

const MOST_KNOWN = 1000;

export function voterFromRows(row: VoterRow, documents: readonly DocumentRow[]): Voter {
  return {
    id: row.id,
    listNumber: row.list_number,
    personalNumber: row.personal_number,
    name: { surname: row.surname, given: row.given, patronymic: row.patronymic },
    birthDate: row.birth_date,
    sex: row.sex,
    address: row.address,
    stationNumber: row.station_number,
    districtNumber: row.district_number,
    standing: row.standing,
    ballotStyles: readBallotStyles(row.ballot_styles),
    documents: documents.map(documentFromRow),
    hasFingerprints: row.has_fingerprints === 1,
    changes: readChanges(row.changes),
  };
}

export function summaryFromRow(row: SummaryRow): VoterSummary {
  return {
    id: row.id,
    stationNumber: row.station_number,
    listNumber: row.list_number,
    name: { surname: row.surname, given: row.given, patronymic: row.patronymic },
    birthDate: row.birth_date,
    address: row.address,
  };
}

function documentFromRow(row: DocumentRow): VoterDocument {
  return { kind: row.kind, number: row.number, expires: row.expires, current: row.current === 1 };
}
