import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeElection } from '../../fixtures/election/election-package.ts';
import { generateElection } from '../../fixtures/election/generate-election.ts';
import { generatedFingers } from '../../fixtures/election/generated-fingers.ts';
import { unwrap } from '../../src/domain/result.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import { readPdfText } from '../../src/station/paper/pdf/read-pdf-text.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { holdBuildFolder } from '../package/build-folder.ts';
import { checkPackage } from '../readiness/check-package.ts';
import { prepareElection } from '../start/prepare-election.ts';
import { runPackage } from './package.ts';
import { runProvision } from './provision.ts';

/** The commands as people type them, from the commission's table to a laptop that is a lane, on real files. */

let folder: string;
const dataBefore = process.env.TIZME_DATA;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-package-command-'));
  for (const name of ['enrolments', 'stick', 'spare-stick', 'chair']) mkdirSync(join(folder, name));
  const election = generateElection({ voters: 24, seed: 6 });
  unwrap(
    await writeElection(join(folder, 'election'), election, { fingers: generatedFingers(), photos: false }),
  );
  writeFileSync(join(folder, 'passphrases'), 'a long passphrase\na long passphrase\na long passphrase\n');
});
afterAll(() => {
  if (dataBefore === undefined) delete process.env.TIZME_DATA;
  else process.env.TIZME_DATA = dataBefore;
  rmSync(folder, { recursive: true, force: true });
});

const at = (...names: readonly string[]): string => join(folder, ...names);

type Run = typeof runPackage;

async function run(command: Run, line: string) {
  const out: string[] = [];
  const progress: string[] = [];
  const io = { out: (text: string) => out.push(text), progress: (text: string) => progress.push(text) };
  const args = line.split(' ').map((word) => (word.startsWith('@') ? at(word.slice(1)) : word));
  const code = await command([...args, '--json'], io);
  const last = out.at(-1);
  return {
    code,
    json: last?.startsWith('{') === true ? JSON.parse(last) : null,
    said: [...out, ...progress].join('\n'),
  };
}

