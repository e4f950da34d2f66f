import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorityKey } from '../../src/register/deltas/signed-delta.ts';
import { runElection } from './election.ts';
import { runRegister } from './register.ts';

const VOTERS = 400;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-register-command-'));
  const io = { out: () => undefined, progress: () => undefined };
  const args = [
    'generate',
    '--csv',
    '--voters',
    String(VOTERS),
    '--seed',
    '5',
    '--out',
    join(folder, 'list'),
  ];
  expect(await runElection(args, io)).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

async function run(...args: string[]) {
  const out: string[] = [];
  const progress: string[] = [];
  const io = { out: (line: string) => out.push(line), progress: (text: string) => progress.push(text) };
  const code = await runRegister(args, io);
  const json = args.includes('--json') ? JSON.parse(out.at(-1) ?? 'null') : null;
  return { code, out, said: progress.join('\n'), json };
}

function importing(register: string, file = at('list/voters.csv'), ...more: string[]) {
  const options = [
    '--register',
    at(register),
    '--keys',
    at('keys.json'),
    '--election',
    'test',
    '--mock',
    '--json',
  ];
  return run('import', file, ...options, ...more);
}

const opening = (register = 'register.db', keys = 'keys.json'): string[] => [
  '--register',
  at(register),
  '--keys',
  at(keys),
];

/** The list with one line changed. */
function changed(name: string, change: (lines: string[]) => void): string {
  const lines = readFileSync(at('list/voters.csv'), 'utf8').trimEnd().split('\n');
  change(lines);
  writeFileSync(at(name), `${lines.join('\n')}\n`);
  return at(name);
}

/** Puts a text in the place of a field, both counted as a file counts them: lines from 1, fields from 0. */
const setterOf = (lines: string[]) => (line: number, column: number, value: string) => {
  const fields = (lines[line - 1] ?? '').split(',');
  fields[column] = value;
  lines[line - 1] = fields.join(',');
};

