import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWhole } from './write-whole.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-whole-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a file is in its place whole, in folders that are made, and replaces the one before', () => {
  const file = join(folder, 'a', 'b', 'file.bin');
  writeWhole(file, Buffer.from('one'));
  writeWhole(file, Buffer.from('two'));
  expect(readFileSync(file, 'utf8')).toBe('two');
  expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['file.bin']);
});

test('folders that were made for a file that didn’t come about are gone as well', () => {
  // A name that no file system takes.
  const file = join(folder, 'a', 'b', 'x'.repeat(300));
  expect(() => writeWhole(file, Buffer.from('new'))).toThrow();
  expect(readdirSync(folder)).toEqual([]);
});

test('what can’t be put in its place leaves the old one, and nothing half written', () => {
  // A folder with something in it can't be replaced by a file.
  const inTheWay = join(folder, 'file.bin');
  mkdirSync(inTheWay);
  writeFileSync(join(inTheWay, 'old'), 'old');
  expect(() => writeWhole(inTheWay, Buffer.from('new'))).toThrow();
  expect(readdirSync(folder)).toEqual(['file.bin']);
  expect(readFileSync(join(inTheWay, 'old'), 'utf8')).toBe('old');
});
