import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { err, unwrap } from '../../domain/result.ts';
import { DayPass } from './day-pass.ts';
import { REOPEN_FILE } from './lane-file.ts';

const COST = { memoryKib: 64, iterations: 1, parallelism: 1 };
const DAY = '2027-01-24';
const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const SECRET = new Uint8Array(32).fill(9);
const TWO = [
  { personId: 'chair', pin: '1111' },
  { personId: 'secretary', pin: '2222' },
];

let directory: string;
let pass: DayPass;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tizme-pass-'));
  pass = new DayPass(directory, COST);
  await pass.issue(DAY, KEY, TWO, SECRET);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('either of the two opens alone on that day, and neither on another', async () => {
  expect(pass.isFor(DAY)).toBe(true);
  expect(pass.isFor('2027-01-25')).toBe(false);
  for (const { personId, pin } of TWO)
    expect(unwrap(await pass.open({ id: personId, pin }, SECRET))).toEqual(KEY);
});

test('nobody else does, nor with a wrong PIN, nor on another laptop', async () => {
  expect(await pass.open({ id: 'member-3', pin: '1111' }, SECRET)).toEqual(err('two-people-needed'));
  expect(await pass.open({ id: 'chair', pin: '2222' }, SECRET)).toEqual(err('wrong-pin'));
  expect(await pass.open({ id: 'chair', pin: '1111' }, new Uint8Array(32))).toEqual(err('wrong-pin'));
});

test('the key does not lie in the file, and is gone once the day is over', async () => {
  const text = readFileSync(join(directory, REOPEN_FILE), 'latin1');
  for (const form of ['hex', 'base64', 'latin1'] as const)
    expect(text).not.toContain(Buffer.from(KEY).toString(form));
  pass.destroy();
  pass.destroy();
  expect(pass.isFor(DAY)).toBe(false);
  expect(await pass.open({ id: 'chair', pin: '1111' }, SECRET)).toEqual(err('two-people-needed'));
});

test('a file that is cut short is no pass', () => {
  const file = join(directory, REOPEN_FILE);
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 50));
  expect(pass.isFor(DAY)).toBe(false);
});
