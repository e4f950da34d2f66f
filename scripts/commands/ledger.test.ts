import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unwrap } from '../../src/domain/result.ts';
import { exportLedger } from '../../src/ledger/export-ledger.ts';
import { headsTree, makeStationNote } from '../../src/ledger/heads-tree.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { identification, TestBench } from '../../src/ledger/test-bench.ts';
import { runLedger } from './ledger.ts';

let bench: TestBench;
let ledger: Ledger;
let directory: string;

beforeEach(async () => {
  bench = new TestBench();
  directory = join(bench.folder, 'export');
  ledger = bench.open().ledger;
  unwrap(ledger.commit([identification('v-1'), identification('v-2')]));
  unwrap(await exportLedger(ledger, directory, { level: 'public' }));
});
afterEach(() => bench.dispose());

async function run(...args: string[]): Promise<{ code: number; out: string[]; progress: string[] }> {
  const out: string[] = [];
  const progress: string[] = [];
  const io = { out: (line: string) => out.push(line), progress: (text: string) => progress.push(text) };
  const code = await runLedger(args, {
    out: (line) => void io.out(line),
    progress: (text) => void io.progress(text),
  });
  return { code, out, progress };
}

test('an export that matches: exit code 0, the three lines of its checkpoint, marked as training', async () => {
  const { code, out } = await run('verify', directory);
  expect(code).toBe(0);
  expect(out[0]).toContain('TRAINING');
  expect(out.slice(-3)).toEqual(ledger.checkpoint().note.split('\n').slice(0, 3));
});

test('the same for a machine: one line of JSON, against the published key and a kept checkpoint', async () => {
  const note = join(bench.folder, 'photographed.txt');
  writeFileSync(note, ledger.checkpoint().note);
  const key = Buffer.from(ledger.publicKey).toString('base64');
  const { code, out } = await run('verify', directory, '--json', '--checkpoint', note, '--public-key', key);
  expect(code).toBe(0);
  expect(out).toHaveLength(1);
  expect(JSON.parse(out[0] ?? '')).toMatchObject({
    ok: true,
    events: 2,
    kinds: { identification: 2 },
    publicKey: key,
  });
});

test('an export that was changed: exit code 1, and the fault by name and number', async () => {
  const file = join(directory, 'events.jsonl');
  writeFileSync(file, `${readFileSync(file, 'utf8').split('\n').slice(0, 1).join('\n')}\n`);
  const { code, out } = await run('verify', directory);
  expect(code).toBe(1);
  const { epoch } = ledger;
  expect(out.slice(0, -1)).toEqual([
    'FAULT events.jsonl is not as it was exported: its sum differs.',
    'FAULT events.jsonl holds 1 events; the manifest says 2.',
    `FAULT the end of the log was cut off after event 1 of epoch ${epoch}: 2 events were signed.`,
    `FAULT no signature covers the events from 1 of epoch ${epoch} on.`,
    'FAULT the log does not go on from the export’s own checkpoint.txt: one of its first 2 events was changed or taken out.',
  ]);
  expect(out.at(-1)).toContain('Keep a copy of the folder');
  const json = await run('verify', directory, '--json');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out.at(-1) ?? '')).toMatchObject({ ok: false });
});

test('a log that is broken behind a photographed checkpoint: both are said', async () => {
  const photographed = [join(bench.folder, '08.txt'), join(bench.folder, '09.txt')];
  writeFileSync(photographed[0] ?? '', ledger.checkpoint().note);
  unwrap(ledger.commit([identification('v-3')]));
  writeFileSync(photographed[1] ?? '', ledger.checkpoint().note.split('\n').slice(0, 3).join('\n'));
  const later = join(bench.folder, 'later');
  unwrap(await exportLedger(ledger, later, { level: 'public' }));
  const file = join(later, 'events.jsonl');
  writeFileSync(file, `${readFileSync(file, 'utf8').split('\n').slice(0, 2).join('\n')}\n`);
  const { code, out } = await run('verify', later, ...photographed.flatMap((one) => ['--checkpoint', one]));
  expect(code).toBe(1);
  expect(out).toContain(
    'Checkpoint 1 (08.txt) holds: the first 2 events are those of its note, signed by this device.',
  );
  expect(out).toContain(
    'FAULT the log does not go on from checkpoint 2 (09.txt): one of its first 3 events was changed or taken out.',
  );
});

test('three lines that were typed wrongly: the observer is told to look at the letters before at the commission', async () => {
  const [origin = '', size, root = ''] = ledger.checkpoint().note.split('\n');
  const typed = join(bench.folder, 'typed.txt');
  writeFileSync(typed, [origin, size, `${root.startsWith('A') ? 'B' : 'A'}${root.slice(1)}`].join('\n'));
  const { code, out } = await run('verify', directory, '--checkpoint', typed);
  expect(code).toBe(1);
  expect(out).toContain(
    'Checkpoint 1 (typed.txt) is three lines without a signature: one wrong letter does the same. Compare them with the photograph, or take the text of its QR code.',
  );
  // With a signature below them nothing was mistyped, and nobody is told so.
  const signed = join(bench.folder, 'signed.txt');
  const note = ledger.checkpoint().note;
  writeFileSync(signed, note);
  const cut = join(directory, 'events.jsonl');
  writeFileSync(cut, `${readFileSync(cut, 'utf8').split('\n')[0]}\n`);
  expect((await run('verify', directory, '--checkpoint', signed)).out.join('\n')).not.toContain(
    'wrong letter',
  );
  const missing = await run('verify', directory, '--checkpoint', join(bench.folder, 'nowhere.txt'));
  expect([missing.code, missing.progress.join(' ')]).toEqual([1, expect.stringContaining('nowhere.txt')]);
});

