import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { AGE_GROUPS, type Voter } from '../../src/domain/voter.ts';
import type { Commission } from '../../src/packages/commission.ts';
import type { Manifest } from '../../src/packages/manifest.ts';
import { combineRecovery } from '../../src/packages/member-keys.ts';
import {
  checkPackage,
  type OpenedPackage,
  openPackage,
  type PackageExpectation,
  type PackageOpener,
} from '../../src/packages/open-package.ts';
import {
  ballotDifferences,
  type Difference,
  manifestDifferences,
  procedureDifferencesInWords,
} from '../../src/packages/package-differences.ts';
import { explainPackageError, type PackageError } from '../../src/packages/package-error.ts';
import { totalOf, totalOfSex } from '../../src/packages/summary-counts.ts';
import { type Action, type ActionFault, type ActionOptions, wrongOption } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import { readDay } from '../read-day.ts';
import { readCommission } from './action-keys.ts';
import { openMembers } from './passphrases.ts';

const EXPECTING = {
  trust: { type: 'string' },
  station: { type: 'string' },
  election: { type: 'string' },
  day: { type: 'string' },
  shared: { type: 'string' },
} as const;
const RECOVERING = {
  recover: { type: 'string', multiple: true },
  'passphrase-file': { type: 'string' },
} as const;
const EXPECTING_USAGE = [
  '  --trust FILE        commission.json: whose signatures count',
  '  --station N         refuse a package of another station',
  '  --election ID       refuse a package of another election',
  '  --day YYYY-MM-DD    refuse it if it expired by then: the day as two people confirm it',
  '  --shared DIR        where the shared parts lie, which are verified, too (shared/ beside the package)',
];

/** What can be verified without a key. */
export const showAction: Action = {
  name: 'show',
  usage: [
    'usage: tizme package show FILE --trust commission.json [options]',
    '  verifies signatures and every byte, and sums up what the package says of itself; opens nothing. Of one that too',
    '  few have signed, too: that is what members look at before they sign. Exit code 1 until enough have.',
    ...EXPECTING_USAGE,
  ],
  options: EXPECTING,
  names: { least: 1, most: 1 },
  async run(options, io) {
    const expected = readExpectation(options);
    if (!expected.ok) return expected;
    const [file = ''] = options.names;
    const checked = checkPackage(file, beforeSigning(besidePackage(expected.value, file)));
    if (!checked.ok) return refusal(checked.error);
    const { manifest, signedBy } = checked.value;
    sumUp(manifest, signedBy, io);
    saySharedParts(manifest, besidePackage(expected.value, file), io);
    const needed = expected.value.commission.threshold;
    if (signedBy.length < needed)
      return refusal({ code: 'too-few-signatures', needed, found: signedBy.length }, undefined, {
        ...{ signedBy, ...summaryOf(manifest) },
      });
    return ok({ signedBy, ...summaryOf(manifest) });
  },
};

/** Everything, with the keys of two members. */
export const openAction: Action = {
  name: 'open',
  usage: [
    'usage: tizme package open FILE --trust commission.json --recover MEMBER.key.json --recover ... [options]',
    '  opens a package with the keys of two members of the central commission and verifies everything: signatures,',
    '  version, sizes, every byte, every row, and the counts by sex and age. Writes nothing anywhere.',
    '  (A laptop opens its own package with tizme provision lane.)',
    '  --passphrase-file FILE   one line for each --recover, instead of the keyboard',
    ...EXPECTING_USAGE,
  ],
  options: { ...EXPECTING, ...RECOVERING },
  names: { least: 1, most: 1 },
  async run(options, io) {
    const expected = readExpectation(options);
    if (!expected.ok) return expected;
    const [file = ''] = options.names;
    const expectation = besidePackage(expected.value, file);
    // Nobody types a passphrase for a file that is refused whoever opens it.
    const checked = checkPackage(file, expectation);
    if (!checked.ok) return refusal(checked.error);
    const opener = await readOpener(expected.value.commission, options);
    if (!opener.ok) return opener;
    const startedMs = performance.now();
    const opened = await openPackage(file, expectation, opener.value);
    if (!opened.ok) return refusal(opened.error);
    const { manifest, signedBy } = opened.value;
    sumUp(manifest, signedBy, io);
    saySharedParts(manifest, expectation, io);
    const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(2));
    io.out(`Opened, and everything is as it was signed (${seconds} s).`);
    return ok({ signedBy, ...summaryOf(manifest), seconds });
  },
};

