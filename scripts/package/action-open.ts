import { err, ok, type Result } from '../../src/domain/result.ts';
import { AGE_GROUPS, type Voter } from '../../src/domain/voter.ts';
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
import type { Action, ActionFault, ActionOptions } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
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
  '  --shared DIR        verify the shared parts in this folder, too',
];

/** What can be verified without a key. */
export const showAction: Action = {
  name: 'show',
  usage: [
    'usage: tizme package show FILE --trust commission.json [options]',
    '  verifies signatures and every byte, and sums up what the package says of itself; opens nothing',
    ...EXPECTING_USAGE,
  ],
  options: EXPECTING,
  names: { least: 1, most: 1 },
  async run(options, io) {
    const expected = readExpectation(options);
    if (!expected.ok) return expected;
    const [file = ''] = options.names;
    const checked = checkPackage(file, expected.value);
    if (!checked.ok) return refusal(checked.error);
    const { manifest, signedBy } = checked.value;
    sumUp(manifest, signedBy, io);
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
    const opener = await readOpener(options);
    if (!opener.ok) return opener;
    const [file = ''] = options.names;
    const startedMs = performance.now();
    const opened = await openPackage(file, expected.value, opener.value);
    if (!opened.ok) return refusal(opened.error);
    const { manifest, signedBy } = opened.value;
    sumUp(manifest, signedBy, io);
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
    '  members, the procedure setting by setting and how many voters get which ballot',
    '  --passphrase-file FILE   one line for each --recover, instead of the keyboard',
  ],
  options: { trust: EXPECTING.trust, ...RECOVERING },
  names: { least: 2, most: 2 },
  async run(options, io) {
    const expected = readExpectation(options);
    if (!expected.ok) return expected;
    const [oldFile = '', newFile = ''] = options.names;
    const manifests: Manifest[] = [];
    for (const file of [oldFile, newFile]) {
      const checked = checkPackage(file, expected.value);
      if (!checked.ok) return refusal(checked.error, file);
      manifests.push(checked.value.manifest);
    }
    const [before, after] = manifests;
    if (before === undefined || after === undefined) return err('two packages are needed');
    const counts = manifestDifferences(before, after);
    let procedure: Difference[] | null = null;
    let ballots: Difference[] | null = null;
    if (options.texts('recover').length > 0) {
      const opener = await readOpener(options);
      if (!opener.ok) return opener;
      const opened: OpenedPackage[] = [];
      for (const file of [oldFile, newFile]) {
        const one = await openPackage(file, expected.value, opener.value);
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

export function readExpectation(options: ActionOptions): Result<PackageExpectation, string> {
  const commission = readCommission(options.text('trust'));
  if (!commission.ok) return commission;
  const [station, election, day] = [options.text('station'), options.text('election'), options.text('day')];
  if (station !== undefined && !/^\d+$/.test(station)) return err('--station takes a number');
  if (day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day)) return err('--day takes YYYY-MM-DD');
  const shared = options.text('shared');
  return ok({
    commission: commission.value,
    day: day ?? null,
    ...(station === undefined ? {} : { stationNumber: Number(station) }),
    ...(election === undefined ? {} : { electionId: election }),
    ...(shared === undefined ? {} : { sharedDirectory: shared }),
  });
}

async function readOpener(options: ActionOptions): Promise<Result<PackageOpener, string>> {
  const members = await openMembers(options.texts('recover'), options.text('passphrase-file'));
  if (!members.ok) return members;
  const identity = await combineRecovery(members.value.map(({ recoveryShare }) => recoveryShare));
  if (!identity.ok) return err('the keys of two members of one commission are needed (--recover, twice)');
  return ok({ kind: 'sealed-to', identity: identity.value });
}

export function refusal(error: PackageError, file?: string): Result<never, ActionFault> {
  const { code, ...details } = error;
  const sentence = explainPackageError(error);
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
  io.out(`Version ${version}, may be opened until ${expires}; signed by ${signedBy.join(', ')}`);
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