describe('a list of voters', () => {
  it('is imported, searched, looked up, written out, and imported again as the same', async () => {
    const made = await importing('register.db', undefined, '--stations', at('list/stations.csv'));
    expect(made).toMatchObject({ code: 0, json: { imported: VOTERS, refused: 0 } });
    expect(readFileSync(at('register.db')).includes('SQLite format 3')).toBe(false);

    const [, , second = ''] = readFileSync(at('list/voters.csv'), 'utf8').split('\n');
    const [id = '', station = '', , listNumber = '', personalNumber = '', surname = '', given = ''] =
      second.split(',');
    const found = await run('search', `${given} ${surname}`.toUpperCase(), ...opening(), '--json');
    expect(found.code).toBe(0);
    // In a register of the country the number in the list says nobody without the station.
    expect(found.json.hits).toContainEqual(expect.objectContaining({ id, stationNumber: Number(station) }));
    expect(found.out.join('\n')).toMatch(new RegExp(`station ${station} no\\. +${listNumber}  ${surname}`));
    const byNumber = await run('lookup', '--personal-number', personalNumber, ...opening(), '--json');
    expect(byNumber.json.voter).toMatchObject({ id, listNumber: Number(listNumber) });
    const [document = ''] = byNumber.json.voter.documents.map(({ number }: { number: string }) => number);
    for (const typed of [
      personalNumber,
      document.toLowerCase(),
      `${document.slice(0, 2)} ${document.slice(2)}`,
    ]) {
      expect((await run('search', typed, ...opening(), '--json')).json).toMatchObject({
        total: 1,
        hits: [{ id }],
      });
    }
    const byList = await run(
      'lookup',
      '--list-number',
      listNumber,
      '--station',
      station,
      ...opening(),
      '--json',
    );
    expect(byList.json.voter).toEqual(byNumber.json.voter);
    expect(await run('lookup', '--document', 'ZZ0000000', ...opening())).toMatchObject({ code: 1, out: [] });
    expect((await run('search', 'Неттакойфамилии', ...opening())).code).toBe(1);

    const stations = ['--stations', at('stations-again.csv')];
    const written = await run('export', at('again.csv'), ...opening(), ...stations, '--json');
    expect(written.json).toEqual({ voters: VOTERS, file: at('again.csv') });
    expect(readFileSync(at('again.csv'), 'utf8')).toBe(readFileSync(at('list/voters.csv'), 'utf8'));
    const again = await importing('again.db', at('again.csv'), ...stations);
    expect(again.json.contentHash).toBe(made.json.contentHash);
  });

  it('has a national index, the same for the same key, and none for the register of one station', async () => {
    const index = (out: string, register = 'again.db') =>
      run('index', ...opening(register), '--index-key', at('index.key'), '--out', at(out), '--json');
    const first = await index('national.index');
    expect(first).toMatchObject({ code: 0, json: { voters: VOTERS } });
    expect((await index('national-2.index')).json.sha256).toBe(first.json.sha256);
    expect((await index('national.index')).said).toContain('nothing was changed');
    expect((await importing('one.db', undefined, '--station', '10001')).code).toBe(0);
    expect((await index('one.index', 'one.db')).said).toContain('the national one is needed');
  });

  it('goes through NIST SP 1500-102 and comes back with every voter as before', async () => {
    expect((await run('export', at('vri.json'), ...opening())).code).toBe(0);
    const results = JSON.parse(readFileSync(at('vri.json'), 'utf8'));
    expect(results).toMatchObject({ '@type': 'VRI.VoterRecordResults' });
    expect(results.VoterRecord).toHaveLength(VOTERS);
    const back = await importing('vri.db', at('vri.json'));
    expect(back).toMatchObject({ code: 0, json: { notImported: [] } });
    expect((await run('export', at('from-vri.csv'), ...opening('vri.db'))).code).toBe(0);
    expect(readFileSync(at('from-vri.csv'), 'utf8')).toBe(readFileSync(at('list/voters.csv'), 'utf8'));
    // With the stations' names in three languages, for which the standard has one, the file comes back to the byte.
    const stations = ['--stations', at('list/stations.csv')];
    expect((await importing('vri-3.db', at('vri.json'), ...stations)).code).toBe(0);
    expect((await run('export', at('vri-again.json'), ...opening('vri-3.db'))).code).toBe(0);
    expect(readFileSync(at('vri-again.json')).equals(readFileSync(at('vri.json')))).toBe(true);
  });

  it('says what a file of NIST SP 1500-102 has that the register has no place for, without what it says', async () => {
    const results = JSON.parse(readFileSync(at('vri.json'), 'utf8'));
    const [first, second] = results.VoterRecord;
    for (const { Voter: voter } of [first, second])
      voter.VoterId.push({ Type: 'other', OtherType: 'KG-TAX', StringValue: '770077' });
    first.Voter.VoterId.push({ Type: 'drivers-license', StringValue: 'AB 7700' });
    first.Voter.ContactMethod = [{ Type: 'phone', Value: '+996 700 770077' }];
    first.Voter.Name.Prefix = 'Dr';
    second.Voter.VoterClassification.push({ Type: 'military', Assertion: 'yes' });
    writeFileSync(at('vri-more.json'), JSON.stringify(results));
    const { code, json, said } = await importing('vri-more.db', at('vri-more.json'));
    expect(code).toBe(0);
    expect(json.notImported).toEqual([
      { what: 'VoterId KG-TAX', records: 2 },
      { what: 'Voter.ContactMethod', records: 1 },
      { what: 'Voter.Name.Prefix', records: 1 },
      { what: 'VoterId drivers-license', records: 1 },
      { what: 'VoterClassification military', records: 1 },
    ]);
    expect(said).toContain('VoterId KG-TAX, in 2 record(s)');
    expect(said).not.toContain('7700');
  });

  it('finds what is wrong with a record of NIST SP 1500-102, and where', async () => {
    const results = JSON.parse(readFileSync(at('vri.json'), 'utf8'));
    const [, second, third, fourth] = results.VoterRecord;
    second.Voter.DateOfBirth = 19_830_817;
    third.Voter.VoterId.push({ ...third.Voter.VoterId[0], StringValue: '10101199000009' });
    fourth['@type'] = 'VRI.Voter';
    results.VoterRecord[4] = null;
    writeFileSync(at('vri-wrong.json'), `\ufeff${JSON.stringify(results)}`);
    expect((await importing('vri-wrong.db', at('vri-wrong.json'))).json.rows).toEqual([
      { line: 2, field: 'Voter.DateOfBirth', reason: 'bad-record' },
      { line: 3, field: 'personalNumber', reason: 'repeated' },
      { line: 4, field: '@type', reason: 'bad-record' },
      { line: 5, field: 'row', reason: 'bad-record' },
    ]);
  });

  it('is refused whole, with every row that is wrong, its line, its field and the reason', async () => {
    const file = changed('wrong.csv', (lines) => {
      const set = setterOf(lines);
      set(3, 5, 'Йусупов'.normalize('NFD'));
      set(7, 8, '1990-02-30');
      set(9, 9, lines[8]?.includes('female') ? 'male' : 'female');
      set(12, 0, (lines[19] ?? '').split(',')[0] ?? '');
      lines[29] = `${lines[29]},more`;
    });
    const before = readdirSync(folder);
    const { code, json, said } = await importing('refused.db', file);
    expect(code).toBe(1);
    expect(json.imported).toBe(0);
    expect(json.rows).toEqual([
      { line: 3, field: 'surname', reason: 'not-normalised' },
      { line: 7, field: 'birthDate', reason: 'bad-date' },
      { line: 9, field: 'personalNumber', reason: 'sex-differs-from-personal-number' },
      { line: 20, field: 'id', reason: 'duplicate' },
      { line: 30, field: 'row', reason: 'field-count' },
    ]);
    expect(said).toContain('line       7  birth_date');
    expect(said).toContain('5 rows refused; nothing was imported');
    expect(readdirSync(folder)).toEqual(before);
  });

  it('lists everything that is wrong with a row, and not what only follows from it', async () => {
    const file = changed('all-at-once.csv', (lines) => {
      const set = setterOf(lines);
      // The address has a comma in it: what is behind it stands one further on.
      // A sex that is no word says nothing against the personal number; a day that is none says nothing against it either.
      for (const [column, value] of [
        ...[[3, 'third'] as const, [6, ' Асан'] as const, [8, '1990-02-30'] as const],
        ...[
          [9, 'mann'] as const,
          [14, 'id-card 1234567 2031-13-01 current'] as const,
          [15, 'maybe'] as const,
        ],
      ])
        set(5, column, value);
      set(8, 4, '12345678901234');
      set(8, 12, 'gone');
    });
    const { code, json, said } = await importing('refused.db', file);
    expect(code).toBe(1);
    expect(json).toMatchObject({ imported: 0, refused: 2 });
    expect(json.rows).toEqual([
      { line: 5, field: 'listNumber', reason: 'bad-number' },
      { line: 5, field: 'sex', reason: 'unknown-word' },
      { line: 5, field: 'hasFingerprints', reason: 'unknown-word' },
      { line: 5, field: 'given', reason: 'not-normalised' },
      { line: 5, field: 'birthDate', reason: 'bad-date' },
      { line: 5, field: 'documents', reason: 'bad-document-number' },
      { line: 5, field: 'documents', reason: 'bad-date' },
      { line: 8, field: 'standing', reason: 'unknown-word' },
      { line: 8, field: 'personalNumber', reason: 'bad-personal-number' },
    ]);
    expect(said).toContain('2 rows refused; nothing was imported');
  });

  it.each([
    ['a mark of direction', { surname: '\u202eавонасА' }, 'surname', 'unreadable-character'],
    ['a blank without width', { surname: 'Аса\u200bнова' }, 'surname', 'unreadable-character'],
    ['a soft hyphen', { given: 'Бер\u00adмет' }, 'given', 'unreadable-character'],
    ['a private letter', { given: 'Бер\ue000мет' }, 'given', 'unreadable-character'],
    ['a no-break space', { address: 'Ош\u00a0шаары' }, 'address', 'not-normalised'],
    [
      'a birth to come',
      { birth_date: '2199-01-01', personal_number: '10101219900001' },
      'birthDate',
      'born-in-the-future',
    ],
    ['a ballot twice', { ballot_styles: 'president|president' }, 'ballotStyles', 'repeated'],
    ['a field without end', { address: 'А'.repeat(5_000_000) }, 'row', 'endless'],
  ])('refuses %s, and leaves no keys behind', async (_, change, field, reason) => {
    const columns = {
      station_number: '10001',
      district_number: '1',
      list_number: '1',
      personal_number: '11708198300001',
      surname: 'Асанова',
      given: 'Айгүл',
      birth_date: '1983-08-17',
      sex: 'female',
      address: 'Ош',
      ballot_styles: 'president',
      documents: 'id-card ID1234567 2031-05-06 current',
      ...change,
    };
    const file = at('hostile.csv');
    writeFileSync(file, `${Object.keys(columns).join(',')}\n${Object.values(columns).join(',')}\n`);
    const { code, json } = await run(
      'import',
      file,
      ...opening('hostile.db', 'hostile.json'),
      '--election',
      'e',
      '--json',
    );
    expect(code).toBe(1);
    expect(json.rows).toEqual([{ line: 2, field, reason }]);
    expect(existsSync(at('hostile.db')) || existsSync(at('hostile.json'))).toBe(false);
  });

  it('says what is wrong with a file as a whole', async () => {
    writeFileSync(at('header.csv'), 'id,surname,nonsense\n');
    expect((await importing('x.db', at('header.csv'))).said).toContain('"nonsense"');
    writeFileSync(at('short.csv'), 'id,surname\n');
    expect((await importing('x.db', at('short.csv'))).said).toContain(
      'leaves out the column "station_number"',
    );
    writeFileSync(at('utf16.csv'), Buffer.from(readFileSync(at('list/voters.csv'), 'utf8'), 'utf16le'));
    expect((await importing('x.db', at('utf16.csv'))).said).toContain('CSV UTF-8');
    writeFileSync(
      at('header-only.csv'),
      `${readFileSync(at('list/voters.csv'), 'utf8').split('\n')[0] ?? ''}\n`,
    );
    expect((await importing('x.db', at('header-only.csv'))).said).toContain('no voter in it');
    writeFileSync(at('empty.csv'), '');
    expect((await importing('x.db', at('empty.csv'))).said).toContain('empty');
    expect((await importing('x.db', at('missing.csv'))).said).toContain('ENOENT');
    writeFileSync(at('other.json'), '{"@type": "VRI.Voter"}');
    expect((await importing('x.db', at('other.json'))).said).toContain('VRI.VoterRecordResults');
    expect(existsSync(at('x.db'))).toBe(false);
    expect((await importing('register.db')).said).toContain('nothing was changed');
    expect(
      (await run('lookup', '--id', 'a', '--register', at('register.db'), '--keys', at('list/voters.csv')))
        .said,
    ).toContain('holds no register keys');
  });

  it('takes semicolons, tabs, a byte order mark and the line ends of another system', async () => {
    const text = readFileSync(at('list/voters.csv'), 'utf8').replaceAll('"', '').replaceAll(', ', ' ');
    const variants = [
      `\ufeff${text.replaceAll(',', ';').replaceAll('\n', '\r\n')}`,
      `${text.replaceAll(',', '\t')}\n\n`,
    ];
    const hashes: string[] = [];
    for (const [number, variant] of variants.entries()) {
      writeFileSync(at(`variant-${number}.csv`), variant);
      const { code, json } = await importing(`variant-${number}.db`, at(`variant-${number}.csv`));
      expect(code).toBe(0);
      hashes.push(json.contentHash);
    }
    expect(hashes[0]).toBe(hashes[1]);
  });
});

