import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildChipFiles } from '../../fixtures/documents/chip-files.ts';
import { createTestAuthority } from '../../fixtures/documents/test-authority.ts';
import { runDocument } from './document.ts';

const CARD = [
  'IDKGZID0123458212905198400017<',
  '8405298F3203019KGZ<<<<<<<<<<<3',
  'OMURBEKOVA<<AIZHAN<<<<<<<<<<<<',
];
const FACE = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-document-command-'));
  const authority = createTestAuthority('test');
  const files = buildChipFiles(
    {
      mrz: CARD,
      surname: 'Өмүрбекова',
      givenNames: 'Айжан',
      personalNumber: '12905198400017',
      birthDate: '1984-05-29',
      faceJpeg: FACE,
    },
    authority,
  );
  for (const [name, bytes] of files) writeFileSync(join(folder, `${name}.bin`), bytes);
  mkdirSync(join(folder, 'trust'));
  writeFileSync(join(folder, 'trust', 'country.der'), authority.certificate);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]) {
  const out: string[] = [];
  const progress: string[] = [];
  const io = { out: (line: string) => out.push(line), progress: (text: string) => progress.push(text) };
  const code = await runDocument([...args, '--today', '2026-11-22'], io);
  return { code, out, progress, json: JSON.parse(args.includes('--json') ? (out.at(-1) ?? '') : 'null') };
}

const file = (name: string): string => join(folder, name);

describe('tizme document mrz', () => {
  test('tells in words what the zone says', async () => {
    const { code, out } = await run('mrz', ...CARD);
    expect(code).toBe(0);
    expect(out).toContain('personalNumber: 12905198400017');
    expect(out).toContain('surname: OMURBEKOVA');
  });

  test('gives one line of JSON, of one argument as well', async () => {
    const { code, out, json } = await run('mrz', CARD.join(''), '--json');
    expect(code).toBe(0);
    expect(out).toHaveLength(1);
    expect(json).toMatchObject({ format: 'TD1', birthDate: '1984-05-29', sex: 'female', findings: [] });
  });

  test('names the field that does not hold', async () => {
    const wrong = CARD.map((line) => line.replace('840529', '840528'));
    const { code, json } = await run('mrz', ...wrong, '--json');
    expect(code).toBe(1);
    expect(json.error.fields).toContainEqual({ field: 'birth-date', problem: 'check-digit' });
  });
});

describe('tizme document show', () => {
  test('shows the three data groups, and writes the face', async () => {
    const groups = [1, 2, 11].flatMap((number) => ['--dg', `${number}=${file(`DG${number}.bin`)}`]);
    const { code, json } = await run('show', ...groups, '--face', file('face.jpg'), '--json');
    expect(code).toBe(0);
    expect(json.dataGroups).toMatchObject({
      DG1: { documentNumber: 'ID0123458' },
      DG2: { mediaType: 'image/jpeg', bytes: 4 },
      DG11: { surname: 'Өмүрбекова', birthDate: '1984-05-29' },
    });
    expect(Uint8Array.from(readFileSync(file('face.jpg')))).toEqual(FACE);
  });

  test('says so when a file is another data group, or is not there', async () => {
    const other = await run('show', '--dg', `1=${file('DG2.bin')}`, '--json');
    expect(other).toMatchObject({ code: 1, json: { dataGroups: { DG1: { error: { code: 'bad-data' } } } } });
    const absent = await run('show', '--dg', `1=${file('nothing.bin')}`);
    expect(absent.code).toBe(1);
    expect(absent.progress.join()).toContain('there is no such file');
  });
});

describe('tizme document verify', () => {
  test('keeps genuine, not trusted and altered apart', async () => {
    const sod = ['verify', '--sod', file('SOD.bin'), '--json'];
    const trusted = await run(...sod, '--dg', `1=${file('DG1.bin')}`, '--trust', file('trust'));
    expect(trusted).toMatchObject({ code: 0, json: { outcome: 'genuine', checkedDataGroups: ['DG1'] } });
    const alone = await run(...sod, '--dg', `1=${file('DG1.bin')}`);
    expect(alone).toMatchObject({ code: 1, json: { outcome: 'consistent-issuer-not-trusted' } });
    const swapped = await run(...sod, '--dg', `1=${file('DG2.bin')}`, '--trust', file('trust'));
    expect(swapped).toMatchObject({ code: 1, json: { outcome: 'altered', dataGroups: ['DG1'] } });
  });
});

