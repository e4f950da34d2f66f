import type { Procedure } from '../../domain/procedure.ts';
import { unwrap } from '../../domain/result.ts';
import type { Argon2Cost } from '../../store/unlock.ts';
import type { StationContent } from '../build-package.ts';
import { type Commission, parseCommission } from '../commission.ts';
import type { ElectionPart, PeoplePart } from '../election-part.ts';
import { holdCeremony, type MemberKeys, openMemberKeys } from '../member-keys.ts';

/** What tests and benchmarks put around their own lists to have a package of them. */

export const PASSPHRASE = 'twelve letters at least';
const CHEAP: Argon2Cost = { memoryKib: 64, iterations: 1, parallelism: 1 };

export interface SampleCommission {
  readonly commission: Commission;
  /** The text of its commission.json. */
  readonly trust: string;
  /** All three, unlocked. */
  readonly members: readonly MemberKeys[];
}

/** A commission of three, drawn anew. */
export async function sampleCommission(cost: Argon2Cost = CHEAP): Promise<SampleCommission> {
  const ceremony = await holdCeremony({
    origin: 'tizme.example/training',
    members: ['first', 'second', 'third'].map((id) => ({ id, passphrase: PASSPHRASE })),
    cost,
  });
  const members: MemberKeys[] = [];
  for (const file of ceremony.members)
    members.push(unwrap(await openMemberKeys(JSON.stringify(file), PASSPHRASE)));
  const trust = JSON.stringify(ceremony.commission);
  return { commission: unwrap(parseCommission(trust)), trust, members };
}

/** Version 1 of a build, open until the election day. */
export function sampleAbout({
  electionId,
  title,
  electionDate,
}: Procedure): Omit<StationContent['about'], 'station' | 'lanes'> {
  return {
    ...{ electionId, title, electionDate, expires: electionDate },
    ...{ mock: true, version: 1, build: '0'.repeat(64), shared: [] },
  };
}

/** Nothing but the procedure. */
export function sampleElectionPart(procedure: Procedure): ElectionPart {
  return {
    version: 1,
    procedure,
    trustedCertificates: [],
    collector: null,
    nationalIndex: null,
    journalRecipients: [],
  };
}

export function samplePeople(
  roster: readonly PeoplePart['people'][number][],
  envelopes: PeoplePart['envelopes'] = [],
): PeoplePart {
  return {
    version: 1,
    people: roster.map(({ id, name, role, pin }) => ({ id, name, role, pin })),
    envelopes,
  };
}
