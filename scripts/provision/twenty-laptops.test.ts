import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_ELECTION_DATE, mockProcedure } from '../../fixtures/election/mock-procedure.ts';
import { MOCK_ROSTER } from '../../fixtures/election/roster.ts';
import { unwrap } from '../../src/domain/result.ts';
import { PASSPHRASE } from '../../src/packages/testing/sample-package.ts';
import { createRegister } from '../../src/register/create-register.ts';
import { NATIONAL } from '../../src/register/register-source.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import { readPdfText } from '../../src/station/paper/pdf/read-pdf-text.ts';
import { FIRST_STATION, syntheticStations, syntheticVoters } from '../bench/national-register.ts';
import { runPackage } from '../commands/package.ts';
import { runProvision } from '../commands/provision.ts';
import { runReadiness } from '../commands/readiness.ts';
import { readHostOptions } from '../hosts/shared/host-options.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { packageFileName } from '../package/build-station.ts';
import { bareMachine } from '../readiness/testing/bare-machine.ts';
import { PROVISIONED_FILE } from '../start/prepare-election.ts';
import { type EnrolledLaptop, enrolLaptop } from './enrolment-folder.ts';
import { makeLane } from './make-lane.ts';

/** Provisioning week: twenty laptops with homes of their own, one table, everything at once. */

const STATIONS = 5;
const LANES = 4;
const LAPTOPS = STATIONS * LANES;
const keys = { database: new Uint8Array(32).fill(6), templates: new Uint8Array(32).fill(7) };

let folder: string;
const dataBefore = process.env.TIZME_DATA;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-twenty-'));
  for (const name of ['enrolments', 'stick', 'reports']) mkdirSync(at(name));
  const procedure = mockProcedure({ electionDate: DEFAULT_ELECTION_DATE, seed: 'twenty' });
  const name = { ky: 'Өлкө', ru: 'Страна', en: 'The country' };
  unwrap(
    createRegister({
      ...{ file: at('national.db'), keys },
      migrations: join(findProgramFiles().migrationsDirectory, 'register'),
      source: {
        info: {
          ...{ electionId: procedure.electionId, mock: true, stationName: name },
          ...{ stationNumber: NATIONAL, districtNumber: 0 },
        },
        stations: syntheticStations(STATIONS),
        voters: syntheticVoters({ stations: STATIONS, votersPerStation: 30 }),
      },
    }),
  );
  const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');
  const stations = Array.from({ length: STATIONS }, (_, index) => ({
    ...{ number: FIRST_STATION + index, district: 1 + index, name },
    people: MOCK_ROSTER.map(({ id, name: person, role, pin }) => ({ id, role, pin, name: person })),
  }));
  write('keys.json', { database: hex(keys.database), templates: hex(keys.templates) });
  write('procedure.json', procedure);
  write('plan.json', { version: 1, stations });
  writeFileSync(at('passphrases'), `${PASSPHRASE}\n`.repeat(3));
});
afterAll(() => {
  if (dataBefore === undefined) delete process.env.TIZME_DATA;
  else process.env.TIZME_DATA = dataBefore;
  rmSync(folder, { recursive: true, force: true });
});

const at = (...names: readonly string[]): string => join(folder, ...names);
const write = (name: string, content: unknown): void => writeFileSync(at(name), JSON.stringify(content));
const silent = { out: () => {}, progress: () => {} };

async function run(command: typeof runPackage, line: string) {
  const out: string[] = [];
  const said: string[] = [];
  const io = { out: (text: string) => out.push(text), progress: (text: string) => said.push(text) };
  const args = line.split(' ').map((word) => (word.startsWith('@') ? at(word.slice(1)) : word));
  const code = await command([...args, '--json'], io);
  return { code, said: said.join('\n'), json: JSON.parse(out.at(-1) ?? '{}') };
}