test('wrong usage is told apart from a wrong export', async () => {
  for (const args of [[], ['verify'], ['check', directory], ['verify', directory, '--unknown']]) {
    expect((await run(...args)).code).toBe(2);
  }
  // A slip in a name is neither: nobody is told that a log was changed.
  for (const args of [
    ['verify', directory, '--checkpoint', 'nowhere.txt'],
    ['verify', join(directory, 'nowhere')],
  ]) {
    const { code, out, progress } = await run(...args);
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(progress.join()).toContain('nowhere');
  }
  const help = await run('--help');
  expect([help.code, help.out[0]?.startsWith('usage: tizme ledger')]).toEqual([0, true]);
});

test('the exports of two lanes have one station root, and a note of the station is held against it', async () => {
  const other = new TestBench();
  try {
    const { ledger: second } = other.open({ device: 'lane-2' });
    unwrap(second.commit([identification('v-9')]));
    const exported = join(other.folder, 'export');
    unwrap(await exportLedger(second, exported, { level: 'public' }));
    const heads = [ledger, second].map((one) => one.checkpoint());
    const note = join(other.folder, 'station.txt');
    writeFileSync(note, makeStationNote(second.identity, heads, other.key));
    const found = await run('station', directory, exported, '--note', note);
    expect(found.out).toEqual([
      'tizme-TRAINING-station/mock-2026/0101',
      '2',
      headsTree('x', heads).rootBase64,
      'The note is of these very logs.',
    ]);
    expect(found.code).toBe(0);
    const asJson = await run('station', directory, exported, '--note', note, '--json');
    expect(asJson.out.map((line) => JSON.parse(line))).toEqual([
      {
        ...{ ok: true, countersigned: [], note: 'matches' },
        station: {
          ...{ origin: 'tizme-TRAINING-station/mock-2026/0101', size: 2 },
          root: headsTree('x', heads).rootBase64,
        },
      },
    ]);
    const wrong = await run('station', directory, '--note', note, '--json');
    expect([wrong.code, JSON.parse(wrong.out.at(-1) ?? '').ok]).toEqual([1, false]);
    expect((await run('station', directory, '--note', note)).code).toBe(1);
    expect((await run('station', directory, directory)).code).toBe(1);
    expect((await run('station')).code).toBe(2);
  } finally {
    other.dispose();
  }
});

test('a full export says how often two people let the table go on without proof, a public one can’t', async () => {
  const own = new TestBench();
  try {
    const { ledger: log } = own.open({ device: 'laptop-a' });
    const resumed = (fact: object): void => {
      const said = { type: 'lanes', fact: { type: 'resumed', people: ['a', 'b'], ...fact } };
      unwrap(
        log.commit([{ kind: 'other', period: 0, centre: { type: 'lanes', what: 'resumed' }, private: said }]),
      );
    };
    resumed({ because: 'unproven', when: 'opening' });
    unwrap(log.commit([identification('v-1')]));
    resumed({ because: 'older-copy', when: 'day', receiptsAfter: 1 });
    // As older programs wrote it.
    resumed({ because: 'unproven' });
    const says = async (level: 'public' | 'full'): Promise<string[]> => {
      const exported = join(own.folder, level);
      unwrap(await exportLedger(log, exported, { level }));
      const { code, out } = await run('verify', exported);
      expect(code).toBe(0);
      return out
        .filter((line) => line.startsWith('Two people'))
        .map((line) => line.replace(/ \d{10}\//, ' '));
    };
    expect(await says('public')).toEqual([]);
    expect(await says('full')).toEqual([
      'Two people opened the station here while another table was not heard: event 1.',
      'Two people let this table go on with a disk that was an older copy: event 3.',
      'Two people let this table go on after a start without showing that its log is the newest: event 4.',
    ]);
  } finally {
    own.dispose();
  }
});

test('two spares that count the same receipts of one table are named, from full exports', async () => {
  const benches: TestBench[] = [];
  const spareExport = async (device: string, receiptsFrom: number): Promise<string> => {
    const own = new TestBench();
    benches.push(own);
    const { ledger: log } = own.open({ device });
    const admitted = { type: 'spare-admitted', lane: 1, device, receiptsFrom };
    unwrap(log.commit([{ kind: 'other', period: 0, centre: admitted, private: admitted }]));
    unwrap(log.commit([identification('v-1')]));
    const exported = join(own.folder, 'export');
    unwrap(await exportLedger(log, exported, { level: 'full' }));
    return exported;
  };
  try {
    const [one, two] = [await spareExport('laptop-a', 10_000), await spareExport('laptop-b', 10_000)];
    const alone = await run('verify', one);
    expect(alone.code).toBe(0);
    expect(alone.out).toContain('A spare in the place of table 1; its receipts begin after number 10000.');
    const both = await run('station', one, two, '--json');
    const fault = expect.stringMatching(/laptop-a and laptop-b both stand as table 1.*1-10001/);
    expect([both.code, JSON.parse(both.out[0] ?? '')]).toEqual([1, { ok: false, fault }]);
    const later = await spareExport('laptop-c', 120_000);
    expect((await run('station', directory, one, later)).code).toBe(0);
    const several = await run('verify', one, two);
    expect([several.code, several.progress.join(' ')]).toEqual([
      2,
      expect.stringContaining('ledger station'),
    ]);
  } finally {
    for (const own of benches) own.dispose();
  }
});