it('keys, enrolment, build, signatures, lane, spare, and what is refused on the way', async () => {
  process.env.TIZME_DATA = at('laptop');
  const keys = await run(
    runPackage,
    'keys --out @keys --origin tizme.example/test --member a --member b --member c --passphrase-file @passphrases',
  );
  expect(keys).toMatchObject({ code: 0, json: { ok: true, members: ['a', 'b', 'c'] } });
  expect(readdirSync(at('keys')).sort()).toEqual([
    'commission.json',
    'member-a.key.json',
    'member-b.key.json',
    'member-c.key.json',
  ]);

  const enrol = await run(
    runProvision,
    'enrol --trust @keys/commission.json --station 9901 --lane 1 --seal S-1 --share-on @stick --out @enrolments/one.json',
  );
  expect(enrol).toMatchObject({ code: 0, json: { station: 9901, lane: 1 } });
  // What goes to the builder is public: nothing of the secret half is in it.
  expect(readFileSync(at('enrolments', 'one.json'), 'utf8')).not.toMatch(/AGE-SECRET|PRIVATE/);

  const build =
    'build --election @election --out @out --trust @keys/commission.json --enrolments @enrolments';
  expect(await run(runPackage, build)).toMatchObject({
    code: 0,
    json: { version: 1, built: 1, kept: 0, signed: 0 },
  });
  expect(await run(runPackage, build)).toMatchObject({ code: 0, json: { version: 1, built: 0, kept: 1 } });
  const unsigned = await run(runProvision, 'lane @out/station-9901-v1.tizme');
  expect(unsigned).toMatchObject({ code: 1, json: { ok: false, code: 'too-few-signatures' } });

  const sign = 'sign @out --trust @keys/commission.json --passphrase-file @passphrases --key @keys';
  expect((await run(runPackage, `${sign}/member-a.key.json`)).code).toBe(0);
  expect((await run(runProvision, 'lane @out/station-9901-v1.tizme')).json.code).toBe('too-few-signatures');
  expect((await run(runPackage, `${sign}/member-c.key.json`)).code).toBe(0);
  const shown = await run(runPackage, 'show @out/station-9901-v1.tizme --trust @keys/commission.json');
  expect(shown).toMatchObject({ code: 0, json: { signedBy: ['a', 'c'], voters: 24, station: 9901 } });
  const expired = await run(
    runPackage,
    'show @out/station-9901-v1.tizme --trust @keys/commission.json --day 2099-01-01',
  );
  expect(expired).toMatchObject({ code: 1, json: { code: 'package-expired' } });
  const recovered = await run(
    runPackage,
    'open @out/station-9901-v1.tizme --trust @keys/commission.json --recover @keys/member-a.key.json --recover @keys/member-b.key.json --passphrase-file @passphrases',
  );
  expect(recovered).toMatchObject({ code: 0, json: { voters: 24 } });

  // A changed byte leaves the laptop as it was.
  const bytes = readFileSync(at('out', 'station-9901-v1.tizme'));
  const damaged = Buffer.from(bytes);
  damaged[damaged.length - 5] = (damaged[damaged.length - 5] ?? 0) ^ 1;
  writeFileSync(at('damaged.tizme'), damaged);
  const refused = await run(runProvision, 'lane @damaged.tizme');
  expect(refused).toMatchObject({ code: 1, json: { code: 'part-changed', ok: false } });
  expect(readdirSync(at('laptop'))).toEqual(['enrolment']);

  // A day that is none, and a file that fails in the middle, leave it as well.
  expect(await run(runProvision, 'lane @out/station-9901-v1.tizme --day 1')).toMatchObject({ code: 2 });
  const halfway = await run(runProvision, 'lane @out/station-9901-v1.tizme --people @nowhere');
  expect(halfway).toMatchObject({ code: 1, json: { code: 'no-folder', ok: false } });
  expect(readdirSync(at('laptop'))).toEqual(['enrolment']);

  const lane = await run(
    runProvision,
    'lane @out/station-9901-v1.tizme --people @election --chair-stick @chair',
  );
  expect(lane).toMatchObject({ code: 0, json: { lane: 1, station: 9901, voters: 24, chairKit: true } });
  expect(existsSync(at('laptop', 'enrolment', 'laptop.sealed'))).toBe(false);
  // `npm start` opens that very election.
  const io = { out: () => {}, progress: () => {} };
  const opened = unwrap(
    await prepareElection(
      at('laptop'),
      findProgramFiles().migrationsDirectory,
      { voters: 60, seed: 1, fresh: false, electionDate: '2027-01-24' },
      io,
    ),
  );
  expect(unwrap(readLaneFile(opened.dataDirectory)).identity).toMatchObject({ stationNumber: 9901, lane: 1 });
  expect((await run(runProvision, 'lane @out/station-9901-v1.tizme')).json.code).toBe('already-provisioned');

  // A second member's secret is needed for the spare: with the chair's stick alone it stays blank.
  process.env.TIZME_DATA = at('spare');
  writeFileSync(at('wrong'), '222222\n000000000000\n');
  const spare =
    'spare --stick @chair --trust @keys/commission.json --lane 1 --member secretary --share-on @spare-stick';
  // A copy of the stick may have made one that this stick knows nothing of: what is on paper has to be said.
  expect(await run(runProvision, `${spare} --secrets-file @wrong`)).toMatchObject({ code: 2 });
  const ofAnother = await run(runProvision, `${spare} --last-receipt 2-0007 --secrets-file @wrong`);
  expect(ofAnother).toMatchObject({ code: 2 });
  expect(ofAnother.said).toContain('a receipt of table 2, not of table 1');
  expect((await run(runProvision, `${spare} --last-receipt 0 --secrets-file @wrong`)).json.code).toBe(
    'wrong-code',
  );
  expect(existsSync(at('spare'))).toBe(false);
});

