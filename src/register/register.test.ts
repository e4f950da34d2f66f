import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../domain/result.ts';
import type { Voter } from '../domain/voter.ts';
import { encodeIso2005 } from '../fingerprint/codecs/iso-19794-2-2005.ts';
import { randomKey } from '../store/keys.ts';
import { openStore } from '../store/open-store.ts';
import { createRegister } from './create-register.ts';
import { openRegister, type Register } from './register.ts';
import { NATIONAL, type RegisterKeys, type RegisterSource, type SourceVoter } from './register-source.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations/register');
const EXPECTED = { electionId: 'test-election', stationNumber: 7, mock: true };
const keys: RegisterKeys = { database: randomKey(), templates: randomKey() };

const record = encodeIso2005({
  captureEquipment: 0,
  width: 300,
  height: 400,
  horizontalResolution: 197,
  verticalResolution: 197,
  views: [
    {
      position: 2,
      viewNumber: 0,
      impressionType: 0,
      quality: 80,
      minutiae: [{ type: 'ending', x: 10, y: 20, angle: 0, quality: 50 }],
      extendedData: new Uint8Array(0),
    },
  ],
});

function voter(listNumber: number, change: Partial<Voter> = {}): SourceVoter {
  const serial = String(listNumber).padStart(5, '0');
  return {
    voter: {
      id: `id-${listNumber}`,
      listNumber,
      personalNumber: `101011990${serial}`,
      name: { surname: 'Асанова', given: 'Айгүл', patronymic: 'Төлөгөн кызы' },
      birthDate: '1990-01-01',
      sex: 'female',
      address: 'Сары-Өзөн айылы, Мектеп көчөсү 1',
      stationNumber: 7,
      districtNumber: 1,
      standing: 'active',
      ballotStyles: ['president'],
      documents: [
        { kind: 'id-card', number: `ID00${serial}`, expires: '2030-01-01', current: true },
        { kind: 'passport', number: `AC00${serial}`, expires: '2024-01-01', current: false },
      ],
      hasFingerprints: true,
      changes: ['new-document'],
      ...change,
    },
    photo: new Uint8Array([0xff, 0xd8, listNumber]),
    templates: [
      { position: 2, source: 'generated', record },
      { position: 7, source: 'generated', record },
    ],
  };
}

function source(voters: Iterable<SourceVoter>): RegisterSource {
  return {
    info: {
      electionId: 'test-election',
      stationNumber: 7,
      districtNumber: 1,
      stationName: { ky: 'Жети', ru: 'Семь', en: 'Seven' },
      mock: true,
    },
    voters,
  };
}

const named = (listNumber: number, surname: string | null, given: string, patronymic: string | null) =>
  voter(listNumber, { name: { surname, given, patronymic } });

const VOTERS: readonly SourceVoter[] = [
  voter(1),
  named(2, 'Жакыпов', 'Өмүрбек', 'Асанович'),
  named(3, null, 'Чыңгыз', 'Төлөгөн уулу'),
  named(4, 'Иванова-Щербакова', 'Мария', 'Петровна'),
  named(5, 'Асанбекова', 'Үрниса', null),
  named(6, 'Юсупов', 'Бахтиёр', 'Рахим угли'),
  ...Array.from({ length: 60 }, (_, index) => named(7 + index, 'Ким', 'Елена', null)),
  named(67, null, 'Елена', null),
];

let directory: string;
let file: string;
let register: Register;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tizme-register-'));
  file = join(directory, 'register.db');
  unwrap(createRegister({ file, keys, migrations: MIGRATIONS, source: source(VOTERS) }));
  register = unwrap(open(file));
});

