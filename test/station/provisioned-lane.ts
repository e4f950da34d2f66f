import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { openElectionRegister } from '../../fixtures/election/election-package.ts';
import { PRACTICE_PIN_COST } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { buildPackage, type StationContent, writePackage } from '../../src/packages/build-package.ts';
import { authorityOf, type Commission, parseCommission } from '../../src/packages/commission.ts';
import type { PeoplePart } from '../../src/packages/election-part.ts';
import type { LaneEntry } from '../../src/packages/manifest.ts';
import type { MemberKeys } from '../../src/packages/member-keys.ts';
import {
  NATIONAL_INDEX_PART,
  type OpenedPackage,
  openPackage,
  sharedFileName,
} from '../../src/packages/open-package.ts';
import { hashFile } from '../../src/packages/package-file.ts';
import {
  sampleAbout,
  sampleCommission,
  sampleElectionPart,
  samplePeople,
} from '../../src/packages/testing/sample-package.ts';
import {
  type NationalIndexSource,
  writeNationalIndex,
} from '../../src/register/national-index/write-national-index.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import type { SourceVoter } from '../../src/register/register-source.ts';
import { keepShare } from '../../src/station/lane/device-share.ts';
import {
  createLaptopKeys,
  type LaptopKeys,
  laneEntryOfLaptop,
} from '../../src/station/provision/laptop-keys.ts';
import {
  type Admission,
  provisionFromPackage,
  REGISTER_FILE,
} from '../../src/station/provision/provision-from-package.ts';
import { randomKey } from '../../src/store/keys.ts';
import type { TestElection } from './harness.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
export const ENVELOPE = { id: 'envelope-1', code: '314159265358' };

type PackagePerson = PeoplePart['people'][number];

/** A package of a test's election, signed by two of three, and the laptops that it can become lanes on. */
export interface TestPackage {
  readonly file: string;
  readonly commission: Commission;
  /** The text of its commission.json. */
  readonly trust: string;
  readonly members: readonly MemberKeys[];
  readonly laptop: LaptopKeys;
  readonly tokenSecret: Uint8Array;
  open(): Promise<OpenedPackage>;
}

export async function makePackage(
  test: TestElection,
  options: {
    readonly name?: string;
    readonly about?: Partial<StationContent['about']>;
    readonly otherLanes?: readonly LaneEntry[];
    readonly tokenSecret?: Uint8Array;
    /** Signed by the same members, for the same laptop, as that one: a later version. */
    readonly after?: TestPackage;
    readonly voters?: (voters: readonly SourceVoter[]) => readonly SourceVoter[];
    readonly journalRecipients?: readonly string[];
    /** Who votes elsewhere: a national index beside the package, as all stations share it. */
    readonly index?: NationalIndexSource;
    readonly people?: (people: readonly PackagePerson[]) => readonly PackagePerson[];
  } = {},
): Promise<TestPackage> {
  const { trust, members } = options.after ?? (await sampleCommission());
  const commission = unwrap(parseCommission(trust));
  const laptop = options.after?.laptop ?? (await createLaptopKeys());
  const { content, keys } = test.electionPackage;
  const { procedure, station, roster } = content;
  const register = unwrap(openElectionRegister(test.electionPackage));
  const voters = unwrap(register.stationVoters(null, keys.templates));
  register.close();
  const tokenSecret = options.tokenSecret ?? options.after?.tokenSecret ?? randomKey();
  const people = roster.map(({ id, name, role, pin }) => ({ id, name, role, pin }));
  const tokens = participationTokens(tokenSecret, procedure.electionId);
  const index = options.index === undefined ? null : writeSharedIndex(test, options.index);
  const built = unwrap(
    await buildPackage({
      about: {
        ...sampleAbout(procedure),
        station,
        lanes: [laneEntryOfLaptop(laptop, 1, null), ...(options.otherLanes ?? [])],
        ...(index === null ? {} : { shared: [index.part] }),
        ...options.about,
      },
      election: {
        ...sampleElectionPart(procedure),
        trustedCertificates: content.trustedCertificates,
        changes: authorityOf(commission),
        nationalIndex: index === null ? null : { key: index.key },
        journalRecipients: [...(options.journalRecipients ?? [])],
      },
      people: samplePeople(options.people?.(people) ?? people, [ENVELOPE]),
      voters: options.voters?.(voters) ?? voters,
      elsewhere: [],
      participation: ({ personalNumber }) => tokens(personalNumber),
      recovery: commission.recovery,
    }),
  );
  const file = join(test.directory, options.name ?? 'station.tizme');
  writePackage(file, built, members.slice(0, 2));
  return {
    ...{ file, commission, trust, members, laptop, tokenSecret },
    open: async () =>
      unwrap(
        await openPackage(
          file,
          { commission, day: null, sharedDirectory: sharedOf(test) },
          { kind: 'sealed-to', identity: laptop.identity },
        ),
      ),
  };
}

const sharedOf = (test: TestElection): string => join(test.directory, 'shared');

function writeSharedIndex(test: TestElection, source: NationalIndexSource) {
  const shared = sharedOf(test);
  mkdirSync(shared, { recursive: true });
  const [unnamed, key] = [join(shared, 'index.unfinished'), randomKey()];
  unwrap(writeNationalIndex({ file: unnamed, key, source }));
  const hashed = assertDefined(hashFile(unnamed) ?? undefined, 'the index');
  renameSync(unnamed, join(shared, sharedFileName(NATIONAL_INDEX_PART, hashed.sha256)));
  return { part: { name: NATIONAL_INDEX_PART, ...hashed }, key: Buffer.from(key).toString('base64') };
}

/** A laptop's folders once it is a lane; its share lies on the stick. */
export interface ProvisionedLane {
  readonly directory: string;
  readonly stick: string;
  readonly test: TestElection;
}

export async function becomeLane(
  test: TestElection,
  opened: OpenedPackage,
  laptop: LaptopKeys,
  admission?: Admission,
  trust?: string,
): Promise<ProvisionedLane> {
  const base = join(test.directory, `laptop-${laptop.device}`);
  const [directory, packageDirectory, stick] = ['station', 'package', 'stick'].map((name) =>
    join(base, name),
  );
  if (directory === undefined || packageDirectory === undefined || stick === undefined) throw new Error();
  mkdirSync(stick, { recursive: true });
  const share = randomKey();
  unwrap(
    await provisionFromPackage({
      ...{ opened, laptop, share, directory, packageDirectory, sharedDirectory: sharedOf(test) },
      migrations: MIGRATIONS,
      pinCost: PRACTICE_PIN_COST,
      ...(admission === undefined ? {} : { admission }),
      ...(trust === undefined ? {} : { trust }),
    }),
  );
  unwrap(keepShare(directory, { kind: 'stick', folder: stick }, laptop.device, share));
  const registerFile = join(packageDirectory, REGISTER_FILE);
  return { directory, stick, test: { ...test, electionPackage: { ...test.electionPackage, registerFile } } };
}
