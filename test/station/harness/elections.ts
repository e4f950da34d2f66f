import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawnFingers } from '../../../fixtures/election/drawn-fingers.ts';
import {
  type ElectionPackage,
  readElection,
  regenerateElection,
  writeElection,
} from '../../../fixtures/election/election-package.ts';
import {
  type ElectionOptions,
  generateElection,
  type SyntheticElection,
} from '../../../fixtures/election/generate-election.ts';
import { unwrap } from '../../../src/domain/result.ts';

/** Templates of drawn fingers, which belong to nobody, kept from run to run by the hash of their seeds. */
const FINGER_CACHE = join(tmpdir(), 'tizme-test-fingers');
export const FINGERS = drawnFingers({ cacheDirectory: FINGER_CACHE });

/** A precinct as small as one can be with every awkward person in it. */
export interface TestElection {
  readonly election: SyntheticElection;
  readonly electionPackage: ElectionPackage;
  readonly directory: string;
}

export async function makeElection(options: Partial<ElectionOptions> = {}): Promise<TestElection> {
  return writeTestElection(generateElection({ voters: 24, seed: 3, ...options }));
}

export async function writeTestElection(election: SyntheticElection): Promise<TestElection> {
  const directory = mkdtempSync(join(tmpdir(), 'tizme-station-'));
  unwrap(await writeElection(join(directory, 'package'), election, { fingers: FINGERS }));
  return { election, electionPackage: unwrap(readElection(join(directory, 'package'))), directory };
}

/** Reads an election that was made before, in another process. */
export function openElection(directory: string): TestElection {
  const electionPackage = unwrap(readElection(join(directory, 'package')));
  return { election: regenerateElection(electionPackage), electionPackage, directory };
}

export function removeElection(test: TestElection): void {
  rmSync(test.directory, { recursive: true, force: true });
}
