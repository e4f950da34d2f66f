import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { throwIllegalValue } from '../domain/assert.ts';
import type { Procedure } from '../domain/procedure.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { SIGNED_LIST, SourceVoterCheck } from '../register/check-source-voter.ts';
import { ContentHash, sha256 } from '../register/content-hash.ts';
import { indexVersionOf } from '../register/national-index/national-index.ts';
import type { SourceElsewhere } from '../register/register-source.ts';
import { openSealed } from './age-sealing.ts';
import { ballotProblem } from './ballot-problem.ts';
import { type Commission, parseJson } from './commission.ts';
import {
  type ElectionPart,
  electionPartSchema,
  keysPartSchema,
  type PeoplePart,
  peoplePartSchema,
} from './election-part.ts';
import { type Manifest, PACKED_PARTS, type PartName, registerInfoOf } from './manifest.ts';
import type { PackageError } from './package-error.ts';
import {
  hashFile,
  openRegularFile,
  type PackageHeader,
  readHeader,
  readPart,
  sha256Hex,
  verifyParts,
  verifySignatures,
} from './package-file.ts';
import { SummaryCounter, sameCounts, totalOf } from './summary-counts.ts';
import { type PackageVoter, readElsewhere, readVoterParts } from './voter-parts.ts';

/** What the laptop knows before it looks into a package. */
export interface PackageExpectation {
  readonly commission: Commission;
  readonly electionId?: string;
  readonly stationNumber?: number;
  readonly mock?: boolean;
  /** The newest package of this station and election that was ever opened here. */
  readonly seen?: { readonly version: number; readonly build: string } | null;
  /** The day, as two people confirmed it: an own clock may be years off. Null where nobody has yet. */
  readonly day: string | null;
  /** Where the shared parts lie; without it they are not looked at. */
  readonly sharedDirectory?: string;
}

export type PackageOpener =
  /** An age identity that the package was sealed to: a lane's, or the recovery's. */
  | { readonly kind: 'sealed-to'; readonly identity: string }
  /** The key of the parts itself, as an admission brings it. */
  | { readonly kind: 'package-key'; readonly identity: string };

export interface CheckedPackage {
  readonly manifest: Manifest;
  /** Ids of the members who signed. */
  readonly signedBy: readonly string[];
}

export interface OpenedPackage extends CheckedPackage {
  /** The key of its parts: kept by the lane, so that it can admit a spare. */
  readonly packageKey: string;
  readonly election: ElectionPart;
  readonly people: PeoplePart;
  readonly voters: readonly PackageVoter[];
  readonly elsewhere: readonly SourceElsewhere[];
}

/** Verifies what can be without a key: signatures, version, place, day, every byte. Nothing of it is opened. */
export function checkPackage(
  file: string,
  expected: PackageExpectation,
): Result<CheckedPackage, PackageError> {
  const opened = openRegularFile(file);
  if (opened === null) return err({ code: 'package-unreadable' });
  try {
    const checked = checkOpened(opened, expected);
    return checked.ok ? ok({ manifest: checked.value.manifest, signedBy: checked.value.signedBy }) : checked;
  } catch (cause) {
    return unreadable(cause);
  } finally {
    closeSync(opened);
  }
}

/** Verifies everything, also that what is inside is what was signed, before any of it is given out. */
export async function openPackage(
  file: string,
  expected: PackageExpectation,
  opener: PackageOpener,
): Promise<Result<OpenedPackage, PackageError>> {
  const descriptor = openRegularFile(file);
  if (descriptor === null) return err({ code: 'package-unreadable' });
  try {
    const checked = checkOpened(descriptor, expected);
    if (!checked.ok) return checked;
    return await openChecked(descriptor, checked.value, opener);
  } catch (cause) {
    return unreadable(cause);
  } finally {
    closeSync(descriptor);
  }
}

type Checked = PackageHeader & CheckedPackage;

