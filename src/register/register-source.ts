import type { LocalizedText } from '../domain/language.ts';
import type { ParticipationToken } from '../domain/participation-token.ts';
import type { ElsewhereVoter, EnrolledTemplate, IsoDate, Voter, VoterName } from '../domain/voter.ts';

/** Which register this is, and what it adds up to. Holds no personal data. */
export interface RegisterInfo {
  readonly electionId: string;
  readonly stationNumber: number;
  readonly districtNumber: number;
  readonly stationName: LocalizedText;
  readonly mock: boolean;
  readonly voters: number;
  readonly women: number;
  readonly men: number;
  /** SHA-256 over the canonical rows, 64 hexadecimal digits; `Register.verifyContent` recomputes it. */
  readonly contentHash: string;
}

/** One line of a list of search results. */
export interface VoterSummary {
  readonly id: string;
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
  readonly voter: Voter;
  /** JPEG, or null where there is no picture. */
  readonly photo: Uint8Array | null;
  readonly templates: readonly SourceTemplate[];
  /** Drawn when the election's packages were built; absent where nothing goes to a centre. */
  readonly participation?: ParticipationToken;
}

/** A person of another station with one document; a person of two documents is two entries. */
export interface SourceElsewhere extends ElsewhereVoter {
  readonly personalNumber: string;
  readonly documentNumber: string;
}

/** What a register is made of. Voters may come lazily, by rising list number. */
export interface RegisterSource {
  readonly info: Omit<RegisterInfo, 'voters' | 'women' | 'men' | 'contentHash'>;
  readonly voters: Iterable<SourceVoter>;
  readonly elsewhere: Iterable<SourceElsewhere>;
}