it('twenty are enrolled, labelled, given their packages and made lanes at once, and none is taken for another', async () => {
  const office =
    '--out @keys --origin tizme.example/week --member a --member b --member c --passphrase-file @passphrases';
  expect((await run(runPackage, `keys ${office}`)).code).toBe(0);
  const places = Array.from({ length: LAPTOPS }, (_, index) => ({
    home: at(`laptop-${index}`),
    station: FIRST_STATION + Math.floor(index / LANES),
    lane: 1 + (index % LANES),
    seal: `KG-${String(4001 + index)}`,
  }));
  // All shares on one stick: the worst case for names.
  const laptops: EnrolledLaptop[] = await Promise.all(
    places.map(async ({ home, station, lane, seal }) =>
      unwrap(
        await enrolLaptop({
          ...{ data: home, trust: at('keys', 'commission.json'), station, lane, seal },
          ...{ address: null, model: `model ${lane % 2}`, stick: at('stick') },
        }),
      ),
    ),
  );
  for (const { enrolment } of laptops) write(join('enrolments', `${enrolment.device}.json`), enrolment);
  expect(readdirSync(at('stick')).length).toBe(LAPTOPS);
  const distinct = (values: readonly unknown[]): number => new Set(values).size;
  for (const field of ['device', 'recipient', 'ledgerKey', 'codeKey', 'certificate', 'seal'] as const)
    expect(distinct(laptops.map(({ enrolment }) => enrolment[field]))).toBe(LAPTOPS);

  const labels = await run(runProvision, 'labels @enrolments --out @labels.pdf');
  expect(labels.json).toMatchObject({ ok: true, labels: LAPTOPS });
  const printed = readPdfText(new Uint8Array(readFileSync(at('labels.pdf'))))
    .join('')
    .replaceAll(/\s/g, '');
  for (const { seal } of places) expect(printed.split(seal).length).toBe(2);

  const built = await run(
    runPackage,
    'build --register @national.db --register-keys @keys.json --procedure @procedure.json --plan @plan.json --enrolments @enrolments --trust @keys/commission.json --out @out --sign @keys/member-a.key.json --sign @keys/member-c.key.json --passphrase-file @passphrases',
  );
  expect(built.json).toMatchObject({ ok: true, built: STATIONS, signed: 2, voters: STATIONS * 30 });

  const made = await Promise.all(
    laptops.map((laptop, index) =>
      makeLane(
        {
          ...{ laptop, data: places[index]?.home ?? '', sharedDirectory: undefined, day: null },
          file: at('out', packageFileName(laptop.enrolment.station, 1)),
          ...{ journalStick: null, chairStick: null, peopleDirectory: null },
        },
        silent,
      ),
    ),
  );
  for (const [index, { home, station, lane }] of places.entries()) {
    const { device } = laptops[index]?.enrolment ?? {};
    expect(made[index]).toMatchObject({ ok: true, value: { station, lane, device } });
    const host = unwrap(readHostOptions(join(home, PROVISIONED_FILE)));
    const { identity } = unwrap(readLaneFile(host.dataDirectory));
    expect(identity).toMatchObject({ stationNumber: station, lane, deviceId: device });
  }

  // Another laptop's package is not for this one.
  const [, , , , other] = laptops;
  const refused = await makeLane(
    {
      ...{ data: at('elsewhere'), sharedDirectory: undefined, day: null },
      laptop: { ...(other as EnrolledLaptop), folder: laptops[0]?.folder ?? '' },
      file: at('out', packageFileName(FIRST_STATION, 1)),
      ...{ journalStick: null, chairStick: null, peopleDirectory: null },
    },
    silent,
  );
  expect(refused.ok).toBe(false);
});

it('their test reports are joined into one, by model', async () => {
  for (let index = 0; index < LAPTOPS; index += 1) {
    process.env.TIZME_DATA = at(`laptop-${index}`);
    const report = at('reports', `${index}.json`);
    await runReadiness(['--out', report], silent, bareMachine);
  }
  const joined = await run(runReadiness, '--collect @reports');
  expect(joined.json.models).toMatchObject([
    { model: 'model 0', laptops: LAPTOPS / 2 },
    { model: 'model 1', laptops: LAPTOPS / 2 },
  ]);
});

it('one seal on two laptops is refused before anything is built', async () => {
  const [first = '', second = ''] = readdirSync(at('enrolments'));
  const read = (name: string) => JSON.parse(readFileSync(at('enrolments', name), 'utf8'));
  mkdirSync(at('twice'));
  write(join('twice', first), read(first));
  write(join('twice', second), { ...read(second), seal: read(first).seal });
  const refused = await run(runProvision, 'labels @twice --out @twice.pdf');
  expect(refused.code).toBe(1);
  expect(refused.json.code).toBe('enrolled-twice');
  expect(refused.said).toContain(`${first} says seal KG-`);
});
