import type { ParticipationToken } from '../../domain/participation-token.ts';
import type { Voter } from '../../domain/voter.ts';
import type { VisitorClaim } from '../../register/visitors/visitor-claim.ts';

/** By what a voter of another station is identified here: their record from the centre, or the chip of their document. */
export type VisitorSource = 'centre' | 'chip';

/** What the centre compares: the token of the record, or the claim of a visit without one. */
export interface VisitorParticipation {
  readonly token?: ParticipationToken;
  readonly claim?: VisitorClaim;
}

/** What this station keeps of a voter of another one: enough for screens, papers and an undo. */
export interface AdmittedVisitor extends VisitorParticipation {
  /** A keyed hash, the same at every table and for every document (`visitorId`). */
  readonly id: string;
  readonly source: VisitorSource;
  readonly person: VisitorPerson;
}

/** Without personal number and list number: neither has anything to do here. */
export type VisitorPerson = Pick<
  Voter,
  | 'name'
  | 'birthDate'
  | 'sex'
  | 'address'
  | 'stationNumber'
  | 'districtNumber'
  | 'ballotStyles'
  | 'hasFingerprints'
>;

/** No list of this station has them. */
export const NO_LIST_NUMBER = 0;

export function personOf(voter: Voter): VisitorPerson {
  const { name, birthDate, sex, address, stationNumber, districtNumber, ballotStyles, hasFingerprints } =
    voter;
  return { name, birthDate, sex, address, stationNumber, districtNumber, ballotStyles, hasFingerprints };
}

/** As JSON in one order: what comes back from the ledger has its keys in the order of their encoding. */
export function personText(person: VisitorPerson): string {
  const { surname, given, patronymic } = person.name;
  const { birthDate, sex, address, stationNumber, districtNumber, ballotStyles, hasFingerprints } = person;
  return JSON.stringify({
    ...{ name: { surname, given, patronymic }, birthDate, sex, address },
    ...{ stationNumber, districtNumber, ballotStyles, hasFingerprints },
  });
}

/** As the use cases know a voter. */
export function voterFrom({ id, person }: Pick<AdmittedVisitor, 'id' | 'person'>): Voter {
  return {
    ...{ ...person, id, listNumber: NO_LIST_NUMBER, personalNumber: '', standing: 'active' },
    ...{ documents: [], changes: [] },
  };
}