/** Two packages side by side. */
export const diffAction: Action = {
  name: 'diff',
  usage: [
    'usage: tizme package diff OLD NEW --trust commission.json [--recover MEMBER.key.json --recover ...]',
    '  what differs between two packages, in plain words: counts, lanes and dates, and, opened with the keys of two',
    '  members, the procedure setting by setting and how many voters get which ballot. NEW may be unsigned yet.',
    '  --passphrase-file FILE   one line for each --recover, instead of the keyboard',
  ],
  options: { trust: EXPECTING.trust, ...RECOVERING },
  names: { least: 2, most: 2 },
  async run(options, io) {
    const expected = readExpectation(options);
    if (!expected.ok) return expected;
    const [oldFile = '', newFile = ''] = options.names;
    const lenient = beforeSigning(expected.value);
    const { threshold } = expected.value.commission;
    const manifests: Manifest[] = [];
    for (const file of [oldFile, newFile]) {
      const checked = checkPackage(file, lenient);
      if (!checked.ok) return refusal(checked.error, file);
      const { manifest, signedBy } = checked.value;
      manifests.push(manifest);
      if (signedBy.length < threshold)
        io.out(
          `${file}: signed by ${signedBy.length} of the ${threshold} members who have to. No laptop takes it yet.`,
        );
    }
    const [before, after] = manifests;
    if (before === undefined || after === undefined) return err('two packages are needed');
    sayUnlikePackages(before, after, io);
    const counts = manifestDifferences(before, after);
    let procedure: Difference[] | null = null;
    let ballots: Difference[] | null = null;
    if (options.texts('recover').length > 0) {
      const opener = await readOpener(expected.value.commission, options);
      if (!opener.ok) return opener;
      const opened: OpenedPackage[] = [];
      for (const file of [oldFile, newFile]) {
        const one = await openPackage(file, lenient, opener.value);
        if (!one.ok) return refusal(one.error, file);
        opened.push(one.value);
      }
      const [one, two] = opened;
      if (one !== undefined && two !== undefined) {
        procedure = procedureDifferencesInWords(one.election.procedure, two.election.procedure);
        ballots = ballotDifferences(votersOf(one), votersOf(two));
      }
    }
    say('Procedure', procedure, io);
    say('Lists, laptops and dates', counts, io);
    say('Ballots', ballots, io);
    return ok({ procedure, manifest: counts, ballots });
  },
};

function votersOf({ voters }: OpenedPackage): Voter[] {
  return voters.map(({ voter }) => voter);
}

function say(title: string, differences: readonly Difference[] | null, io: CommandIo): void {
  if (differences === null) {
    io.out(`${title}: sealed; name two members’ keys with --recover to compare it.`);
    return;
  }
  io.out(`${title}: ${differences.length === 0 ? 'the same' : `${differences.length} difference(s)`}`);
  for (const { what, before, after } of differences)
    io.out(`  ${what}: ${before ?? '(none)'} -> ${after ?? '(none)'}`);
}

/** What members look at before they sign it: everything else is verified. */
function beforeSigning(expected: PackageExpectation): PackageExpectation {
  return { ...expected, commission: { ...expected.commission, threshold: 0 } };
}

/** The parts that are the same for every station lie in `shared/` beside the package, unless somewhere else was named. */
function besidePackage(expected: PackageExpectation, file: string): PackageExpectation {
  const beside = join(dirname(file), 'shared');
  return expected.sharedDirectory !== undefined || !existsSync(beside)
    ? expected
    : { ...expected, sharedDirectory: beside };
}

function saySharedParts({ shared }: Manifest, { sharedDirectory }: PackageExpectation, io: CommandIo): void {
  if (shared.length > 0 && sharedDirectory === undefined)
    io.out(
      'The shared parts are not beside the package and were not looked at: --shared names their folder.',
    );
}

