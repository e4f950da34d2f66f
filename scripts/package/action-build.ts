import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { authorityOf } from '../../src/packages/commission.ts';
import { openRegister, type Register } from '../../src/register/register.ts';
import { releaseKeysFrom } from '../../src/register/visitors/release-keys.ts';
import type { Action, ActionFault } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { progressWithEstimate } from '../progress.ts';
import { readCommission } from './action-keys.ts';
import { type BuildInputs, readInputs, takeShared } from './build-inputs.ts';
import { packageVersionFor, runBuild } from './build-run.ts';
import { destroyBuildSecrets, openBuildSecrets } from './build-secrets.ts';
import { type BuildBase, NATIONAL_STATION } from './build-station.ts';
import { type Enrolment, hashOf, laneEntryOf, readEnrolments } from './election-plan.ts';
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
    if (out === undefined || directory === undefined) return err('--out and --enrolments are needed');
    const commission = readCommission(options.text('trust'));
    if (!commission.ok) return commission;
    const inputs = readInputs(options);
    if (!inputs.ok) return inputs;
    const { procedure, plan } = inputs.value;
    if (plan.collector?.recipient == null)
      io.progress(
        'Note: the plan names no recipient of the centre, so no station can carry its log on a stick.\n',
      );
    const enrolments = readEnrolments(directory);
    if (!enrolments.ok) return err(`${enrolments.error.file}: ${enrolments.error.code}`);
    const expires = options.text('expires') ?? daysAfter(procedure.electionDate, 14);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(expires)) return err('--expires takes YYYY-MM-DD');
    const envelopes = Number(options.text('envelopes') ?? 1);
    if (!Number.isInteger(envelopes) || envelopes < 0 || envelopes > 4)
      return err('--envelopes takes 0 to 4');
    const threads = Number(options.text('threads') ?? availableParallelism());
    if (!Number.isInteger(threads) || threads < 1 || threads > 64) return err('--threads takes 1 to 64');
    const wanted = options.texts('station').map(Number);
    const stations = plan.stations.filter(({ number }) => wanted.length === 0 || wanted.includes(number));
    if (stations.length === 0) return err('none of these stations is in the plan');
    const migrations = join(findProgramFiles().migrationsDirectory, 'register');
    const opened = openInputRegister(inputs.value, migrations);
    if (!opened.ok) return opened;
    const register = opened.value;
    try {
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
      if (!secrets.ok) return err(`${out} belongs to another register: build into another folder`);
      if (index !== null && !index.ok) return index;
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
      const members = await openMembers(options.texts('sign'), options.text('passphrase-file'));
      if (!members.ok) return members;
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
        signers: members.value.map(({ name, seed }) => ({ name, seed })),
      };
      return await build(base, stations, enrolments.value, threads, io);
    } finally {
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
    const destroyed = destroyBuildSecrets(directory);
    if (!destroyed) return err(`${directory} holds nothing to forget`);
    io.out('Destroyed. No further version of these packages can be built.');
    return ok({ directory });
  },
};

async function build(
  base: BuildBase,
  stations: Parameters<typeof runBuild>[0]['stations'],
  enrolments: readonly Enrolment[],
  threads: number,
  io: CommandIo,
): Promise<Result<Readonly<Record<string, unknown>>, ActionFault>> {
  const startedMs = performance.now();
  const estimate = progressWithEstimate('packages', () => performance.now());
  const byStation = Map.groupBy(enrolments, ({ station }) => station);
  const { built, kept, faults } = await runBuild({
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
      io.progress(`  station ${station}: ${code}${detail === '' ? '' : ` (${detail})`}`);
    return err({
      code: 'stations-failed',
      sentence: `${faults.length} of ${stations.length} stations could not be built; the others are there. Mend it and run the same command again.`,
      details: { faults, built: built.length, kept },
    });
  }
  const { version } = base.about;
  io.out(
    `Version ${version}: ${built.length} package(s) built, ${kept} were there already; ${voters} voters, ${(bytes / 1e6).toFixed(1)} MB in ${seconds} s.`,
  );
  if (withoutLanes > 0)
    io.out(
      `${withoutLanes} station(s) have no enrolled laptop: only two members together open these packages.`,
    );
  if (base.signers.length < 2) io.out('Not signed yet: tizme package sign.');
  return ok({
    ...{ version, build: base.about.build, built: built.length, kept, voters, bytes, seconds },
    signed: base.signers.length,
  });
}

/** National where it says so itself, else of the one station whose register it is. */
export function openInputRegister(inputs: BuildInputs, migrations: string): Result<Register, string> {
  const { registerFile, databaseKey, procedure, plan } = inputs;
  const candidates = [NATIONAL_STATION, ...plan.stations.slice(0, 1).map(({ number }) => number)];
  let code = '';
  for (const stationNumber of candidates) {
    const register = openRegister({
      ...{ file: registerFile, databaseKey, migrations },
      expected: { electionId: procedure.electionId, mock: procedure.mock, stationNumber },
    });
    if (register.ok) return register;
    code = register.error.code === 'register-store' ? register.error.store.code : register.error.code;
  }
  return err(`the register can not be opened (${code})`);
}

function sorted(enrolments: readonly Enrolment[]): Enrolment[] {
  return enrolments.toSorted((a, b) => a.station - b.station || a.lane - b.lane);
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
