import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiskReserve } from './disk-reserve.ts';

const BYTES = 2_500_000;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tizme-reserve-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('space is set aside once, given free once, and set aside again', async () => {
  const reserve = new DiskReserve(join(directory, 'reserve'), BYTES);
  expect(reserve.isHeld()).toBe(false);
  expect(reserve.release()).toBe(false);
  expect(await Promise.all([reserve.fill(), reserve.fill()])).toEqual([true, true]);
  expect(reserve.isHeld()).toBe(true);
  expect(reserve.release()).toBe(true);
  expect(reserve.release()).toBe(false);
  expect(readdirSync(directory)).toEqual([]);
  expect(await reserve.fill()).toBe(true);
});

test('what is not whole is no reserve, and is made whole', async () => {
  const reserve = new DiskReserve(join(directory, 'reserve'), BYTES);
  await reserve.fill();
  truncateSync(join(directory, 'reserve'), BYTES - 1);
  expect(reserve.isHeld()).toBe(false);
  expect(await reserve.fill()).toBe(true);
  expect(reserve.isHeld()).toBe(true);
});

test('a reserve of nothing is never held and never given', async () => {
  const none = new DiskReserve(join(directory, 'reserve'), 0);
  expect(await none.fill()).toBe(false);
  expect(none.release()).toBe(false);
});

test('where it can not be written nothing stays behind', async () => {
  const reserve = new DiskReserve(join(directory, 'no such folder', 'reserve'), BYTES);
  expect(await reserve.fill()).toBe(false);
  expect(reserve.isHeld()).toBe(false);
});
