import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { authorityOf, type Commission } from '../../src/packages/commission.ts';
import type { MemberKeys } from '../../src/packages/member-keys.ts';
import { explainPackageError } from '../../src/packages/package-error.ts';
import { signPackage } from '../../src/packages/sign-package.ts';
import { openRegister, type Register } from '../../src/register/register.ts';
import type { RegisterError } from '../../src/register/register-error.ts';
import { releaseKeysFrom } from '../../src/register/visitors/release-keys.ts';
import { type Action, type ActionFault, wrongOption } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { progressWithEstimate } from '../progress.ts';
import { describeRegisterError } from '../register/describe.ts';
import { readCommission } from './action-keys.ts';
import { holdBuildFolder } from './build-folder.ts';
import { type BuildInputs, readInputs, takeShared } from './build-inputs.ts';
import { readBuildOptions, sayWhatIsLeftOut, sayWhatVisitorsMeet } from './build-options.ts';
import { packageVersionFor, runBuild } from './build-run.ts';
import { destroyBuildSecrets, hasBuildSecrets, openBuildSecrets } from './build-secrets.ts';
import { type BuildBase, NATIONAL_STATION, packageFileName } from './build-station.ts';
import { type Enrolment, hashOf, laneEntryOf, type PlannedStation, readEnrolments } from './election-plan.ts';
import { explainStationFault } from './explain-station-fault.ts';
import { nationalIndexPart } from './national-index-part.ts';
import { openMembers } from './passphrases.ts';

