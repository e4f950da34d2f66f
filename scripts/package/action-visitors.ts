import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok } from '../../src/domain/result.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import type { Register } from '../../src/register/register.ts';
import { releaseKeysFrom, writeReleaseKeys } from '../../src/register/visitors/release-keys.ts';
import { visitorKeyOf } from '../../src/register/visitors/visitor-keys.ts';
import type { VisitorRecord } from '../../src/register/visitors/visitor-record.ts';
import { writeVisitorFile } from '../../src/register/visitors/write-visitor-file.ts';
import { type Action, wrongOption } from '../action.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { progressWithEstimate } from '../progress.ts';
import { openInputRegister } from './action-build.ts';
import { holdBuildFolder } from './build-folder.ts';
import { type BuildInputs, readInputs } from './build-inputs.ts';
import { openBuildSecrets } from './build-secrets.ts';
import { NATIONAL_STATION } from './build-station.ts';
import { downscalePhoto } from './downscale-photo.ts';
import type { PlannedStation } from './election-plan.ts';

export const visitorsAction: Action = {
  name: 'visitors',
  usage: [
    'usage: tizme package visitors --out DIR --register FILE --register-keys FILE --procedure FILE --plan FILE',
    '  for the centre: every voter’s record, sealed, so that one who comes to another station can be identified there',
    '  (where the procedure says anyPrecinct). In DIR/centre: visitors.sealed, which the centre can not open, and',
    '  release.key, its half of each key; they travel apart. DIR is the folder of package build.',
    '  --no-photos            leaves the photos out',
  ],
  options: {
    out: { type: 'string' },
    register: { type: 'string' },
    'register-keys': { type: 'string' },
    procedure: { type: 'string' },
    plan: { type: 'string' },
    'no-photos': { type: 'boolean' },
  },
  names: { least: 0, most: 0 },
  async run(options, io) {
    const out = options.text('out');
    if (out === undefined) return wrongOption('--out is needed');
    const inputs = readInputs(options);
    if (!inputs.ok) return inputs;
    const { procedure, plan, databaseKey } = inputs.value;
    if (!procedure.anyPrecinct)
      return err('the procedure identifies voters of other stations nowhere (anyPrecinct)');
    const opened = openInputRegister(inputs.value, join(findProgramFiles().migrationsDirectory, 'register'));
    if (!opened.ok) return opened;
    const register = opened.value;
    const held = holdBuildFolder(out);
    try {
      if (!held.ok) return held;
      const info = register.info();
      if (info.stationNumber !== NATIONAL_STATION)
        return err('the register is one station’s, not the country’s');
      const secrets = openBuildSecrets(out, databaseKey);
      if (!secrets.ok) return err(`${out} belongs to another register: build into another folder`);
      const keys = await releaseKeysFrom(secrets.value.visitors);
      const centre = join(out, 'centre');
      mkdirSync(centre, { recursive: true, mode: 0o700 });
      const file = join(centre, 'visitors.sealed');
      // The one before stays in its place until this one is whole.
      const next = `${file}.next`;
      for (const left of [next, `${next}.unfinished`]) rmSync(left, { force: true });
      let fault: string | null = null;
      const startedMs = performance.now();
      const estimate = progressWithEstimate('visitors', () => performance.now());
      const written = await writeVisitorFile({
        ...{ file: next, visitorKey: visitorKeyOf(secrets.value.index), releaseKey: keys.release },
        about: {
          ...{ electionId: procedure.electionId, mock: procedure.mock, voters: info.voters },
          stations: plan.stations.map(({ number, district }) => ({ number, district })),
        },
        records: recordsOf(register, plan.stations, inputs.value, {
          tokens: participationTokens(secrets.value.tokens, procedure.electionId),
          photos: !options.flag('no-photos'),
          onFault: (sentence) => {
            fault = sentence;
          },
        }),
        onRecord: (done) => {
          if (done % 1_000 === 0) io.progress(estimate(done, info.voters));
        },
      });
      if (!written.ok)
        return err(
          `${centre} takes no more: make room on the disk, and run the same command again. The file before this run is as it was`,
        );
      if (fault !== null) {
        rmSync(next, { force: true });
        return err(fault);
      }
      writeReleaseKeys(join(centre, 'release.key'), procedure.electionId, keys);
      renameSync(next, file);
      const { voters, entries, bytes } = written.value;
      const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(1));
      io.out(`${voters} voters, ${entries} documents, ${(bytes / 1e6).toFixed(1)} MB in ${seconds} s.`);
      io.out(
        'The two files travel apart: tizme collector --visitors visitors.sealed --visitors-key release.key',
      );
      return ok({ voters, entries, bytes, seconds });
    } finally {
      if (held.ok) held.value.release();
      register.close();
    }
  },
};

/** Station by station: the list of one fits in memory. */
async function* recordsOf(
  register: Register,
  stations: readonly PlannedStation[],
  { templateKey }: Pick<BuildInputs, 'templateKey'>,
  {
    tokens,
    photos,
    onFault,
  }: {
    readonly tokens: ReturnType<typeof participationTokens>;
    readonly photos: boolean;
    readonly onFault: (sentence: string) => void;
  },
): AsyncGenerator<VisitorRecord> {
  for (const { number } of stations) {
    const voters = register.stationVoters(number, templateKey);
    if (!voters.ok) {
      onFault(`the list of station ${number} can not be read (${voters.error.code})`);
      return;
    }
    for (const { voter, photo, templates } of voters.value)
      yield {
        ...{ voter, token: tokens(voter.personalNumber) },
        photo: photos && photo !== null ? await downscalePhoto(photo) : null,
        templates: templates.map(({ position, record }) => ({ position, record })),
      };
  }
}
