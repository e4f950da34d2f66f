import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { err, ok } from '../../domain/result.ts';
import { noteSpareOnStick } from './spares-of-stick.ts';

let stick: string;
beforeEach(() => {
  stick = mkdtempSync(join(tmpdir(), 'tizme-stick-'));
});
afterEach(() => {
  chmodSync(stick, 0o700);
  rmSync(stick, { recursive: true });
});

test('a stick knows how many spares it made of each place; one that was broken off and begun again counts once', () => {
  expect(noteSpareOnStick(stick, { lane: 1, device: 'a' })).toEqual(ok(0));
  expect(noteSpareOnStick(stick, { lane: 2, device: 'b' })).toEqual(ok(0));
  expect(noteSpareOnStick(stick, { lane: 1, device: 'c' })).toEqual(ok(1));
  expect(noteSpareOnStick(stick, { lane: 1, device: 'c' })).toEqual(ok(1));
  expect(noteSpareOnStick(stick, { lane: 1, device: 'd' })).toEqual(ok(2));
  expect(noteSpareOnStick(stick, { lane: 1, device: 'a' })).toEqual(ok(0));
});

test('what a stick can not say is not taken for none, and is not written over', () => {
  const file = join(stick, 'spares.json');
  writeFileSync(file, '{"version":1,"spares":[');
  expect(noteSpareOnStick(stick, { lane: 1, device: 'a' })).toEqual(err('stick-unreadable'));
  expect(readFileSync(file, 'utf8')).toBe('{"version":1,"spares":[');
  // Somebody pulled it out: its folder is a file now, and nothing can lie in it.
  expect(noteSpareOnStick(file, { lane: 1, device: 'a' })).toEqual(err('stick-unwritable'));
});
