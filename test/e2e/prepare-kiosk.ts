import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { drawnFingers } from '../../fixtures/election/drawn-fingers.ts';
import { ELECTION_FILE, readElection, writeElection } from '../../fixtures/election/election-package.ts';
import { generateElection } from '../../fixtures/election/generate-election.ts';
import { provisionMockLane } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import type { HostOptions } from '../../scripts/hosts/shared/host-options.ts';
import { findProgramFiles } from '../../scripts/hosts/shared/program-files.ts';
import { prepareElection, todayAtStation } from '../../scripts/start/prepare-election.ts';
import type { Procedure } from '../../src/domain/procedure.ts';
import { unwrap } from '../../src/domain/result.ts';

/** Fingers are drawn once and kept between runs; the elections themselves are made fresh. */
const CACHE = fileURLToPath(new URL('../../.cache/e2e', import.meta.url));
/** Its people stand in fixtures/election/awkward-cast.ts. */
const MOCK_ELECTION = { voters: 24, seed: 7 };

/** What the commission decided otherwise than in the usual mock election. */
export type ProcedureChange = Partial<Procedure>;

/** A laptop that was never unlocked, for a mock election of today held by that procedure. */
export async function prepareKiosk(data: string, change: ProcedureChange): Promise<HostOptions> {
  const { migrationsDirectory } = findProgramFiles();
  const io = { out() {}, progress() {} };
  const request = { ...MOCK_ELECTION, fresh: true, fingersCache: CACHE, electionDate: todayAtStation() };
  const options = unwrap(await prepareElection(data, migrationsDirectory, request, io));
  if (Object.keys(change).length === 0) return options;

  const { anyPrecinct = false, receipts = [], ...rest } = change;
  // What a voter gets, and where visitors vote, stands in the register as well.
  const twoReceipts = receipts.length > 1;
  const isOther = anyPrecinct || twoReceipts;
  const packageDirectory = isOther
    ? await otherElection(data, { electionDate: request.electionDate, anyPrecinct, twoReceipts })
    : `${options.packageDirectory}-changed`;
  if (!isOther) {
    await rm(packageDirectory, { recursive: true, force: true });
    await cp(options.packageDirectory, packageDirectory, { recursive: true });
  }
  await changeProcedure(join(packageDirectory, ELECTION_FILE), rest);
  await rm(options.dataDirectory, { recursive: true });
  unwrap(
    await provisionMockLane({
      electionPackage: unwrap(readElection(packageDirectory)),
      directory: options.dataDirectory,
      lane: 1,
      migrations: join(migrationsDirectory, 'station'),
    }),
  );
  return { ...options, packageDirectory };
}

/** The same people in another election: voters of other stations are identified, or there are two ballots; made once. */
async function otherElection(
  data: string,
  options: { readonly electionDate: string; readonly anyPrecinct: boolean; readonly twoReceipts: boolean },
): Promise<string> {
  const directory = join(data, `${options.anyPrecinct ? 'visitors' : 'home'}-${options.twoReceipts ? 2 : 1}`);
  if (existsSync(directory)) return directory;
  const election = generateElection({ ...MOCK_ELECTION, ...options });
  unwrap(await writeElection(directory, election, { fingers: drawnFingers({ cacheDirectory: CACHE }) }));
  return directory;
}

async function changeProcedure(file: string, change: ProcedureChange): Promise<void> {
  const election = z
    .looseObject({ procedure: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(await readFile(file, 'utf8')));
  await writeFile(file, JSON.stringify({ ...election, procedure: { ...election.procedure, ...change } }));
}
