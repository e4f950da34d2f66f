import { describe, expect, test } from 'vitest';
import { createEmulatedDocument, type DocumentFault } from '../../fixtures/documents/emulated-document.ts';
import { createTestAuthority } from '../../fixtures/documents/test-authority.ts';
import { drawPortrait } from '../../fixtures/election/portrait.ts';
import { systemCardService } from '../../native-bridges/card-readers/pcsc/card-service.ts';
import { CcidEmulator, EXTENDED_READER } from '../../native-bridges/simulated/usb/ccid-emulator.ts';
import { EmulatedUsbBus } from '../../native-bridges/simulated/usb/emulated-usb-bus.ts';
import { buildMrz } from '../../src/documents/mrz/build.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { ok, unwrap } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import { type FindCardReaders, usbCardReaders } from './card-readers.ts';
import { createEmulatedPassport, PASSPORT_KINDS } from './emulated-passport.ts';
import { run, runWith } from './run-document.ts';

describe('tizme document read at a reader', () => {
  async function bench(kind: string, features: number) {
    const timer = systemTimer(20, 10);
    const bus = new EmulatedUsbBus(timer);
    const reader = new CcidEmulator({ ...EXTENDED_READER, features });
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

  test('of several readers takes the one with a card in it, now or after a while', async () => {
    const { bus, lay, find, opening } = await bench('pace', 0x404ba);
    bus.plug(new CcidEmulator(EXTENDED_READER));
    const laidLater: FindCardReaders = (transport) => {
      setImmediate(lay);
      return find(transport);
    };
    for (const search of [laidLater, find]) {
      const { json } = await runWith(search, 'read', ...opening, '--json');
      expect(json).toMatchObject({ source: expect.stringContaining('1-1:1'), zone: { surname: 'EMULATED' } });
    }
  });

  test('names the readers where several have a card, and takes the one that is meant', async () => {
    const { bus, lay, find, opening } = await bench('pace', 0x404ba);
    const other = new CcidEmulator(EXTENDED_READER);
    bus.plug(other);
    const empty = await runWith(find, 'read', ...opening, '--wait', '0');
    expect(empty).toMatchObject({
      code: 1,
      progress: [expect.stringMatching(/1-1:1.*no card.*\n.*1-1:2.*no card/)],
    });
    const { document } = await createEmulatedPassport(assertDefined(PASSPORT_KINDS.bac, 'bac'), 3000);
    other.insert({ powerSelects: [0, 1, 2, 3], ...document.connect() });
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
    expect(await run('play', '--kind', 'other')).toMatchObject({ code: 2 });
    expect(await run('play', '--fault', 'other')).toMatchObject({ code: 2 });
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
    const timer = systemTimer(20, 10);
    const bus = new EmulatedUsbBus(timer);
    const reader = new CcidEmulator(EXTENDED_READER);
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