function checkOpened(descriptor: number, expected: PackageExpectation): Result<Checked, PackageError> {
  const header = readHeader(descriptor);
  if (!header.ok) return header;
  const signedBy = verifySignatures(header.value, expected.commission);
  if (!signedBy.ok) return signedBy;
  const { manifest } = header.value;
  const refused = refusal(manifest, expected);
  if (refused !== null) return err(refused);
  const whole = verifyParts(descriptor, header.value);
  if (!whole.ok) return whole;
  const shared = verifyShared(manifest, expected.sharedDirectory);
  return shared.ok ? ok({ ...header.value, signedBy: signedBy.value }) : shared;
}

function refusal(manifest: Manifest, expected: PackageExpectation): PackageError | null {
  const { electionId, stationNumber, mock, seen = null, day } = expected;
  if (mock !== undefined && manifest.mock !== mock)
    return { code: 'mock-mismatch', expected: mock, found: manifest.mock };
  if (electionId !== undefined && manifest.electionId !== electionId)
    return { code: 'other-election', expected: electionId, found: manifest.electionId };
  const station = manifest.station.number;
  if (stationNumber !== undefined && station !== stationNumber)
    return { code: 'other-station', expected: stationNumber, found: station };
  const { version, build, expires } = manifest;
  if (seen !== null && version < seen.version)
    return { code: 'older-version', seen: seen.version, found: version };
  if (seen !== null && version === seen.version && build !== seen.build)
    return { code: 'same-version-differs', version };
  if (day !== null && day > expires) return { code: 'package-expired', expired: expires, day };
  return null;
}

function verifyShared({ shared }: Manifest, directory: string | undefined): Result<void, PackageError> {
  if (directory === undefined) return ok();
  for (const { name, bytes, sha256: expected } of shared) {
    const file = join(directory, sharedFileName(name, expected));
    const found = hashFile(file);
    if (found === null) return err({ code: 'shared-part-missing', name });
    if (found.bytes !== bytes || found.sha256 !== expected) return err({ code: 'shared-part-changed', name });
    const version = name === NATIONAL_INDEX_PART ? indexVersionOf(file) : 'ours';
    if (version !== 'ours') return err({ code: 'index-version', found: version });
  }
  return ok();
}

/** Voters of all stations, which a station asks for one voter at a time (src/register/national-index/). */
export const NATIONAL_INDEX_PART = 'national-index';

/** A shared part is named by its content, so that two runs' can lie in one folder. */
export function sharedFileName(name: string, hash: string): string {
  return `${name}-${hash.slice(0, 16)}.part`;
}

async function openChecked(
  descriptor: number,
  checked: Checked,
  opener: PackageOpener,
): Promise<Result<OpenedPackage, PackageError>> {
  const { manifest, signedBy } = checked;
  const packageKey = await openKeys(descriptor, checked, opener);
  if (!packageKey.ok) return packageKey;
  const parts = new Map<PartName, Uint8Array>();
  for (const { name } of manifest.parts) {
    if (name === 'keys') continue;
    const opened = await openPart(descriptor, checked, name, packageKey.value);
    if (!opened.ok) return opened;
    parts.set(name, opened.value);
  }
  const bytes = (name: PartName): Uint8Array => parts.get(name) ?? new Uint8Array();
  const election = readJson(bytes('election'), electionPartSchema);
  if (election === null || !isOfManifest(election, manifest))
    return err({ code: 'part-malformed', part: 'election' });
  const people = readJson(bytes('people'), peoplePartSchema);
  if (people === null) return err({ code: 'part-malformed', part: 'people' });
  const list = { voters: bytes('voters'), templates: bytes('templates'), photos: bytes('photos') };
  const voters = readVoterParts(list);
  if (!voters.ok) return err({ code: 'part-malformed', part: voters.error });
  const elsewhere = readElsewhere(bytes('elsewhere'));
  if (!elsewhere.ok || (elsewhere.value.length > 0 && !manifest.mock))
    return err({ code: 'part-malformed', part: 'elsewhere' });
  const isSigned = verifyList(voters.value, manifest, election.procedure);
  if (!isSigned.ok) return isSigned;
  return ok({
    ...{ manifest, signedBy, election, people },
    packageKey: packageKey.value,
    voters: voters.value,
    elsewhere: elsewhere.value,
  });
}

