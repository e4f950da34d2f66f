import { deflateSync } from 'node:zlib';
import { shareOutList } from '../domain/lanes/list-shares.ts';
import type { ParticipationToken } from '../domain/participation-token.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { SourceVoterCheck } from '../register/check-source-voter.ts';
import { ContentHash, sha256 } from '../register/content-hash.ts';
import type { SourceElsewhere, SourceVoter } from '../register/register-source.ts';
import { writeWhole } from '../store/write-whole.ts';
import { createAgeKeys, sealTo } from './age-sealing.ts';
import { ballotProblem } from './ballot-problem.ts';
import type { ElectionPart, PeoplePart } from './election-part.ts';
import {
  type Manifest,
  type ManifestPart,
  MOST_PART_BYTES,
  MOST_VOTERS_OF_A_STATION,
  PACKED_PARTS,
  PART_NAMES,
  type PartName,
  registerInfoOf,
} from './manifest.ts';
import type { PackageError } from './package-error.ts';
import { encodeHeader, type PackageSigner, sha256Hex } from './package-file.ts';
import { SummaryCounter } from './summary-counts.ts';
import { encodeElsewhere, VoterPartsWriter } from './voter-parts.ts';

/** Fast: what is gained beyond it is not worth the minutes of a national run. */
const PACKING_LEVEL = 4;

export interface StationContent {
  /** What the manifest says beyond what is counted and hashed here. */
  readonly about: Omit<Manifest, 'shares' | 'counts' | 'register' | 'parts' | 'changesTo'>;
  readonly election: ElectionPart;
  readonly people: PeoplePart;
  /** By rising list number. */
  readonly voters: Iterable<SourceVoter>;
  readonly elsewhere: Iterable<SourceElsewhere>;
  /** The number that this election drew for a voter. */
  readonly participation: (voter: SourceVoter['voter']) => ParticipationToken;
  /** Opens every package of the election. */
  readonly recovery: string;
}

export interface BuiltPackage {
  readonly manifest: Manifest;
  /** Sealed, in the order of the manifest. */
  readonly parts: readonly Uint8Array[];
}

/** One station's package, in memory. Every row is checked as the register will, so that no lane refuses it later. */
export async function buildPackage(content: StationContent): Promise<Result<BuiltPackage, PackageError>> {
  const { about } = content;
  const list = writeList(content);
  if (!list.ok) return list;
  const { voters, templates, photos, counts, register, shares } = list.value;
  const keys = await createAgeKeys();
  const plain: Readonly<Record<PartName, Uint8Array>> = {
    keys: json({ version: 1, identity: keys.identity }),
    election: json(content.election),
    people: json(content.people),
    ...{ voters, templates, photos },
    elsewhere: encodeElsewhere(content.elsewhere),
  };
  const recipients = [...about.lanes.map(({ recipient }) => recipient), content.recovery];
  const parts: Uint8Array[] = [];
  const described: ManifestPart[] = [];
  for (const name of PART_NAMES) {
    const opened = plain[name];
    const most = MOST_PART_BYTES[name];
    if (opened.length > most) return err({ code: 'part-too-large', part: name, bytes: opened.length, most });
    const packed = PACKED_PARTS.includes(name) ? deflateSync(opened, { level: PACKING_LEVEL }) : opened;
    const sealed = await sealTo(name === 'keys' ? recipients : [keys.recipient], packed);
    parts.push(sealed);
    described.push({
      ...{ name, bytes: sealed.length, sha256: sha256Hex(sealed) },
      opened: { bytes: opened.length, sha256: sha256Hex(opened) },
    });
  }
  const changesTo = keys.recipient;
  return ok({ manifest: { ...about, changesTo, shares, counts, register, parts: described }, parts });
}

type WrittenList = Pick<Manifest, 'counts' | 'register' | 'shares'> &
  Readonly<Record<'voters' | 'templates' | 'photos', Uint8Array>>;

function writeList({
  about,
  election,
  voters,
  participation,
}: StationContent): Result<WrittenList, PackageError> {
  const writer = new VoterPartsWriter();
  const check = new SourceVoterCheck();
  const counter = new SummaryCounter(about.electionDate);
  const hash = new ContentHash(registerInfoOf(about));
  const listed: { listNumber: number; address: string }[] = [];
  for (const entry of voters) {
    const line = listed.length + 1;
    const problem = check.problemOf(entry) ?? ballotProblem(entry.voter, election.procedure);
    if (problem !== null) return err({ code: 'row-refused', line, ...problem });
    if (line > MOST_VOTERS_OF_A_STATION)
      return err({ code: 'row-refused', line, field: 'listNumber', reason: 'too-many' });
    const { voter, photo, templates } = entry;
    writer.add({ ...entry, participation: participation(voter) });
    counter.add(voter);
    hash.add(
      voter,
      photo === null ? null : sha256(photo),
      templates.map(({ position, source, record }) => ({ position, source, sha256: sha256(record) })),
    );
    listed.push({ listNumber: voter.listNumber, address: voter.address });
  }
  const lanes = about.lanes.map(({ lane }) => lane).sort((a, b) => a - b);
  return ok({
    ...writer.finish(),
    counts: counter.counts(),
    register: hash.digest(),
    shares: lanes.length === 0 ? [] : shareOutList(listed, lanes),
  });
}

/**
 * Writes a package whole or not at all.
 * @returns the size of the file in bytes
 * @throws what the file system says
 */
export function writePackage(
  file: string,
  { manifest, parts }: BuiltPackage,
  signers: readonly PackageSigner[],
): number {
  return writeWhole(file, [encodeHeader(manifest, signers), ...parts]);
}

function json(content: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(content)}\n`, 'utf8');
}
