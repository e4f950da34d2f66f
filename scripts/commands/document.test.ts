import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildChipFiles } from '../../fixtures/documents/chip-files.ts';
import { signChallenge } from '../../fixtures/documents/chip-protocols.ts';
import { createEmulatedDocument } from '../../fixtures/documents/emulated-document.ts';
import { createTestAuthority } from '../../fixtures/documents/test-authority.ts';
import { drawPortrait } from '../../fixtures/election/portrait.ts';
import { encodeTlv, readTlv, readTlvs } from '../../src/documents/chip/tlv.ts';
import { buildMrz } from '../../src/documents/mrz/build.ts';
import { unwrap } from '../../src/domain/result.ts';
import { run } from '../document/run-document.ts';

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

test('document verify names the signer, and the key of its country that is wanted', async () => {
  const { out, json } = await run('verify', '--sod', file('SOD.bin'), '--json');
  const [certificate] = json.securityObject.certificates;
  expect(certificate).toMatchObject({ country: 'KG', key: 'secp256r1', valid: ['2020', '2040'] });
  expect(out.join()).toContain(certificate.issuerKey);
  const plain = await run('verify', '--sod', file('SOD.bin'));
  expect(plain.out.join('\n')).toContain(
    `signer of KG, secp256r1, 2020 to 2040; key of its issuer: ${certificate.issuerKey}`,
  );
});

test('document verify tells EF.CardSecurity from EF.SOD', async () => {
  const authority = createTestAuthority('test');
  writeFileSync(file('CardSecurity.bin'), authority.signCardSecurity(Uint8Array.of(0x31, 0)));
  const verify = ['verify', '--sod', file('CardSecurity.bin'), '--trust', file('trust'), '--json'];
  expect(await run(...verify)).toMatchObject({ code: 0, json: { outcome: 'genuine' } });
  const mixed = await run(...verify, '--dg', `1=${file('DG1.bin')}`);
  expect(mixed).toMatchObject({ code: 1, progress: [expect.stringContaining('--sod wants EF.SOD')] });
});

describe('an answer of active authentication among the files', () => {
  test.each(['rsa', 'ecdsa', 'ecdsa-in-der'] as const)('%s: is the chip’s, or altered', async (kind) => {
    const authority = createTestAuthority('answers');
    const document = createEmulatedDocument({
      mrz: CARD,
      surname: 'Өмүрбекова',
      givenNames: 'Айжан',
      personalNumber: '12905198400017',
      birthDate: '1984-05-29',
      face: FACE,
      authority,
      protocols: { activeAuthentication: kind },
    });
    const at = (name: string): string => join(folder, `${kind}-${name}`);
    for (const [name, bytes] of document.files()) writeFileSync(at(name), bytes);
    mkdirSync(at('trust'));
    writeFileSync(join(at('trust'), 'country.der'), authority.certificate);
    const challenge = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const answer = Buffer.from(signChallenge(kind, 'ID0123458', challenge)).toString('hex');
    const groups = ['15', ...(kind === 'rsa' ? [] : ['14'])].flatMap((number) => [
      '--dg',
      `${number}=${at(`DG${number}`)}`,
    ]);
    const verify = ['verify', '--sod', at('SOD'), ...groups, '--trust', at('trust'), '--json'];
    const own = await run(...verify, '--challenge', '01 02 03 04 05 06 07 08', '--answer', answer);
    expect(own).toMatchObject({
      code: 0,
      json: { outcome: 'genuine', chipProof: { outcome: 'genuine', method: 'active-authentication' } },
    });
    const other = await run(...verify, '--challenge', '0102030405060709', '--answer', answer);
    expect(other).toMatchObject({ code: 1, json: { outcome: 'altered', reason: 'chip' } });
    expect((await run(...verify.slice(0, -1), '--answer', answer)).code).toBe(2);
    const keyless = await run('verify', '--sod', at('SOD'), '--challenge', '01', '--answer', '02');
    expect(keyless).toMatchObject({ code: 1, progress: [expect.stringContaining('--dg 15=FILE')] });
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

  test('as text in hexadecimal or base64 are as good', async () => {
    for (const [encoding, wide] of [
      ['hex', /(.{32})/g],
      ['base64', /(.{64})/g],
    ] as const) {
      const [sod, group] = ['SOD', 'DG1'].map((name) => {
        const path = file(`${name}.${encoding}`);
        writeFileSync(
          path,
          readFileSync(file(`${name}.bin`))
            .toString(encoding)
            .replace(wide, '$1\n'),
        );
        return path;
      });
      const args = ['--sod', sod ?? '', '--dg', `1=${group}`, '--trust', file('trust')];
      expect(await run('verify', ...args)).toMatchObject({ code: 0 });
    }
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
      json: {
        outcome: 'genuine',
        refusedLists: ['readme.txt: neither a certificate nor a master list, nor a list of revoked ones'],
      },
    });
  });
});