export const buildAction: Action = {
  name: 'build',
  usage: [
    'usage: tizme package build --out DIR --trust commission.json --enrolments DIR',
    '         (--register FILE --register-keys FILE --procedure FILE --plan FILE | --election DIR)',
    '  one sealed package for each station of the plan. Stopped and started again, it goes on where it was; with',
    '  anything changed since, it makes the next version.',
    '  --register FILE        the national register, and --register-keys its keys ({"database","templates"}, hex)',
    '  --procedure FILE       the procedure of this election (docs/procedure.md)',
    '  --plan FILE            the stations and their people (docs/packages.md)',
    '  --election DIR         a mock election (tizme election generate --out DIR) instead of these four',
    '  --enrolments DIR       the files that tizme provision enrol wrote on the laptops',
    '  --sign MEMBER.key.json signs in the same run; twice for two members. Without: tizme package sign',
    '  --passphrase-file FILE one line for each --sign, instead of the keyboard',
    '  --expires YYYY-MM-DD   the last day on which a package may be opened (14 days after the election)',
    '  --station N            only this one; may be repeated',
    '  --shared NAME=FILE     a part that is the same for every station; may be repeated',
    '  --no-photos            leaves the photos out',
    '  --envelopes N          sealed envelopes for absent members, for each station (1)',
    '  --threads N            (as many as there are processors)',
  ],
  options: {
    out: { type: 'string' },
    trust: { type: 'string' },
    register: { type: 'string' },
    'register-keys': { type: 'string' },
    procedure: { type: 'string' },
    plan: { type: 'string' },
    election: { type: 'string' },
    enrolments: { type: 'string' },
    sign: { type: 'string', multiple: true },
    'passphrase-file': { type: 'string' },
    expires: { type: 'string' },
    station: { type: 'string', multiple: true },
    shared: { type: 'string', multiple: true },
    'no-photos': { type: 'boolean' },
    envelopes: { type: 'string' },
    threads: { type: 'string' },
  },
  names: { least: 0, most: 0 },
  async run(options, io) {
    const [out, directory] = [options.text('out'), options.text('enrolments')];
    if (out === undefined || directory === undefined) return wrongOption('--out and --enrolments are needed');
    const commission = readCommission(options.text('trust'));
    if (!commission.ok) return commission;
    const inputs = readInputs(options);
    if (!inputs.ok) return inputs;
    const { procedure, plan } = inputs.value;
    const enrolments = readEnrolments(directory);
    if (!enrolments.ok) return enrolments;
    const read = readBuildOptions(options, procedure, plan);
    if (!read.ok) return read;
    const { expires, envelopes, threads, stations } = read.value;
    const signing = await openMembers(
      commission.value,
      options.texts('sign'),
      options.text('passphrase-file'),
    );
    if (!signing.ok) return signing;
    const members = signing.value;
    sayWhatIsLeftOut(plan, enrolments.value, io);
    const migrations = join(findProgramFiles().migrationsDirectory, 'register');
    const opened = openInputRegister(inputs.value, migrations);
    if (!opened.ok) return opened;
    const register = opened.value;
    const held = holdBuildFolder(out);
    try {
      if (!held.ok) return held;
      const info = register.info();
      const secrets = openBuildSecrets(out, inputs.value.databaseKey);
      const isNational = info.stationNumber === NATIONAL_STATION;
      const estimate = progressWithEstimate('national index', () => performance.now());
      const index =
        secrets.ok && isNational
          ? nationalIndexPart({
              ...{ out, register, key: secrets.value.index },
              ...(procedure.anyPrecinct
                ? { claims: (await releaseKeysFrom(secrets.value.visitors)).recipient }
                : {}),
              onVoter: (done) => {
                if (done % 10_000 === 0) io.progress(estimate(done, info.voters));
              },
            })
          : null;
      if (!secrets.ok)
        return err(
          `${out} belongs to another register (its drawn.secret does not open with these keys): build into another folder`,
        );
      if (index !== null && !index.ok) return index;
      sayWhatVisitorsMeet(procedure, index !== null, io);
      const given = takeShared(options.texts('shared'), out);
      if (!given.ok) return given;
      const shared = [...(index === null ? [] : [index.value]), ...given.value];
      const photos = !options.flag('no-photos');
      const content = hashOf([
        ...[procedure, plan, sorted(enrolments.value), info.contentHash, expires, shared],
        ...[photos, envelopes, commission.value.recovery],
      ]);
      const version = packageVersionFor(out, content);
      if (!version.ok) return err(`${join(out, 'build.json')} is damaged: build into another folder`);
      const base: BuildBase = {
        out,
        register: {
          file: inputs.value.registerFile,
          databaseKey: inputs.value.databaseKey,
          templateKey: inputs.value.templateKey,
          migrations,
          electionId: procedure.electionId,
          mock: procedure.mock,
          stationNumber: info.stationNumber,
        },
        about: {
          electionId: procedure.electionId,
          mock: procedure.mock,
          title: procedure.title,
          electionDate: procedure.electionDate,
          version: version.value,
          build: hashOf([content, version.value]),
          expires,
          shared,
        },
        election: {
          version: 1,
          procedure,
          trustedCertificates: plan.trustedCertificates,
          collector: plan.collector,
          nationalIndex: index === null ? null : { key: Buffer.from(secrets.value.index).toString('base64') },
          journalRecipients: plan.journalRecipients,
          changes: authorityOf(commission.value),
        },
        ...{ photos, envelopes },
        elsewhere: procedure.mock ? inputs.value.elsewhere : [],
        secrets: secrets.value,
        recovery: commission.value.recovery,
        signers: members.map(({ name, seed }) => ({ name, seed })),
      };
      return await build(
        { base, stations, enrolments: enrolments.value, threads, commission: commission.value, members },
        io,
      );
    } finally {
      if (held.ok) held.value.release();
      register.close();
    }
  },
};

/** After the last version: no token and no PIN of this election can be made again. */
export const forgetAction: Action = {
  name: 'forget',
  usage: [
    'usage: tizme package forget DIR',
    '  destroys what the tokens and PINs of the packages in DIR were drawn from, once no further version will be',
    '  built: from then on nobody can tell which token belonged to whom, the builder included.',
  ],
  options: {},
  names: { least: 1, most: 1 },
  async run(options, io) {
    const [directory = ''] = options.names;
    if (!existsSync(directory) || !hasBuildSecrets(directory))
      return err(`${directory} holds nothing to forget: it was destroyed, or is elsewhere`);
    const held = holdBuildFolder(directory);
    if (!held.ok) return held;
    destroyBuildSecrets(directory);
    held.value.release();
    io.out('Destroyed. No further version of these packages can be built.');
    return ok({ directory });
  },
};

interface BuildJob {
  readonly base: BuildBase;
  readonly stations: readonly PlannedStation[];
  readonly enrolments: readonly Enrolment[];
  readonly threads: number;
  readonly commission: Commission;
  readonly members: readonly MemberKeys[];
}