async function openKeys(
  descriptor: number,
  header: PackageHeader,
  opener: PackageOpener,
): Promise<Result<string, PackageError>> {
  switch (opener.kind) {
    case 'package-key':
      return ok(opener.identity);
    case 'sealed-to': {
      const opened = await openPart(descriptor, header, 'keys', opener.identity);
      if (!opened.ok) return opened;
      const keys = readJson(opened.value, keysPartSchema);
      opened.value.fill(0);
      return keys === null ? err({ code: 'part-malformed', part: 'keys' }) : ok(keys.identity);
    }
    default:
      return throwIllegalValue(opener);
  }
}

async function openPart(
  descriptor: number,
  header: PackageHeader,
  name: PartName,
  identity: string,
): Promise<Result<Uint8Array, PackageError>> {
  const sealed = readPart(descriptor, header, name);
  if (!sealed.ok) return sealed;
  const packed = await openSealed(identity, sealed.value);
  if (!packed.ok) {
    const isOther = packed.error === 'not-for-this-key';
    return err(isOther ? { code: 'not-for-this-laptop' } : { code: 'part-malformed', part: name });
  }
  const signed = header.manifest.parts.find((part) => part.name === name)?.opened;
  const opened = PACKED_PARTS.includes(name) ? inflate(packed.value, signed?.bytes ?? 0) : packed.value;
  if (opened === null || opened.length !== signed?.bytes || sha256Hex(opened) !== signed.sha256)
    return err({ code: 'part-malformed', part: name });
  return ok(opened);
}

/** Never more than was signed, however small the packed bytes are. */
function inflate(packed: Uint8Array, most: number): Uint8Array | null {
  try {
    return new Uint8Array(inflateSync(packed, { maxOutputLength: Math.max(1, most) }));
  } catch {
    return null;
  }
}

function isOfManifest({ procedure, nationalIndex }: ElectionPart, manifest: Manifest): boolean {
  const index = manifest.shared.find(({ name }) => name === NATIONAL_INDEX_PART);
  return (
    (index === undefined) === (nationalIndex === null) &&
    procedure.electionId === manifest.electionId &&
    procedure.mock === manifest.mock &&
    procedure.electionDate === manifest.electionDate
  );
}

function verifyList(
  voters: readonly PackageVoter[],
  manifest: Manifest,
  procedure: Procedure,
): Result<void, PackageError> {
  const check = new SourceVoterCheck(SIGNED_LIST);
  const counter = new SummaryCounter(manifest.electionDate);
  const hash = new ContentHash(registerInfoOf(manifest));
  for (const [index, entry] of voters.entries()) {
    const problem = check.problemOf(entry) ?? ballotProblem(entry.voter, procedure);
    if (problem !== null) return err({ code: 'row-refused', line: index + 1, ...problem });
    const { voter, photo, templates } = entry;
    counter.add(voter);
    hash.add(
      voter,
      photo === null ? null : sha256(photo),
      templates.map(({ position, source, record }) => ({ position, source, sha256: sha256(record) })),
    );
  }
  if (!sameCounts(counter.counts(), manifest.counts))
    return err({ code: 'counts-differ', signed: totalOf(manifest.counts), found: voters.length });
  return hash.digest() === manifest.register ? ok() : err({ code: 'register-differs' });
}

function readJson<T>(
  bytes: Uint8Array,
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
): T | null {
  const parsed = schema.safeParse(parseJson(Buffer.from(bytes).toString('utf8')));
  return parsed.success ? parsed.data : null;
}

/** What a file system or a stick says in the middle of it; a bug goes on being thrown. */
function unreadable(cause: unknown): Result<never, PackageError> {
  if (cause instanceof Error && 'syscall' in cause) return err({ code: 'package-unreadable' });
  throw cause;
}