describe('changes after the list was made', () => {
  it('are signed for the register as it stands, applied in order, and once', async () => {
    const seeds = [1, 2].map((fill) => {
      writeFileSync(at(`seed-${fill}`), `${Buffer.alloc(32, fill).toString('hex')}\n`);
      return new Uint8Array(32).fill(fill);
    });
    const authority = { format: 'tizme-authority-v1', threshold: 2, keys: seeds.map(authorityKey) };
    writeFileSync(at('authority.json'), JSON.stringify(authority));
    const [, first = ''] = readFileSync(at('list/voters.csv'), 'utf8').split('\n');
    const [, , , , personalNumber = ''] = first.split(',');
    const sign = ['--sign', [at('seed-1'), at('seed-2')].join(',')];
    writeFileSync(
      at('changes.json'),
      JSON.stringify([{ op: 'standing', request: 1, personalNumber, standing: 'struck-off' }]),
    );
    const signed = await run(
      'delta',
      at('changes.json'),
      ...opening('again.db'),
      ...sign,
      '--out',
      at('1.delta'),
      '--json',
    );
    expect(signed).toMatchObject({ code: 0, json: { sequence: 1 } });
    const apply = () =>
      run('apply', at('1.delta'), ...opening('again.db'), '--authority', at('authority.json'), '--json');
    const applied = await apply();
    expect(applied.json.deltas).toMatchObject([
      { sequence: 1, isNew: true, applied: 1, contentHash: signed.json.contentHash },
    ]);
    expect((await apply()).json.deltas).toMatchObject([{ sequence: 1, isNew: false, applied: 0 }]);
    const after = await run('lookup', '--personal-number', personalNumber, ...opening('again.db'), '--json');
    expect(after.json.voter.standing).toBe('struck-off');
    writeFileSync(
      at('authority.json'),
      JSON.stringify({ ...authority, threshold: 2, keys: [authority.keys[0], authority.keys[0]] }),
    );
    expect(await apply()).toMatchObject({ code: 1, said: expect.stringContaining('1 of the authority') });
  });
});

describe('the command', () => {
  it('explains itself and each of its actions', async () => {
    for (const action of ['import', 'search', 'lookup', 'export', 'index', 'apply', 'delta']) {
      const { code, out } = await run(action, '--help');
      expect(code).toBe(0);
      expect(out[0]).toContain(`tizme register ${action}`);
    }
    expect((await run('--help')).out.join('\n')).toContain('register import');
    expect((await run()).code).toBe(2);
    expect(await run('import', '--nonsense')).toMatchObject({
      code: 2,
      said: expect.stringContaining('nonsense'),
    });
    expect(await run('import', 'a.csv')).toMatchObject({
      code: 2,
      said: expect.stringContaining('--register is needed'),
    });
  });
});