it('letters, a newer package on the lane, changes with somebody new, and what is refused on the way', async () => {
  process.env.TIZME_DATA = at('laptop');
  writeFileSync(at('pins'), '111111\n222222\n');
  // Each letter has the PIN of its person; printed twice, they are the same.
  const letters = 'letters --packages @out --election @election --station 9901 --language ru --out';
  expect(await run(runPackage, `${letters} @letters.pdf`)).toMatchObject({ code: 0, json: { letters: 9 } });
  const text = readPdfText(new Uint8Array(readFileSync(at('letters.pdf')))).join('\n');
  for (const part of ['111 111', '222 222', 'Ваш ПИН-код', 'конверт 1']) expect(text).toContain(part);
  expect(statSync(at('letters.pdf')).mode & 0o077).toBe(0);
  expect((await run(runPackage, `${letters} @letters.pdf`)).code).toBe(1);
  expect((await run(runPackage, `${letters.replace('--out', '--printer')} no-such-printer`)).code).toBe(1);

  const build =
    'build --election @election --out @out --trust @keys/commission.json --enrolments @enrolments --expires 2098-12-31';
  const sign = ['a', 'b'].map((id) => `--sign @keys/member-${id}.key.json`).join(' ');
  expect(await run(runPackage, `${build} ${sign} --passphrase-file @passphrases`)).toMatchObject({
    code: 0,
    json: { version: 2, built: 1 },
  });
  const update = 'update @out/station-9901-v2.tizme --person chair --person secretary --secrets-file @pins';
  expect((await run(runProvision, `${update} --chair-stick @chair`)).json).toMatchObject({
    ...{ ok: true, from: 1, version: 2, voters: 24, chairKit: true },
  });
  expect((await run(runProvision, update)).json).toMatchObject({ ok: false, code: 'same-package' });
  expect((await run(runProvision, update.replace('-v2', '-v1'))).json).toMatchObject({
    ...{ ok: false, code: 'older-version' },
  });
  const facts = { version: 2, expires: '2098-12-31', signedBy: ['a', 'b'], voters: 24, index: 'own' };
  const ready = checkPackage(at('laptop'), '2027-01-24');
  expect(ready).toMatchObject({ package: facts, checks: [{ result: 'passed' }, { result: 'passed' }] });
  expect(checkPackage(at('laptop'), '2099-01-01').checks[0]).toMatchObject({ result: 'failed' });

  // Somebody new in the list: the token comes from what packages are drawn from, or nothing is signed.
  const voter = {
    ...{
      id: 'late',
      listNumber: 900,
      personalNumber: '10101199000017',
      birthDate: '1990-01-01',
      sex: 'female',
    },
    name: { surname: 'Кечиккенова', given: 'Айым', patronymic: null },
    ...{ address: 'Достук 1', stationNumber: 9901, districtNumber: 1, standing: 'active' },
    ...{ ballotStyles: ['president'], documents: [], hasFingerprints: false, changes: [] },
  };
  writeFileSync(
    at('changes.json'),
    JSON.stringify([{ op: 'put', request: 1, voter, photo: null, templates: [] }]),
  );
  mkdirSync(at('signed'));
  const changes =
    'changes @changes.json --package @out/station-9901-v2.tizme --trust @keys/commission.json --out @signed --passphrase-file @passphrases --key @keys/member-b.key.json --key @keys/member-c.key.json';
  expect((await run(runPackage, changes)).said).toContain('--packages');
  const drawn = '--packages @out --register-keys @election/training-keys.json';
  const signed = await run(runPackage, `${changes} ${drawn}`);
  expect(signed).toMatchObject({ code: 0, json: { sequence: 1, newVoters: 1, signedBy: ['b', 'c'] } });
  const file = '@signed/station-9901-changes-1.tizme-changes';
  expect(readFileSync(at(file.slice(1))).includes('Кечиккенова')).toBe(false);
  const delta = `delta ${file} --person chair --person secretary --secrets-file @pins`;
  expect((await run(runProvision, delta)).json).toMatchObject({
    deltas: [{ sequence: 1, isNew: true, applied: 1, effects: { added: 1 } }],
  });
  expect((await run(runProvision, delta)).json).toMatchObject({ deltas: [{ isNew: false }] });

  // Once the last version was built, no letter and no token can be made again.
  expect((await run(runPackage, 'forget @out')).code).toBe(0);
  expect((await run(runPackage, `${letters} @more.pdf`)).code).toBe(1);
  expect(existsSync(at('more.pdf'))).toBe(false);
  writeFileSync(
    at('changes.json'),
    JSON.stringify([
      {
        op: 'put',
        request: 2,
        voter: { ...voter, id: 'later', listNumber: 901, personalNumber: '10101199000025' },
        photo: null,
        templates: [],
      },
    ]),
  );
  expect((await run(runPackage, `${changes} ${drawn} --after ${file}`)).json.code).toBe('tokens-forgotten');
  // A further version would have other tokens for the same people, and nobody could see who was identified twice.
  expect((await run(runPackage, build)).json.code).toBe('tokens-forgotten');
  expect(existsSync(at('out', 'drawn.secret'))).toBe(false);
});