afterAll(() => {
  register.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(path: string, expected: typeof EXPECTED = EXPECTED) {
  return openRegister({ file: path, databaseKey: keys.database, migrations: MIGRATIONS, expected });
}

describe('look-ups', () => {
  it('gives a voter back as the import had it, by every key', () => {
    const expected = VOTERS[0]?.voter;
    expect(register.byId('id-1')).toEqual(expected);
    expect(register.byListNumber(1)).toEqual(expected);
    expect(register.byPersonalNumber('1 0101 1990-00001')).toEqual(expected);
    expect(register.byDocumentNumber('id 0000001')).toEqual(expected);
    // The replaced passport leads to the same voter.
    expect(register.byDocumentNumber('AC0000001')).toEqual(expected);
    expect(register.byId('nobody')).toBeNull();
    expect(register.photo('id-3')).toEqual(new Uint8Array([0xff, 0xd8, 3]));
    expect(register.photo('nobody')).toBeNull();
  });

  it('adds up and lists everybody for the paper list', () => {
    expect(register.info()).toMatchObject({ ...EXPECTED, voters: 67, women: 67, men: 0 });
    expect(register.info().contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect([...register.all()].map((line) => line.listNumber)).toEqual(VOTERS.map((v) => v.voter.listNumber));
  });

  it('opens templates with their own key only', () => {
    const opened = unwrap(register.openTemplates('id-1', keys.templates));
    expect(opened).toEqual([
      { position: 2, record },
      { position: 7, record },
    ]);
    const refused = register.openTemplates('id-1', randomKey());
    expect(refused).toEqual({ ok: false, error: { code: 'template-seal-broken', position: 2 } });
    expect(unwrap(register.openTemplates('nobody', keys.templates))).toEqual([]);
  });

  it('runs look-ups on one snapshot', () => {
    expect(unwrap(register.read((r) => r.byListNumber(2)?.name.surname))).toBe('Жакыпов');
  });
});

describe('name search', () => {
  const first = (text: string): number | undefined => register.search(text).hits[0]?.listNumber;

  it.each([
    ['Жакыпов Өмүрбек', 2],
    ['омурбек жакыпов', 2],
    ['ZHAKYPOV', 2],
    ['jakypov omur', 2],
    ['Джакыпов', 2],
    ['Чынгыз', 3],
    ['Төлөгөн уулу Чыңгыз', 3],
    ['chyngyz tologon', 3],
    ['Төлөгөнуулу', 3],
    ['петровна щербакова', 4],
    ['Shcherbakova Mari', 4],
    ['Иванова', 4],
    ['Үрниса', 5],
    ['Yusupov Bakhtiyor', 6],
    ['Юсупов Бахтиер', 6],
    ['USUPOV', 6],
  ])('finds %s', (text, listNumber) => {
    expect(first(text)).toBe(listNumber);
  });

  it.each([
    ['Жыкапов', 2],
    ['Жакпов Өмрбек', 2],
    ['Zhakipof', 2],
    ['Щербокава', 4],
    ['Юспов', 6],
  ])('forgives typing errors in %s', (text, listNumber) => {
    expect(first(text)).toBe(listNumber);
  });

  it('puts the exact name before its beginning and before near ones', () => {
    const hits = register.search('Асанова').hits.map((hit) => hit.listNumber);
    expect(hits[0]).toBe(1);
    // Асанович begins otherwise, Асанбекова is not within two errors.
    expect(hits).not.toContain(6);
  });

  it('counts too many and lists none; finds nothing in nothing', () => {
    expect(register.search('Ким')).toEqual({ total: 60, hits: [] });
    // Елена Ким, sixty times, and one Елена with nothing else.
    expect(register.search('Елена')).toMatchObject({ total: 61, hits: [{ listNumber: 67 }] });
    expect(register.search('Ким', 60).hits).toHaveLength(60);
    expect(register.search('')).toEqual({ total: 0, hits: [] });
    expect(register.search(' - . ')).toEqual({ total: 0, hits: [] });
    expect(register.search('%_*"\'')).toEqual({ total: 0, hits: [] });
    expect(register.search('Неттакой')).toEqual({ total: 0, hits: [] });
  });
});

describe('a register that is not the right one', () => {
  it('is refused by election, station and kind', () => {
    expect(open(file, { ...EXPECTED, electionId: 'other' })).toEqual({
      ok: false,
      error: { code: 'other-election', expected: 'other', found: 'test-election' },
    });
    expect(open(file, { ...EXPECTED, stationNumber: 9 })).toEqual({
      ok: false,
      error: { code: 'other-station', expected: 9, found: 7 },
    });
    expect(open(file, { ...EXPECTED, mock: false })).toEqual({
      ok: false,
      error: { code: 'mock-mismatch', expected: false, found: true },
    });
  });

  it('is refused with a wrong key, and where there is none', () => {
    const options = { file, migrations: MIGRATIONS, expected: EXPECTED };
    const wrongKey = openRegister({ ...options, databaseKey: randomKey() });
    expect(wrongKey).toEqual({ ok: false, error: { code: 'register-store', store: { code: 'wrong-key' } } });
    const missing = open(join(directory, 'missing.db'));
    expect(missing).toEqual({ ok: false, error: { code: 'register-store', store: { code: 'no-database' } } });
  });

  it('is refused with any byte flipped, wherever it lies', () => {
    const bytes = readFileSync(file);
    const damaged = join(directory, 'damaged.db');
    for (let step = 0; step < 40; step += 1) {
      const at = Math.floor((bytes.length * (step + 0.37)) / 40);
      const copy = Buffer.from(bytes);
      copy.writeUInt8(copy.readUInt8(at) ^ 0x10, at);
      writeFileSync(damaged, copy);
      const opened = open(damaged);
      const refused = opened.ok ? opened.value.verifyContent() : opened;
      if (opened.ok) opened.value.close();
      expect(refused.ok, `byte ${at}`).toBe(false);
    }
  });

  it('shows a row that was changed by somebody who has the key', () => {
    const changed = join(directory, 'changed.db');
    copyFileSync(file, changed);
    const store = unwrap(openStore({ file: changed, key: keys.database, migrations: MIGRATIONS }));
    unwrap(
      store.transaction(() => store.run("UPDATE voter SET standing = 'struck-off' WHERE list_number = 2")),
    );
    unwrap(store.checkpoint());
    store.close();
    const opened = unwrap(open(changed));
    expect(register.verifyContent()).toEqual({ ok: true, value: undefined });
    expect(opened.verifyContent()).toMatchObject({ ok: false, error: { code: 'content-changed' } });
    opened.close();
  });
});

describe('an import', () => {
  const build = (name: string, voters: Iterable<SourceVoter>) =>
    createRegister({
      file: join(directory, name),
      keys,
      migrations: MIGRATIONS,
      source: source(voters),
    });

  it.each<[string, Partial<Voter>, string, string]>([
    ['a duplicate', { id: 'id-1' }, 'id', 'duplicate'],
    ['an impossible date', { personalNumber: '13202199000002' }, 'personalNumber', 'bad-personal-number'],
    ['a wrong sex digit', { sex: 'male' }, 'personalNumber', 'sex-differs-from-personal-number'],
    [
      'another birth date',
      { birthDate: '1990-01-02' },
      'personalNumber',
      'birth-date-differs-from-personal-number',
    ],
    [
      'text that is not normalised',
      { name: { surname: 'Йусупов'.normalize('NFD'), given: 'А', patronymic: null } },
      'surname',
      'not-normalised',
    ],
    ['an empty name', { name: { surname: null, given: ' ', patronymic: null } }, 'given', 'empty'],
    [
      'a document number of another form',
      { documents: [{ kind: 'id-card', number: '1234567', expires: '2030-01-01', current: true }] },
      'documents',
      'bad-document-number',
    ],
    ['a list number out of order', { listNumber: 0 }, 'listNumber', 'bad-number'],
  ])('is refused whole for %s', (_, change, field, reason) => {
    const before = readdirSync(directory);
    const refused = build('refused.db', [voter(1), voter(2, change)]);
    expect(refused).toEqual({
      ok: false,
      error: { code: 'rows-refused', refused: 1, rows: [{ line: 2, field, reason }] },
    });
    expect(readdirSync(directory)).toEqual(before);
  });

  it('is refused for a template cut short', () => {
    const cut = {
      ...voter(1),
      templates: [{ position: 2, source: 'generated' as const, record: record.slice(0, 27) }],
    };
    expect(build('refused.db', [cut])).toMatchObject({
      ok: false,
      error: { rows: [{ line: 1, field: 'templates', reason: 'bad-template' }] },
    });
  });

  it('never overwrites, and has one hash for one content whatever the keys', () => {
    expect(build('register.db', VOTERS)).toEqual({ ok: false, error: { code: 'already-exists' } });
    const again = unwrap(
      createRegister({
        file: join(directory, 'again.db'),
        keys: { database: randomKey(), templates: randomKey() },
        migrations: MIGRATIONS,
        source: source(VOTERS),
      }),
    );
    expect(again.contentHash).toBe(register.info().contentHash);
    const other = unwrap(build('other.db', VOTERS.slice(1)));
    expect(other.contentHash).not.toBe(register.info().contentHash);
  });
});

describe('the register of the whole country', () => {
  const at = (stationNumber: number, listNumber: number, serial: number): SourceVoter => {
    const { voter: one, ...rest } = voter(serial);
    return { ...rest, voter: { ...one, stationNumber, listNumber } };
  };
  const stations = [7, 8].map((number) => ({
    number,
    districtNumber: 1,
    name: { ky: `№ ${number}`, ru: `№ ${number}`, en: `No. ${number}` },
    address: `Мектеп ${number}`,
  }));
  const make = (name: string, voters: readonly SourceVoter[]) =>
    createRegister({
      file: join(directory, name),
      keys,
      migrations: MIGRATIONS,
      source: { ...source(voters), info: { ...source([]).info, stationNumber: NATIONAL }, stations },
    });

  it('has a list for each station, whose numbers stay as they are printed', () => {
    const info = unwrap(make('national.db', [at(7, 1, 1), at(7, 2, 2), at(8, 1, 3), at(8, 5, 4)]));
    expect(info).toMatchObject({ stationNumber: NATIONAL, voters: 4 });
    const national = unwrap(open(join(directory, 'national.db'), { ...EXPECTED, stationNumber: NATIONAL }));
    expect(national.byListNumber(1, 7)?.id).toBe('id-1');
    expect(national.byListNumber(1, 8)?.id).toBe('id-3');
    expect(national.byListNumber(1)).toBeNull();
    expect(national.stations()).toEqual(stations);
    expect(national.station(8)).toEqual(stations[1]);
    const listed = unwrap(national.stationVoters(8, keys.templates)).map((one) => one.voter.listNumber);
    expect(listed).toEqual([1, 5]);
    expect([...national.voters()].map(({ id }) => id)).toEqual(['id-1', 'id-2', 'id-3', 'id-4']);
    national.close();
  });

  it('is refused with lists out of order, a station that is not there, or a number twice', () => {
    const refused = (voters: readonly SourceVoter[], ...rows: readonly unknown[]): void => {
      expect(make('refused.db', voters)).toMatchObject({ ok: false, error: { refused: 1, rows } });
    };
    refused([at(8, 1, 1), at(7, 1, 2)], { line: 2, field: 'stationNumber', reason: 'not-in-order' });
    refused([at(7, 1, 1), at(9, 1, 2)], { line: 2, field: 'stationNumber', reason: 'unknown-station' });
    refused([at(7, 2, 1), at(7, 1, 2)], { line: 2, field: 'listNumber', reason: 'not-in-order' });
    // One row, with everything in it that an earlier one has.
    refused(
      [at(7, 1, 1), at(8, 1, 1)],
      { line: 2, field: 'id', reason: 'duplicate' },
      { line: 2, field: 'personalNumber', reason: 'duplicate' },
      { line: 2, field: 'documents', reason: 'duplicate' },
    );
  });
});
