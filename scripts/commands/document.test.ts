import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildChipFiles } from '../../fixtures/documents/chip-files.ts';
import { createEmulatedDocument, type DocumentFault } from '../../fixtures/documents/emulated-document.ts';
import { createTestAuthority } from '../../fixtures/documents/test-authority.ts';
import { drawPortrait } from '../../fixtures/election/portrait.ts';
import { systemCardService } from '../../native-bridges/card-readers/pcsc/card-service.ts';
import { CcidEmulator } from '../../native-bridges/simulated/usb/ccid-emulator.ts';
import { EmulatedUsbBus } from '../../native-bridges/simulated/usb/emulated-usb-bus.ts';
import { buildMrz } from '../../src/documents/mrz/build.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { ok, unwrap } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import { type FindCardReaders, usbCardReaders } from '../document/card-readers.ts';
import { createEmulatedPassport, PASSPORT_KINDS } from '../document/emulated-passport.ts';
import { runDocument } from './document.ts';

/** OMNIKEY 5422, the contactless slot. */
const CCID = {
  slots: 1,
  voltages: 0b111,
  protocols: 0b11,
  defaultClock: 4_000,
  maxDataRate: 307_200,
  maxInformationFieldSize: 254,
  features: 0x404ba,
  maxMessageLength: 271,
};
const CARD = [
  'IDKGZID0123458212905198400017<',
  '8405298F3203019KGZ<<<<<<<<<<<3',
  'OMURBEKOVA<<AIZHAN<<<<<<<<<<<<',
];
const FACE = drawPortrait({ seed: 'command', sex: 'female', age: 40, clothes: 0 });

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
      face: FACE,
    },
    authority,
  );
  for (const [name, bytes] of files) writeFileSync(join(folder, `${name}.bin`), bytes);
  mkdirSync(join(folder, 'trust'));
  writeFileSync(join(folder, 'trust', 'country.der'), authority.certificate);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  return runWith(undefined, ...args);
}

async function runWith(find: FindCardReaders | undefined, ...args: string[]) {
  const out: string[] = [];
  const progress: string[] = [];
  const io = { out: (line: string) => out.push(line), progress: (text: string) => progress.push(text) };
  const code = await runDocument([...args, '--today', '2026-11-22'], io, find);
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

  test('knows more series of document numbers from a file', async () => {
    const other = unwrap(
      buildMrz({
        format: 'TD1',
        documentCode: 'ID',
        issuingState: 'KGZ',
        documentNumber: 'QX0123458',
        nationality: 'KGZ',
        birthDate: '1984-05-29',
        sex: 'female',
        expiryDate: '2032-03-01',
        surname: 'OMURBEKOVA',
        givenNames: 'AIZHAN',
        optionalData1: '12905198400017',
      }),
    );
    expect((await run('mrz', ...other, '--json')).json.findings).toEqual(['unknown-series']);
    writeFileSync(file('series.json'), '[{ "prefix": "QX", "document": "id-card", "model": 2027 }]');
    expect((await run('mrz', ...other, '--json', '--series', file('series.json'))).json.findings).toEqual([]);
    expect((await run('mrz', ...CARD, '--json', '--series', file('series.json'))).json.findings).toEqual([]);
    writeFileSync(file('series-wrong.json'), '[{ "prefix": "qx" }]');
    for (const path of [file('series-wrong.json'), file('nothing.json'), file('DG1.bin')]) {
      expect(await run('mrz', ...other, '--series', path)).toMatchObject({ code: 1, out: [] });
    }
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
      DG2: { mediaType: 'image/jpeg', bytes: FACE.length },
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
    expect(trusted.json).toMatchObject({ uncheckedDataGroups: ['DG2', 'DG11'], revocation: 'not-checked' });
    const alone = await run(...sod, '--dg', `1=${file('DG1.bin')}`);
    expect(alone).toMatchObject({ code: 1, json: { outcome: 'consistent-issuer-not-trusted' } });
    const swapped = await run(...sod, '--dg', `1=${file('DG2.bin')}`, '--trust', file('trust'));
    expect(swapped).toMatchObject({ code: 1, json: { outcome: 'altered', dataGroups: ['DG1'] } });
  });
});

