import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { err, ok } from '../../domain/result.ts';
import type { LaneIdentity } from '../context.ts';
import { LANE_FILE, readLaneFile, writeLaneFile } from './lane-file.ts';

const TITLE = { ky: 'к', ru: 'р', en: 'e' };
const IDENTITY: LaneIdentity = {
  electionId: 'training-1',
  mock: true,
  electionTitle: TITLE,
  electionDate: '2027-01-24',
  stationNumber: 7001,
  stationName: TITLE,
  districtNumber: 1,
  lane: 2,
  deviceId: 'lane-2-abc',
  timeZone: 'Asia/Bishkek',
  people: [{ id: 'chair', name: 'A', role: 'chair' }],
};
const PINS = { chair: '1111' };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tizme-lane-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a lane is read back as it was written, for its user’s eyes only, marked as training', () => {
  writeLaneFile(directory, { identity: IDENTITY, practicePins: PINS });
  expect(readLaneFile(directory)).toMatchObject(ok({ identity: IDENTITY, practicePins: PINS }));
  expect(statSync(join(directory, LANE_FILE)).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(directory, LANE_FILE), 'utf8')).toContain('МАШЫГУУ / ТРЕНИРОВКА / TRAINING');
});

test('the PINs of a real election are never written beside it', () => {
  writeLaneFile(directory, { identity: { ...IDENTITY, mock: false }, practicePins: PINS });
  expect(readLaneFile(directory)).toMatchObject({ ok: true, value: { practicePins: null } });
  expect(readFileSync(join(directory, LANE_FILE), 'utf8')).not.toContain('1111');
});

test('a missing file and one that somebody changed are told apart', () => {
  expect(readLaneFile(directory)).toEqual(err('lane-file-missing'));
  for (const text of ['', '{', '[]', '{"version":2}']) {
    writeFileSync(join(directory, LANE_FILE), text);
    expect(readLaneFile(directory)).toEqual(err('lane-file-malformed'));
  }
});