/** Nobody means to compare these; it is done all the same. */
function sayUnlikePackages(before: Manifest, after: Manifest, io: CommandIo): void {
  if (before.electionId !== after.electionId)
    io.out(`Two elections: ${before.electionId} and ${after.electionId}.`);
  if (before.station.number !== after.station.number)
    io.out(`Two stations: ${before.station.number} and ${after.station.number}.`);
  if (before.version > after.version)
    io.out(`The second one is the older: version ${after.version}, and the first is ${before.version}.`);
}

export function readExpectation(options: ActionOptions): Result<PackageExpectation, string | ActionFault> {
  const [station, election] = [options.text('station'), options.text('election')];
  if (station !== undefined && !/^\d+$/.test(station)) return wrongOption('--station takes a number');
  const day = readDay(options, 'day');
  if (!day.ok) return day;
  const shared = options.text('shared');
  const commission = readCommission(options.text('trust'));
  if (!commission.ok) return commission;
  return ok({
    commission: commission.value,
    day: day.value,
    ...(station === undefined ? {} : { stationNumber: Number(station) }),
    ...(election === undefined ? {} : { electionId: election }),
    ...(shared === undefined ? {} : { sharedDirectory: shared }),
  });
}

async function readOpener(
  commission: Commission,
  options: ActionOptions,
): Promise<Result<PackageOpener, string | ActionFault>> {
  const files = options.texts('recover');
  if (files.length < commission.threshold)
    return wrongOption(`--recover names the key of a member; ${commission.threshold} of them are needed`);
  const members = await openMembers(commission, files, options.text('passphrase-file'));
  if (!members.ok) return members;
  const identity = await combineRecovery(members.value.map(({ recoveryShare }) => recoveryShare));
  if (!identity.ok)
    return err('these keys do not fit together: they are of two ceremonies, or one file is damaged');
  return ok({ kind: 'sealed-to', identity: identity.value });
}

/** @param more what else goes into the JSON */
export function refusal(
  error: PackageError,
  file?: string,
  more: Readonly<Record<string, unknown>> = {},
): Result<never, ActionFault> {
  const { code, ...about } = error;
  const details = { ...about, ...more };
  // Here members open it, not a laptop.
  const sentence =
    code === 'not-for-this-laptop'
      ? 'These members’ keys do not open this package: it is of another commission.'
      : explainPackageError(error);
  return err({ code, sentence: file === undefined ? sentence : `${file}: ${sentence}`, details });
}

function summaryOf(manifest: Manifest): Readonly<Record<string, unknown>> {
  const { electionId, mock, station, version, expires, counts, lanes } = manifest;
  return {
    ...{ electionId, mock, version, expires, counts },
    station: station.number,
    voters: totalOf(counts),
    lanes: lanes.map(({ lane, device }) => ({ lane, device })),
  };
}

function sumUp(manifest: Manifest, signedBy: readonly string[], io: CommandIo): void {
  const { title, station, version, expires, counts, lanes, parts, shared } = manifest;
  if (manifest.mock) io.out('МАШЫГУУ / ТРЕНИРОВКА / TRAINING');
  io.out(`${title.en} (${manifest.electionId}), ${manifest.electionDate}`);
  io.out(`Station ${station.number}: ${station.name.en}`);
  io.out(
    `Version ${version}, may be opened until ${expires}; ${signedBy.length === 0 ? 'signed by nobody yet' : `signed by ${signedBy.join(', ')}`}`,
  );
  io.out(
    `${totalOf(counts)} voters: ${totalOfSex(counts, 'female')} women, ${totalOfSex(counts, 'male')} men`,
  );
  io.out(`  ${'age'.padEnd(8)}${'women'.padStart(8)}${'men'.padStart(8)}`);
  for (const group of AGE_GROUPS)
    io.out(
      `  ${group.padEnd(8)}${String(counts.female[group]).padStart(8)}${String(counts.male[group]).padStart(8)}`,
    );
  for (const { lane, device } of lanes) io.out(`  lane ${lane}: ${device}`);
  for (const { name, bytes, sha256 } of parts)
    io.out(`  part ${name.padEnd(10)} ${String(bytes).padStart(11)} bytes  ${sha256}`);
  for (const { name, bytes, sha256 } of shared)
    io.out(`  shared ${name.padEnd(8)} ${String(bytes).padStart(11)} bytes  ${sha256}`);
}
