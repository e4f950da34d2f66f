import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('each commit is marked at once, for whoever reads it meanwhile, and after it was closed', () => {
  const mark = fileHeadMark(file);
  const ledger = unwrap(Ledger.open(bench.openStore(), bench.options({ mark })));
  for (let i = 1; i <= 12; i += 1) {
    unwrap(ledger.commit([event]));
    expect(unwrap(ledger.signedHead())).toMatchObject(
      fileHeadMark(file).read(ledger.identity, ledger.publicKey) ?? {},
    );
    expect(fileHeadMark(file).read(ledger.identity, ledger.publicKey)?.seq).toBe(i);
  }
  mark.close();
  unwrap(ledger.commit([event]));
  expect(mark.read(ledger.identity, ledger.publicKey)?.seq).toBe(13);
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
