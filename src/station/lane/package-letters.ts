import { dirname, join } from 'node:path';
import { parseCommission } from '../../packages/commission.ts';
import { openPackage } from '../../packages/open-package.ts';
import type { ReadableStore } from '../../store/store.ts';
import type { LaneIdentity } from '../context.ts';
import { readLaneCustody } from './lane-custody.ts';
import { readLanePackage } from './lane-package.ts';
import { PACKAGE_FILE } from './register-place.ts';

/**
 * PINs and envelope codes as the package in force has them, by person: it lies beside the list, and the ledger holds its
 * key. Empty where it can't be opened any more.
 */
export async function readLetters(
  store: ReadableStore,
  identity: Pick<LaneIdentity, 'electionId' | 'stationNumber' | 'mock'>,
  registerFile: string,
): Promise<ReadonlyMap<string, string>> {
  const [custody, seen] = [readLaneCustody(store), readLanePackage(store)];
  const commission = custody === null ? null : parseCommission(custody.commission);
  if (seen === null || commission?.ok !== true) return new Map();
  const { electionId, stationNumber, mock } = identity;
  const opened = await openPackage(
    join(dirname(registerFile), PACKAGE_FILE),
    // What day it is doesn't matter: it is in force.
    { commission: commission.value, electionId, stationNumber, mock, seen, day: null },
    { kind: 'package-key', identity: seen.packageKey },
  );
  if (!opened.ok) return new Map();
  const { people, envelopes } = opened.value.people;
  return new Map([
    ...people.map(({ id, pin }) => [id, pin] as const),
    ...envelopes.map(({ id, code }) => [id, code] as const),
  ]);
}
