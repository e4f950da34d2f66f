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
  expect(out).toContain('FAULT wrong sum: file events.jsonl');
  expect(out.some((line) => line.startsWith('FAULT cut tail:') && line.includes('lastSeq 1'))).toBe(true);
  const json = await run('verify', directory, '--json');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out.at(-1) ?? '')).toMatchObject({ ok: false });
});

test('wrong usage is told apart from a wrong export', async () => {
  for (const args of [
    [],
    ['verify'],
    ['check', directory],
    ['verify', directory, '--unknown'],
    ['verify', directory, '--checkpoint', 'nowhere.txt'],
  ]) {
    expect((await run(...args)).code).toBe(2);
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
    expect((await run('station', directory, '--note', note)).code).toBe(1);
    expect((await run('station', directory, directory)).code).toBe(1);
    expect((await run('station')).code).toBe(2);
  } finally {
    other.dispose();
  }
});
