import type { LocalizedText } from '../domain/language.ts';
import type { ParticipationToken } from '../domain/participation-token.ts';
import type { ElsewhereVoter, EnrolledTemplate, IsoDate, Voter, VoterName } from '../domain/voter.ts';
import type { RowProblem } from './register-error.ts';

/** The station number of a register of the whole country. */
export const NATIONAL = 0;

/** Which register this is, and what it adds up to. Holds no personal data. */
export interface RegisterInfo {
  readonly electionId: string;
  /** `NATIONAL` for the register of the whole country. */
  readonly stationNumber: number;
  readonly districtNumber: number;
  readonly stationName: LocalizedText;
  readonly mock: boolean;
  readonly voters: number;
  readonly women: number;
  readonly men: number;
  /** SHA-256 over the canonical rows, 64 hexadecimal digits; `Register.verifyContent` recomputes it. */
  readonly contentHash: string;
  /** The same as the register was made, before the changes that came after. */
  readonly packageHash: string;
  /** The newest list delta that was applied; 0 for none. */
  readonly deltaSequence: number;
}

/** What a register is told of itself when it is made; the rest is counted. */
export type RegisterIdentity = Pick<
  RegisterInfo,
  'electionId' | 'stationNumber' | 'districtNumber' | 'stationName' | 'mock'
>;

/** One line of a list of search results. */
export interface VoterSummary {
  readonly id: string;
  readonly stationNumber: number;
  readonly listNumber: number;
  readonly name: VoterName;
  readonly birthDate: IsoDate;
  readonly address: string;
}

/** The two keys of a register, 32 random bytes each. The template key opens nothing but templates. */
export interface RegisterKeys {
  readonly database: Uint8Array;
  readonly templates: Uint8Array;
}

/** Where an enrolled template comes from; all but `enrolled` exist in mock elections only. */
export type TemplateSource = 'enrolled' | 'drawn' | 'generated' | 'scanned';

export interface SourceTemplate extends EnrolledTemplate {
  readonly source: TemplateSource;
}

export interface SourceVoter {
  /** Where it stands in the file; its number among the rows where there is none. */
  readonly line?: number;
  readonly voter: Voter;
  /** JPEG, or null where there is no picture. */
  readonly photo: Uint8Array | null;
  readonly templates: readonly SourceTemplate[];
  /** Drawn when the election's packages were built; absent where nothing goes to a centre. */
  readonly participation?: ParticipationToken;
}

/** A row that can't be read, or not all of it. */
export interface UnreadRow {
  readonly line: number;
  /** At least one. */
  readonly problems: readonly RowProblem[];
  /** The voter all the same, with something in the place of each field that has a problem: what else is wrong shows in it. */
  readonly rest?: SourceVoter;
}

/** A row as a reader gives it: a voter, or what was wrong with it. */
export type SourceRow = SourceVoter | { readonly refused: UnreadRow };

/** A polling station, as a national register knows it. */
export interface RegisterStation {
  readonly number: number;
  readonly districtNumber: number;
  readonly name: LocalizedText;
  readonly address: string;
}

/** The national index that goes with a register: its SHA-256 and the key that opens one entry at a time, 32 bytes each. */
export interface NationalIndexReference {
  readonly sha256: Uint8Array;
  readonly key: Uint8Array;
}

/** A person of another station with one document; a person of two documents is two entries. */
export interface SourceElsewhere extends ElsewhereVoter {
  readonly personalNumber: string;
  readonly documentNumber: string;
  readonly ballotStyles: readonly string[];
}

/** What a register is made of. Voters may come lazily, in the order of the lists. */
export interface RegisterSource {
  readonly info: RegisterIdentity;
  readonly stations?: Iterable<RegisterStation>;
  readonly nationalIndex?: NationalIndexReference | null;
  readonly voters: Iterable<SourceRow>;
}