it('a slip in a command builds nothing, and says which word of it is wrong', async () => {
  const build =
    'build --election @election --out @slips --trust @keys/commission.json --enrolments @enrolments';
  const slips: readonly (readonly [string, number, string])[] = [
    ['--station 9901 --station 77', 1, 'station 77 is not in the plan'],
    ['--station first', 2, '"first" is none'],
    ['--expires 2027-02-30', 2, '"2027-02-30" is none'],
    ['--expires 2020-01-01', 2, 'before election day'],
    ['--threads 0', 2, '--threads takes 1 to 64'],
    ['--sign @keys/commission.json --passphrase-file @passphrases', 1, "no member's key"],
    ['--sign @keys/member-a.key.json --passphrase-file @wrong', 1, 'wrong passphrase'],
    [
      '--sign @keys/member-a.key.json --sign @keys/member-a.key.json --passphrase-file @passphrases',
      1,
      'named twice',
    ],
  ];
  for (const [words, code, said] of slips) {
    const refused = await run(runPackage, `${build} ${words}`);
    expect(refused, words).toMatchObject({ code });
    expect(refused.said, words).toContain(said);
  }
  expect(existsSync(at('slips'))).toBe(false);
});

it('a key of another commission, of the same name, signs nothing', async () => {
  const other =
    'keys --out @other-keys --origin tizme.example/test --member a --member b --member c --passphrase-file @passphrases';
  expect((await run(runPackage, other)).code).toBe(0);
  const signs = '--trust @keys/commission.json --passphrase-file @passphrases';
  const before = readFileSync(at('out', 'station-9901-v1.tizme'));
  for (const line of [
    `sign @out/station-9901-v1.tizme ${signs} --key @other-keys/member-b.key.json`,
    `open @out/station-9901-v1.tizme ${signs} --recover @keys/member-a.key.json --recover @other-keys/member-b.key.json`,
  ])
    expect(await run(runPackage, line)).toMatchObject({
      ...{ code: 1, said: expect.stringContaining('is no key of this commission') },
    });
  expect(readFileSync(at('out', 'station-9901-v1.tizme')).equals(before)).toBe(true);
});

