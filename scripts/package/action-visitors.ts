import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok } from '../../src/domain/result.ts';
import { releaseKeysFrom, writeReleaseKeys } from '../../src/register/visitors/release-keys.ts';
import { ResumedVisitorFile } from '../../src/register/visitors/resumed-visitor-file.ts';
import { visitorKeyOf } from '../../src/register/visitors/visitor-keys.ts';
import { type Action, wrongOption } from '../action.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { progressWithEstimate } from '../progress.ts';
import { openInputRegister } from './action-build.ts';
import { holdBuildFolder } from './build-folder.ts';
import { readInputs } from './build-inputs.ts';
import { readThreads } from './build-options.ts';
import { openBuildSecrets } from './build-secrets.ts';
import { NATIONAL_STATION } from './build-station.ts';
import { explainStationFault } from './explain-station-fault.ts';
import { runVisitors } from './visitors-run.ts';

export const visitorsAction: Action = {
  name: 'visitors',
  usage: [
    'usage: tizme package visitors --out DIR --register FILE --register-keys FILE --procedure FILE --plan FILE',
    '  for the centre: every voter’s record, sealed, so that one who comes to another station can be identified there',
    '  (where the procedure says anyPrecinct). In DIR/centre: visitors.sealed, which the centre can not open, and',
    '  release.key, its half of each key; they travel apart. DIR is the folder of package build.',
    '  Stopped and started again, it goes on where it was; with anything changed since, it begins anew.',
    '  --no-photos            leaves the photos out',
    '  --threads N            (as many as there are processors)',
  ],
  options: {
    out: { type: 'string' },
    register: { type: 'string' },
    'register-keys': { type: 'string' },
    procedure: { type: 'string' },
    plan: { type: 'string' },
    'no-photos': { type: 'boolean' },
    threads: { type: 'string' },
  },
  names: { least: 0, most: 0 },
  async run(options, io) {
    const out = options.text('out');
    if (out === undefined) return wrongOption('--out is needed');
    const threads = readThreads(options);
    if (!threads.ok) return threads;
    const inputs = readInputs(options);
    if (!inputs.ok) return inputs;
    const { procedure, plan, databaseKey } = inputs.value;
    if (!procedure.anyPrecinct)
      return err('the procedure identifies voters of other stations nowhere (anyPrecinct)');
    const migrations = join(findProgramFiles().migrationsDirectory, 'register');
    const opened = openInputRegister(inputs.value, migrations);
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
      const { electionId, mock } = procedure;
      const photos = !options.flag('no-photos');
      const stations = plan.stations.map(({ number, district }) => ({ number, district }));
      const visitorKey = visitorKeyOf(secrets.value.index);
      const about = { electionId, mock, voters: info.voters, stations };
      const startedMs = performance.now();
      const estimate = progressWithEstimate('visitors', () => performance.now());
      const into = new ResumedVisitorFile(
        join(centre, 'visitors.sealed'),
        about,
        contentOf([visitorKey, keys.release], [info.contentHash, about, photos]),
      );
      const kept = into.done.size;
      if (kept > 0)
        io.progress(`Goes on where it was cut: ${kept} station(s), ${into.voters} voters are there.`);
      const { registerFile: file, templateKey } = inputs.value;
      const faults = await runVisitors({
        ...{ into, threads: threads.value, stations: stations.map(({ number }) => number) },
        base: {
          register: {
            ...{ file, databaseKey, templateKey, migrations, electionId, mock },
            stationNumber: NATIONAL_STATION,
          },
          sealing: { electionId, visitorKey, releaseKey: keys.release },
          ...{ tokens: secrets.value.tokens, photos },
        },
        onVoters: (done) => io.progress(estimate(done, info.voters)),
      });
      if (faults.length > 0) {
        const done = into.done.size;
        into.stop();
        for (const { station, code, detail } of faults)
          io.progress(
            `  the list of station ${station} can not be sealed: ${explainStationFault(code, detail)}`,
          );
        return err({
          code: 'stations-failed',
          sentence: `${faults.length} station(s) could not be sealed; ${done} of ${stations.length} are kept, and the file before this run is as it was. Mend it, and run the same command again: it goes on from there.`,
          details: { faults, done },
        });
      }
      writeReleaseKeys(join(centre, 'release.key'), electionId, keys);
      const { voters, entries, bytes } = into.finish();
      const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(1));
      io.out(`${voters} voters, ${entries} documents, ${(bytes / 1e6).toFixed(1)} MB in ${seconds} s.`);
      io.out(
        'The two files travel apart: tizme collector --visitors visitors.sealed --visitors-key release.key',
      );
      return ok({ voters, entries, bytes, seconds, kept });
    } finally {
      if (held.ok) held.value.release();
      register.close();
    }
  },
};

/** SHA-256 of all that goes into the file: with anything changed a run begins anew. The keys are drawn ones. */
function contentOf(keys: readonly Uint8Array[], content: unknown): Uint8Array {
  const hash = createHash('sha256').update('tizme visitors run v1');
  for (const key of keys) hash.update(key);
  return new Uint8Array(hash.update(JSON.stringify(content)).digest());
}
