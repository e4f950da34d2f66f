import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateElection } from '../../../fixtures/election/generate-election.ts';
import { generatedFingers } from '../../../fixtures/election/generated-fingers.ts';
import { MOCK_ROSTER } from '../../../fixtures/election/roster.ts';
import { ENROLLED_POSITIONS } from '../../../fixtures/election/synthetic-person.ts';
import { unwrap } from '../../domain/result.ts';
import { participationTokens } from '../../register/participation-tokens.ts';
import type { SourceVoter } from '../../register/register-source.ts';
import { type AgeKeys, createAgeKeys } from '../age-sealing.ts';
import { buildPackage, type StationContent, writePackage } from '../build-package.ts';
import type { Commission } from '../commission.ts';
import type { LaneEntry } from '../manifest.ts';
import type { MemberKeys } from '../member-keys.ts';
import { checkPackage, openPackage, type PackageExpectation } from '../open-package.ts';
import { sampleAbout, sampleCommission, sampleElectionPart, samplePeople } from './sample-package.ts';

export const TOKEN_SECRET = new Uint8Array(32).fill(7);

/** A commission of three, a laptop of one lane, and packages of a small synthetic station. */
export interface PackageBench {
  readonly directory: string;
  readonly commission: Commission;
  readonly members: readonly MemberKeys[];
  readonly lane: AgeKeys;
  content(changes?: Partial<StationContent['about']>): StationContent;
  write(options?: {
    readonly name?: string;
    readonly about?: Partial<StationContent['about']>;
    readonly content?: Partial<StationContent>;
    readonly signedBy?: readonly number[];
  }): Promise<string>;
  check(file: string, expected?: Partial<PackageExpectation>): ReturnType<typeof checkPackage>;
  open(file: string, expected?: Partial<PackageExpectation>): ReturnType<typeof openPackage>;
  /** A copy with something done to its bytes. */
  changed(file: string, change: (bytes: Buffer) => Uint8Array): string;
  remove(): void;
}

export async function createPackageBench(
  options: { readonly voters?: number; readonly photos?: boolean } = {},
): Promise<PackageBench> {
  const directory = mkdtempSync(join(tmpdir(), 'tizme-package-'));
  const { commission, members } = await sampleCommission();
  const lane = await createAgeKeys();
  const { procedure, station, sources } = await smallStation(options.voters ?? 24, options.photos === true);
  const tokens = participationTokens(TOKEN_SECRET, procedure.electionId);
  let copies = 0;

  const bench: PackageBench = {
    ...{ directory, commission, members, lane },
    content: (changes = {}) => ({
      about: { ...sampleAbout(procedure), station, lanes: [laneEntry(lane.recipient)], ...changes },
      election: sampleElectionPart(procedure),
      people: samplePeople(MOCK_ROSTER),
      voters: sources,
      elsewhere: [],
      participation: ({ personalNumber }) => tokens(personalNumber),
      recovery: commission.recovery,
    }),
    async write({ name = 'station.tizme', about = {}, content = {}, signedBy = [0, 1] } = {}) {
      const file = join(directory, name);
      const built = unwrap(await buildPackage({ ...bench.content(about), ...content }));
      writePackage(
        file,
        built,
        signedBy.map((index) => members[index]).filter((one) => one !== undefined),
      );
      return file;
    },
    check: (file, expected = {}) => checkPackage(file, { commission, day: null, ...expected }),
    open: (file, expected = {}) =>
      openPackage(
        file,
        { commission, day: null, ...expected },
        { kind: 'sealed-to', identity: lane.identity },
      ),
    changed(file, change) {
      copies += 1;
      const copy = join(directory, `changed-${copies}.tizme`);
      writeFileSync(copy, change(readFileSync(file)));
      return copy;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
  return bench;
}

export function laneEntry(recipient: string, lane = 1): LaneEntry {
  return {
    ...{ lane, recipient, device: `lane-${lane}-test` },
    ledgerKey: Buffer.alloc(32, lane).toString('base64'),
    codeKey: Buffer.alloc(32, 100 + lane).toString('base64'),
    certificate: 'a certificate',
    address: null,
  };
}

async function smallStation(count: number, photos: boolean) {
  const { procedure, station, voters } = generateElection({ voters: count, seed: 5 });
  const fingers = generatedFingers();
  const sources: SourceVoter[] = [];
  for (const { voter, fingers: own, key } of voters) {
    const templates = [];
    for (const finger of own) {
      const template = ENROLLED_POSITIONS.includes(finger.position) ? await fingers.enrol(finger) : null;
      if (template !== null) templates.push(template);
    }
    // Nothing in a package looks into a picture.
    const photo = photos ? Buffer.from(`picture of ${key} `.repeat(400), 'utf8') : null;
    sources.push({ voter, photo, templates });
  }
  return { procedure, station, sources };
}