it('members see what they are asked to sign; what was built before them is signed by the same command again', async () => {
  const trust = '--trust @keys/commission.json';
  const build = `build --election @election --out @signing ${trust} --enrolments @enrolments`;
  expect((await run(runPackage, build)).json).toMatchObject({ built: 1, signed: 0 });
  const show = `show @signing/station-9901-v1.tizme ${trust}`;
  const unsigned = await run(runPackage, show);
  expect(unsigned).toMatchObject({ code: 1, json: { code: 'too-few-signatures', voters: 24, signedBy: [] } });
  expect(unsigned.said).toContain('24 voters: ');
  const compared = `diff @out/station-9901-v2.tizme @signing/station-9901-v1.tizme ${trust}`;
  expect(await run(runPackage, compared)).toMatchObject({
    ...{ code: 0, said: expect.stringContaining('signed by 0 of the 2') },
  });
  const signs = ['a', 'c'].map((id) => `--sign @keys/member-${id}.key.json`).join(' ');
  const again = await run(runPackage, `${build} ${signs} --passphrase-file @passphrases`);
  expect(again.json).toMatchObject({ built: 0, kept: 1, signed: 2 });
  expect((await run(runPackage, show)).json).toMatchObject({ ok: true, signedBy: ['a', 'c'] });
  const twice = `sign @signing ${trust} --key @keys/member-a.key.json --passphrase-file @passphrases`;
  expect((await run(runPackage, twice)).json).toMatchObject({ ok: true, added: 0, signed: 2 });
});

it('one program at a time is in a folder of packages; what a killed one left half is gone afterwards', async () => {
  const build =
    'build --election @election --out @signing --trust @keys/commission.json --enrolments @enrolments';
  writeFileSync(at('signing', '.station-9901-v2.tizme.unfinished'), 'half');
  const held = unwrap(holdBuildFolder(at('signing')));
  expect(readdirSync(at('signing')).some((name) => name.includes('unfinished'))).toBe(false);
  for (const line of [build, 'forget @signing'])
    expect(await run(runPackage, line)).toMatchObject({ code: 1, json: { code: 'in-use' } });
  held.release();
  expect((await run(runPackage, build)).json).toMatchObject({ kept: 1, signed: 2 });
  // Damaged since it was built: made again, as it was before.
  const file = at('signing', 'station-9901-v1.tizme');
  const bytes = readFileSync(file);
  bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  expect((await run(runPackage, build)).json).toMatchObject({ version: 1, built: 1, kept: 0 });
});

it('what the file system refuses is said in words, with nothing half behind it', async () => {
  const keys = '--origin a.example/b --member a --member b --member c --passphrase-file @passphrases';
  const inAFile = await run(runPackage, `keys --out @passphrases/keys ${keys}`);
  expect(inAFile).toMatchObject({ code: 1, json: { code: 'no-folder' } });
  const build = 'build --election @election --trust @keys/commission.json --enrolments @enrolments';
  expect(await run(runPackage, `${build} --out @passphrases`)).toMatchObject({
    ...{ code: 1, json: { code: 'no-folder' } },
  });
  // A folder stands where the package has to go.
  mkdirSync(at('blocked', 'station-9901-v1.tizme', 'in-the-way'), { recursive: true });
  const blocked = await run(runPackage, `${build} --out @blocked`);
  expect(blocked).toMatchObject({ code: 1 });
  expect(readdirSync(at('blocked')).some((name) => name.includes('unfinished'))).toBe(false);
});

it('every action explains itself, and what is missing is named', async () => {
  for (const [command, actions] of [
    [runPackage, ['keys', 'build', 'sign', 'show', 'open', 'diff', 'changes', 'letters', 'forget']],
    [runProvision, ['enrol', 'lane', 'spare', 'admit', 'labels', 'delta', 'update', 'pin', 'erase']],
  ] as const) {
    const all = await run(command, '--help');
    expect(all.code).toBe(0);
    for (const action of actions) {
      expect(all.said).toContain(action);
      expect((await run(command, `${action} --help`)).code).toBe(0);
      expect((await run(command, `${action} --no-such-option`)).code).toBe(2);
    }
  }
  expect((await run(runPackage, 'sign @nowhere --trust @nowhere --key @nowhere')).said).toContain(
    'can not be read',
  );
});