async function build(
  { base, stations, enrolments, threads, commission, members }: BuildJob,
  io: CommandIo,
): Promise<Result<Readonly<Record<string, unknown>>, ActionFault>> {
  const startedMs = performance.now();
  const estimate = progressWithEstimate('packages', () => performance.now());
  const byStation = Map.groupBy(enrolments, ({ station }) => station);
  const { built, kept, keptStations, faults, left } = await runBuild({
    ...{ base, stations, threads, registerIsOpen: true },
    lanesOf: (station) => (byStation.get(station) ?? []).map(laneEntryOf).sort((a, b) => a.lane - b.lane),
    onStation: (done, of) => io.progress(estimate(done, of)),
  });
  const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(1));
  const voters = built.reduce((sum, one) => sum + one.voters, 0);
  const bytes = built.reduce((sum, one) => sum + one.bytes, 0);
  const withoutLanes = stations.filter(({ number }) => !byStation.has(number)).length;
  if (faults.length > 0) {
    for (const { station, code, detail } of faults)
      io.progress(`  station ${station}: ${explainStationFault(code, detail)}`);
    const done = `${built.length + kept} of ${stations.length} packages are there`;
    const missing = left === 0 ? '' : `, ${left} were not begun`;
    return err({
      code: 'stations-failed',
      sentence: `${faults.length} station(s) could not be built${missing}; ${done}, each whole. Mend it, and run the same command again: it goes on from there.`,
      details: { faults, built: built.length, kept, left },
    });
  }
  const signed = signKept(base, { kept: keptStations, built: built.length }, commission, members);
  if (!signed.ok) return signed;
  const { version } = base.about;
  io.out(
    `Version ${version}: ${built.length} package(s) built, ${kept} were there already; ${voters} voters, ${(bytes / 1e6).toFixed(1)} MB in ${seconds} s.`,
  );
  if (withoutLanes > 0)
    io.out(
      `${withoutLanes} station(s) have no enrolled laptop: only two members together open these packages.`,
    );
  const { threshold } = commission;
  if (signed.value < threshold)
    io.out(`Signed by ${signed.value} of the ${threshold} members who have to: tizme package sign.`);
  return ok({
    ...{ version, build: base.about.build, built: built.length, kept, voters, bytes, seconds },
    signed: signed.value,
  });
}

/**
 * Packages that a run before this one made may lack the signatures that this one was asked for.
 * @returns how many members have signed every package of this version
 */
function signKept(
  { out, about }: BuildBase,
  { kept, built }: { readonly kept: readonly number[]; readonly built: number },
  commission: Commission,
  members: readonly MemberKeys[],
): Result<number, ActionFault> {
  let least = commission.members.length;
  for (const number of kept) {
    const file = join(out, packageFileName(number, about.version));
    const signed = signPackage(file, commission, members);
    if (!signed.ok)
      return err({
        code: signed.error.code,
        sentence: `${file}: ${explainPackageError(signed.error)} Then run this again.`,
      });
    least = Math.min(least, signed.value.signedBy.length);
  }
  return ok(built === 0 ? least : Math.min(least, members.length));
}

/** National where it says so itself, else of the one station whose register it is. */
export function openInputRegister(inputs: BuildInputs, migrations: string): Result<Register, string> {
  const { registerFile, databaseKey, procedure, plan } = inputs;
  const candidates = [NATIONAL_STATION, ...plan.stations.slice(0, 1).map(({ number }) => number)];
  let refused: RegisterError | null = null;
  for (const stationNumber of candidates) {
    const register = openRegister({
      ...{ file: registerFile, databaseKey, migrations },
      expected: { electionId: procedure.electionId, mock: procedure.mock, stationNumber },
    });
    if (register.ok) return register;
    refused ??= register.error;
    // Only who it belongs to is worth a second try.
    if (register.error.code !== 'other-station') {
      refused = register.error;
      break;
    }
  }
  return err(`${registerFile}: ${refused === null ? '' : describeRegisterError(refused)}`);
}

function sorted(enrolments: readonly Enrolment[]): Enrolment[] {
  return enrolments.toSorted((a, b) => a.station - b.station || a.lane - b.lane);
}