describe('a folder of what is trusted', () => {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const verifyWith = (folder: string) =>
    run(
      'verify',
      '--sod',
      file('SOD.bin'),
      '--dg',
      `1=${file('DG1.bin')}`,
      '--trust',
      file(folder),
      '--json',
    );
  const folded = (line: string): string => line.replace(/(.{76})(?=.)/g, '$1\r\n ');

  test('may hold ICAO’s directory in LDIF: authorities, master lists and revoked signers, not their signers', async () => {
    const home = createTestAuthority('home');
    const authority = createTestAuthority('test');
    const entry = (name: string, attribute: string, bytes: Uint8Array): string =>
      [
        `dn: ${name}`,
        'objectClass: top',
        'cn:: S2VsZcWf',
        folded(`${attribute}:: ${base64(bytes)}`),
        '',
      ].join('\r\n');
    const ml = entry('o=ml,c=XX', 'pkdMasterListContent', home.signMasterList([authority.certificate]));
    const signer = entry('o=dsc,c=KG', 'userCertificate;binary', authority.signerCertificate);
    mkdirSync(file('ldif'));
    writeFileSync(join(file('ldif'), 'home.der'), home.certificate);
    writeFileSync(join(file('ldif'), 'dsc.ldif'), `version: 1\r\n${signer}`);
    const untrusted = await verifyWith('ldif');
    expect(untrusted.json).toMatchObject({ outcome: 'consistent-issuer-not-trusted' });
    expect(untrusted.json.refusedLists).toEqual([expect.stringContaining('dsc.ldif')]);
    writeFileSync(join(file('ldif'), 'ml.ldif'), `version: 1\r\n\r\n${ml}\r\n${signer}`);
    expect((await verifyWith('ldif')).json).toMatchObject({ outcome: 'genuine', revocation: 'not-checked' });
    const list = entry(
      'o=crl,c=KG',
      'certificateRevocationList;binary',
      authority.signRevocationList('nobody'),
    );
    writeFileSync(join(file('ldif'), 'crl.ldif'), list);
    expect((await verifyWith('ldif')).json).toMatchObject({ outcome: 'genuine', revocation: 'not-revoked' });
    writeFileSync(join(file('ldif'), 'kg.crl'), authority.signRevocationList('signer'));
    expect((await verifyWith('ldif')).json).toMatchObject({
      outcome: 'consistent-issuer-not-trusted',
      reason: 'signer-revoked',
      revocation: 'revoked',
    });
  });

  test('may hold base64 alone, a certificate twice, and keys that this program does not compute with', async () => {
    const { certificate } = createTestAuthority('test');
    mkdirSync(file('mixed'));
    writeFileSync(join(file('mixed'), 'kg.txt'), base64(certificate).replace(/(.{64})/g, '$1\n'));
    writeFileSync(join(file('mixed'), 'kg.der'), certificate);
    // id-dsa and GOST R 34.10-2012 in place of the key's and the signature's algorithm.
    for (const [name, algorithm] of [
      ['dsa', '06072a8648ce380401'],
      ['gost', '06082a85030701010101'],
    ] as const) {
      const identifier = Buffer.from(algorithm, 'hex');
      writeFileSync(join(file('mixed'), `${name}.der`), withOtherKey(certificate, identifier));
    }
    expect(await verifyWith('mixed')).toMatchObject({
      code: 0,
      json: { outcome: 'genuine', refusedLists: [] },
    });
  });

  test('that is none, or another file, is told', async () => {
    const { code, progress } = await verifyWith('nowhere');
    expect({ code, progress }).toMatchObject({ code: 1, progress: [expect.stringContaining('no such')] });
    const other = await verifyWith('SOD.bin');
    expect(other.json).toMatchObject({
      outcome: 'consistent-issuer-not-trusted',
      refusedLists: [expect.stringContaining('SOD.bin: neither')],
    });
  });
});

/** The certificate with another algorithm for its key, which spoils its own signature: nobody is asked for that of an anchor. */
function withOtherKey(certificate: Uint8Array, identifier: Uint8Array): Uint8Array {
  const [signed, algorithm, signature] = childrenOf(certificate);
  const fields = childrenOf(signed ?? new Uint8Array(0));
  const key = encodeTlv(0x30, encodeTlv(0x30, identifier), encodeTlv(0x03, Uint8Array.of(0, 2, 1, 5)));
  const changed = fields.map((field, i) => (i === 6 ? key : field));
  return encodeTlv(
    0x30,
    encodeTlv(0x30, ...changed),
    algorithm ?? new Uint8Array(0),
    signature ?? new Uint8Array(0),
  );
}

function childrenOf(object: Uint8Array): readonly Uint8Array[] {
  return unwrap(readTlvs(unwrap(readTlv(object)).value)).map(({ encoded }) => encoded);
}

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
    expect(await run('read', '--emulated', '--can', '12')).toMatchObject({ code: 2 });
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
        refusedLists: [expect.stringMatching(/^countries.ml: .*signer-not-trusted.*lay the certificate of/)],
      },
    });
    // Its signer leads to nobody in it, so that not even the technician can vouch for it.
    expect(await run(...verify, '--trust-lists')).toMatchObject({ code: 1 });
    writeFileSync(
      file('whole.ml'),
      home.signMasterList([createTestAuthority('test').certificate, home.certificate]),
    );
    const alone = [...verify.slice(0, -2), file('whole.ml'), '--json'];
    expect(await run(...alone)).toMatchObject({ code: 1 });
    expect(await run(...alone, '--trust-lists')).toMatchObject({ code: 0, json: { outcome: 'genuine' } });
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
    expect(progress.join('\n')).toContain('"tizme document');
  },
);