describe('files as programs and chips leave them', () => {
  const padded = (name: string, ...filler: readonly number[]): string => {
    const path = file(`${name}-${filler.length}.bin`);
    writeFileSync(path, Buffer.concat([readFileSync(file(`${name}.bin`)), Uint8Array.from(filler)]));
    return path;
  };

  test('padded to the size of the chip’s file, or without the security object’s outermost tag, are as good', async () => {
    const bare = file('SOD-bare.bin');
    writeFileSync(bare, readFileSync(file('SOD.bin')).subarray(4));
    const trust = ['--trust', file('trust'), '--json'];
    for (const sod of [padded('SOD', 0, 0, 0), padded('SOD', 0xff, 0xff), bare]) {
      const group = `1=${padded('DG1', 0, 0, 0, 0)}`;
      expect(await run('verify', '--sod', sod, '--dg', group, ...trust)).toMatchObject({ code: 0 });
    }
    const shown = await run('show', '--dg', `1=${padded('DG1', 0)}`, '--json');
    expect(shown.json.dataGroups.DG1).toMatchObject({ documentNumber: 'ID0123458' });
    const more = await run('verify', '--sod', file('SOD.bin'), '--dg', `1=${padded('DG1', 0, 1)}`, ...trust);
    expect(more.json).toMatchObject({ outcome: 'altered', dataGroups: ['DG1'] });
  });

  test('certificates in PEM are trusted, and what is neither certificate nor list is named', async () => {
    const folder = file('pem');
    mkdirSync(folder);
    const base64 = readFileSync(join(file('trust'), 'country.der'))
      .toString('base64')
      .replace(/(.{64})/g, '$1\n');
    writeFileSync(
      join(folder, 'countries.pem'),
      `# KG\n-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    );
    writeFileSync(join(folder, 'readme.txt'), 'nothing');
    const verify = ['verify', '--sod', file('SOD.bin'), '--dg', `1=${file('DG1.bin')}`, '--trust', folder];
    expect(await run(...verify, '--json')).toMatchObject({
      code: 0,
      json: { outcome: 'genuine', refusedLists: ['readme.txt: neither a certificate nor a master list'] },
    });
  });
});

describe('tizme document read', () => {
  test.each([
    ['bac', 'bac', 'active-authentication', 'image/jpeg'],
    ['pace', 'pace', 'chip-authentication', 'image/jp2'],
    ['pace-im', 'pace', 'active-authentication', 'image/jpeg'],
    ['pace-cam', 'pace', 'pace-cam', 'image/jp2'],
  ])(
    '--kind %s reads the emulated passport step by step, and says that it is one',
    async (kind, protocol, method, mediaType) => {
      const { code, json } = await run('read', '--emulated', '--kind', kind, '--json');
      expect(code).toBe(0);
      expect(json).toMatchObject({
        source: 'emulated passport, no reader',
        access: { protocol },
        authenticity: { outcome: 'genuine' },
        chipProof: { outcome: 'genuine', method },
        zone: { surname: 'EMULATED' },
        face: { mediaType, bytes: 20_000 },
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

  test('writes a face in JPEG 2000 as a picture that every program shows', async () => {
    const { code, out } = await run('read', '--emulated', '--kind', 'pace-cam', '--face', file('nobody.png'));
    expect(code).toBe(0);
    expect(out).toContain('face: written as image/png, 336 x 432');
    expect(decode(readFileSync(file('nobody.png')))).toMatchObject({ width: 336, height: 432, channels: 3 });
  });
});

describe('tizme document read at a reader', () => {
  async function bench(kind: string, features: number) {
    const timer = systemTimer(20);
    const bus = new EmulatedUsbBus(timer);
    const reader = new CcidEmulator({ ...CCID, features });
    bus.plug(reader);
    const { document } = await createEmulatedPassport(assertDefined(PASSPORT_KINDS[kind], kind), 3000);
    const lay = () => reader.insert({ powerSelects: [0, 1, 2, 3], ...document.connect() });
    const find: FindCardReaders = (transport) =>
      transport === 'usb' ? usbCardReaders(bus, timer) : systemCardService(timer, async () => null);
    return { bus, reader, lay, find, opening: document.mrz.flatMap((line) => ['--mrz', line]) };
  }

  test.each([
    ['bac', 'extended APDUs', 0x404ba],
    ['pace', 'extended APDUs', 0x404ba],
    ['bac', 'short APDUs only', 0x204ba],
    ['pace-cam', 'short APDUs only', 0x204ba],
  ])('reads a passport (%s) through a reader of %s over the bus', async (kind, _, features) => {
    const { lay, find, opening } = await bench(kind, features);
    lay();
    const { json, code, progress } = await runWith(find, 'read', ...opening, '--json');
    expect(json).toMatchObject({
      source: expect.stringMatching(/^usb: Card reader 076b:5422 at /),
      authenticity: { outcome: 'consistent-issuer-not-trusted' },
      chipProof: { outcome: 'consistent-issuer-not-trusted' },
      zone: { surname: 'EMULATED' },
    });
    expect(code).toBe(1);
    expect(progress).toContain('reading: DG2');
  });

  test('waits for a document to be laid down, and says when none came', async () => {
    const { lay, find, opening } = await bench('pace', 0x404ba);
    const waited = await runWith(find, 'read', ...opening, '--wait', '0');
    expect(waited).toMatchObject({ code: 1, progress: [expect.stringContaining('no card in reach')] });
    const laidLater: FindCardReaders = (transport) => {
      setImmediate(lay);
      return find(transport);
    };
    const { json, progress } = await runWith(laidLater, 'read', '--can', '271828', '--json');
    expect(json.access).toMatchObject({ protocol: 'pace', password: 'can' });
    expect(progress.every((line) => !line.includes('271828'))).toBe(true);
  });

  test('names the readers where several would do, and takes the one that is meant', async () => {
    const { bus, lay, find, opening } = await bench('pace', 0x404ba);
    bus.plug(new CcidEmulator(CCID));
    lay();
    const several = await runWith(find, 'read', ...opening);
    expect(several).toMatchObject({ code: 1, progress: [expect.stringContaining('--reader NAME')] });
    expect(several.progress.join()).toContain('Card reader 076b:5422 at 1-1:2');
    const meant = await runWith(find, 'read', ...opening, '--reader', 'AT 1-1:1', '--json');
    expect(meant.json.zone).toMatchObject({ surname: 'EMULATED' });
    expect(await runWith(find, 'read', ...opening, '--reader', 'other')).toMatchObject({ code: 1 });
  });

  test('reads it through the card service of the system', async () => {
    const { document } = await createEmulatedPassport(assertDefined(PASSPORT_KINDS.pace, 'pace'), 3000);
    const closed: string[] = [];
    const name = 'ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00';
    const service: FindCardReaders = () => ({
      list: async () => ok([name, 'ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 01 00']),
      open: async (wanted) => {
        const info = { kind: 'card-reader', model: wanted, serialNumber: null, simulated: false } as const;
        return ok({
          status: () => ({ info, status: { state: 'ready' } }),
          onStatus: () => () => undefined,
          onCard: () => () => undefined,
          connect: async () => ok(document.connect()),
          close: async () => void closed.push(wanted),
        });
      },
    });
    const args = ['read', '--transport', 'pcsc', '--reader', 'picc', '--can', '271828', '--json'];
    const { json } = await runWith(service, ...args);
    expect(json).toMatchObject({ source: `pcsc: ${name}`, chipProof: { method: 'chip-authentication' } });
    expect(closed).toEqual([name]);
  });

  test('says what is missing: a reader, the rights to it, or what opens the chip', async () => {
    const { bus, reader, find, opening } = await bench('pace', 0x404ba);
    const problem = async (...args: string[]) => (await runWith(find, 'read', ...args)).progress.join();
    expect(await problem()).toContain('--mrz with the lines of its zone, or --can');
    expect(await problem('--can', '12')).toContain('six digits');
    expect(await problem(...opening, '--transport', 'pcsc')).toContain('PC/SC cannot be used');
    bus.unplug(reader);
    expect(await problem(...opening)).toContain('there is no card reader');
    bus.plug(reader, { code: 'access-denied' });
    expect(await problem(...opening)).toContain('access-denied');
    bus.problem = { code: 'no-bus' };
    expect(await problem(...opening)).toContain('no USB on this machine');
    expect((await runWith(find, 'read', '--transport', 'bluetooth')).code).toBe(2);
  });
});

describe('tizme document play', () => {
  test('says what is missing', async () => {
    expect(await run('play', '--kind', 'other')).toMatchObject({ code: 1 });
    expect(await run('play', '--fault', 'other')).toMatchObject({ code: 1 });
    expect(await run('play', '--port', 'other')).toMatchObject({ code: 2 });
    // Port 1 belongs to a service that nobody runs.
    const { code, progress } = await run('play', '--port', '1');
    expect(code).toBe(1);
    expect(progress.join()).toContain('no virtual reader at port 1');
  });
});

describe('a diagnostic without personal data', () => {
  const CANARIES = [
    'ZZYZXOVA',
    'QWERTINA',
    'Ззызхова',
    'Квертина',
    'XK7359142',
    '7359142',
    '850713',
    '19850713',
    '11307198554321',
    '331117',
    'Зурдалы',
  ];
  const lines = unwrap(
    buildMrz({
      format: 'TD1',
      documentCode: 'ID',
      issuingState: 'KGZ',
      documentNumber: 'XK7359142',
      nationality: 'KGZ',
      birthDate: '1985-07-13',
      sex: 'female',
      expiryDate: '2033-11-17',
      surname: 'ZZYZXOVA',
      givenNames: 'QWERTINA',
      optionalData1: '11307198554321',
    }),
  );
  const document = createEmulatedDocument({
    mrz: lines,
    surname: 'Ззызхова',
    givenNames: 'Квертина',
    personalNumber: '11307198554321',
    birthDate: '1985-07-13',
    birthPlace: 'Зурдалы',
    face: drawPortrait({ seed: 'canary', sex: 'female', age: 41, clothes: 0 }),
    authority: createTestAuthority('canary'),
    protocols: {
      pace: { mapping: 'generic', domain: { curve: 'secp256r1' }, cipher: 'aes-128' },
      chipAuthentication: { domain: { curve: 'secp256r1' }, cipher: 'aes-128' },
      activeAuthentication: 'ecdsa',
    },
  });
  const opening = lines.flatMap((line) => ['--mrz', line]);
  const wrong = lines.flatMap((line) => ['--mrz', line.replace('8507130', '8507131')]);

  async function diagnose(faults: readonly DocumentFault[], ...args: string[]) {
    document.setFaults(faults);
    const timer = systemTimer(20);
    const bus = new EmulatedUsbBus(timer);
    const reader = new CcidEmulator(CCID);
    bus.plug(reader);
    reader.insert({ powerSelects: [0, 1, 2, 3], ...document.connect() });
    return runWith(() => usbCardReaders(bus, timer), 'read', '--redact', ...args);
  }

  test('tells how the document was made', async () => {
    const { json } = await diagnose([], ...opening, '--json');
    expect(json.technical).toMatchObject({
      zone: {
        format: 'TD1',
        documentCode: 'ID',
        issuingState: 'KGZ',
        series: null,
        personalNumber: 'optional-data-1',
      },
      cardAccess: ['0.4.0.127.0.7.2.2.4.2.2'],
      activeKey: 'brainpoolP256r1',
      detailTags: ['5c', '5f0e', '5f10', '5f2b', '5f11'],
      securityObject: {
        dataGroupHash: '2.16.840.1.101.3.4.2.1',
        dataGroups: ['DG1', 'DG2', 'DG11', 'DG14', 'DG15'],
        certificates: [{ country: 'KG', key: 'secp256r1', valid: ['2020', '2040'] }],
      },
    });
    expect(json.commands.length).toBeGreaterThan(20);
  });

  test.each<[string, readonly DocumentFault[], readonly string[]]>([
    ['of a document that is genuine', [], opening],
    ['as JSON', [], [...opening, '--json']],
    ['of an altered one', [{ kind: 'altered-file', file: 'DG11', offset: 20 }], opening],
    ['of a copied chip', [{ kind: 'copied-chip' }], opening],
    ['of a zone that is another one’s', [{ kind: 'altered-file', file: 'DG1', offset: 12 }], opening],
    ['of a file that is cut', [{ kind: 'cut-file', file: 'DG2', length: 500 }], opening],
    ['of a card that was taken away', [{ kind: 'card-lost', afterCommands: 30 }], opening],
    ['of a mistyped zone', [], wrong],
    ['of a number that opens nothing', [], ['--can', '735914']],
    ['of a face that was asked for', [], [...opening, '--face', 'nothing.jpg']],
  ])('%s: nothing of the person is in it', async (_, faults, args) => {
    const { out, progress } = await diagnose(faults, ...args);
    const text = [...out, ...progress].join('\n');
    expect(text.length).toBeGreaterThan(20);
    const haystacks = [
      text,
      text.toLowerCase(),
      Buffer.from(text.replace(/[^0-9a-f]/g, ''), 'hex').toString('latin1'),
    ];
    const found = [...CANARIES, '735914'].filter((canary) =>
      haystacks.some(
        (haystack) => haystack.includes(canary) || haystack.includes(Buffer.from(canary).toString('hex')),
      ),
    );
    expect(found).toEqual([]);
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