describe('tizme document read', () => {
  test.each([
    ['bac', 'bac', 'active-authentication'],
    ['pace', 'pace', 'chip-authentication'],
    ['pace-im', 'pace', 'active-authentication'],
    ['pace-cam', 'pace', 'pace-cam'],
  ])(
    '--kind %s reads the emulated passport step by step, and says that it is one',
    async (kind, protocol, method) => {
      const { code, json } = await run('read', '--emulated', '--kind', kind, '--json');
      expect(code).toBe(0);
      expect(json).toMatchObject({
        source: 'emulated passport, no reader',
        access: { protocol },
        authenticity: { outcome: 'genuine' },
        chipProof: { outcome: 'genuine', method },
        zone: { surname: 'EMULATED' },
        face: { mediaType: 'image/jpeg', width: 413, height: 531, bytes: 20_000 },
      });
      expect(json.steps.map(({ step }: { step: string }) => step)).toContain('DG2');
    },
  );

  test('opens it by its number, and refuses another one', async () => {
    const opened = await run('read', '--emulated', '--can', '271828', '--json');
    expect(opened).toMatchObject({ code: 0, json: { access: { password: 'can' } } });
    const refused = await run('read', '--emulated', '--can', '000000', '--json');
    expect(refused).toMatchObject({ code: 1, json: { error: { code: 'wrong-key' } } });
    expect(await run('read', '--emulated', '--can', '12', '--json')).toMatchObject({ code: 1 });
  });

  test('--redact leaves out all that is about a person', async () => {
    const { code, out, json } = await run('read', '--emulated', '--redact', '--json');
    expect(code).toBe(0);
    expect(json.commands.length).toBeGreaterThan(50);
    expect(json).toMatchObject({ format: 'TD3', detailsGiven: true });
    const text = out.join('\n');
    for (const personal of [
      'EMULATED',
      'PASSPORT',
      'PE0000000',
      '1990',
      '900101',
      '10101199000000',
      'Эмуляция',
      '341231',
    ]) {
      expect(text).not.toContain(personal);
    }
  });

  test('without --emulated says that it reaches no reader', async () => {
    const { code, progress } = await run('read', '--mrz', CARD.join(''));
    expect(code).toBe(1);
    expect(progress.join()).toContain('does not reach a real reader yet');
  });
});

describe('master lists among what is trusted', () => {
  test('are used when a certificate beside them vouches for their signer, and named when not', async () => {
    const home = createTestAuthority('home');
    const list = home.signMasterList([createTestAuthority('test').certificate]);
    mkdirSync(file('lists'));
    writeFileSync(join(file('lists'), 'countries.ml'), list);
    const verify = [
      'verify',
      '--sod',
      file('SOD.bin'),
      '--dg',
      `1=${file('DG1.bin')}`,
      '--trust',
      file('lists'),
      '--json',
    ];
    expect(await run(...verify)).toMatchObject({
      code: 1,
      json: {
        outcome: 'consistent-issuer-not-trusted',
        refusedLists: ['countries.ml: this master list is not used (signer-not-trusted)'],
      },
    });
    writeFileSync(join(file('lists'), 'home.der'), home.certificate);
    expect(await run(...verify)).toMatchObject({ code: 0, json: { outcome: 'genuine', refusedLists: [] } });
  });
});

test.each([[['nonsense']], [['mrz', '--nonsense']], [['show', '--dg', '17=x']]])(
  '%j is wrong usage',
  async (args) => {
    const { code, out, progress } = await run(...args);
    expect(code).toBe(2);
    expect(out).toEqual([]);
    expect(progress.join('\n')).toContain('usage: tizme document');
  },
);
