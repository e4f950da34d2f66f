import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { fileHeadMark } from './head-mark.ts';
import { Ledger } from './ledger.ts';
import { TestBench } from './test-bench.ts';

let bench: TestBench;
let file: string;

beforeEach(() => {
  bench = new TestBench();
  file = join(bench.folder, 'ledger.head');
});
afterEach(() => bench.dispose());

const event = { kind: 'other', period: 0, centre: {}, private: {} } as const;

test('each commit is marked behind it, for whoever reads it meanwhile, and before it is closed', async () => {
  const mark = fileHeadMark(file);
  const ledger = unwrap(Ledger.open(bench.openStore(), bench.options({ mark })));
  const readByAnother = () => fileHeadMark(file).read(ledger.identity, ledger.publicKey);
  for (let i = 1; i <= 12; i += 1) {
    unwrap(ledger.commit([event]));
    await setImmediate();
    expect(readByAnother()?.seq).toBe(i);
    expect(unwrap(ledger.signedHead())).toMatchObject(readByAnother() ?? {});
  }
  unwrap(ledger.commit([event]));
  expect(mark.read(ledger.identity, ledger.publicKey)?.seq).toBe(13);
  unwrap(ledger.commit([event]));
  mark.close();
  expect(readByAnother()?.seq).toBe(14);
  unwrap(ledger.commit([event]));
  await setImmediate();
  expect(readByAnother()?.seq).toBe(15);
  mark.close();
});

test('several commits of one turn are marked once, with the newest', async () => {
  const mark = fileHeadMark(file);
  const ledger = unwrap(Ledger.open(bench.openStore(), bench.options({ mark })));
  for (let i = 0; i < 3; i += 1) unwrap(ledger.commit([event]));
  expect(existsSync(file)).toBe(false);
  await setImmediate();
  expect(mark.read(ledger.identity, ledger.publicKey)?.seq).toBe(3);
  mark.close();
});

test('a shorter number after a longer one leaves nothing of it behind', () => {
  const mark = fileHeadMark(file);
  const ledger = unwrap(Ledger.open(bench.openStore(), bench.options({ mark, epoch: 9 })));
  unwrap(ledger.commit([event]));
  writeFileSync(file, 'x'.repeat(900));
  unwrap(ledger.commit([event]));
  expect(mark.read(ledger.identity, ledger.publicKey)?.seq).toBe(2);
  mark.close();
});

test('where it can’t be written the commit stands, and the next one is marked again', () => {
  mkdirSync(file);
  const mark = fileHeadMark(file);
  const ledger = unwrap(Ledger.open(bench.openStore(), bench.options({ mark })));
  expect(unwrap(ledger.commit([event]))).toHaveLength(1);
  expect(readdirSync(file)).toEqual([]);
  expect(mark.read(ledger.identity, ledger.publicKey)).toBeNull();
  rmSync(file, { recursive: true });
  unwrap(ledger.commit([event]));
  expect(mark.read(ledger.identity, ledger.publicKey)?.seq).toBe(2);
  mark.close();
});
