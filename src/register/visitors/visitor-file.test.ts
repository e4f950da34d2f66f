import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawParticipationToken } from '../../domain/participation-token.ts';
import { unwrap } from '../../domain/result.ts';
import { openVisitorFile } from './visitor-file.ts';
import { recordKeyOf, releaseOf, visitorReference } from './visitor-keys.ts';
import { openVisitorRecord, type VisitorRecord } from './visitor-record.ts';
import { writeVisitorFile } from './write-visitor-file.ts';

const VISITOR_KEY = new Uint8Array(32).fill(7);
const RELEASE_KEY = new Uint8Array(32).fill(9);
const ELECTION = 'mock-2027';
const VOTERS = 300;
let folder: string;
let file: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-visitor-file-'));
  file = join(folder, 'visitors.sealed');
  const records = Array.from({ length: VOTERS }, (_, n) => record(n));
  unwrap(
    writeVisitorFile({
      ...{ file, records, visitorKey: VISITOR_KEY, releaseKey: RELEASE_KEY },
      about: { electionId: ELECTION, mock: true, voters: VOTERS, stations: [{ number: 9915, district: 2 }] },
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const numberOf = (n: number): string => `1120319870${String(n).padStart(4, '0')}`;
const documentOf = (n: number): string => `ID${String(1_000_000 + n)}`;

function record(n: number): VisitorRecord {
  return {
    voter: {
      ...{ id: `voter-${n}`, listNumber: n + 1, personalNumber: numberOf(n), sex: 'female' },
      name: { surname: 'Үлгү', given: 'Айсулуу', patronymic: null },
      ...{ birthDate: '1987-03-12', address: 'Манас 4', stationNumber: 9931, districtNumber: 4 },
      ...{ standing: 'active', ballotStyles: ['president'], hasFingerprints: true, changes: [] },
      documents: [{ kind: 'id-card', number: documentOf(n), expires: '2031-01-01', current: true }],
    },
    photo: new Uint8Array([0xff, 0xd8, n & 0xff]),
    templates: [{ position: 2, record: new Uint8Array([1, 2, n & 0xff]) }],
    token: drawParticipationToken(new Uint8Array(16).fill(n & 0xff)),
  };
}

describe('the file of sealed records', () => {
  test('gives every record back to both halves together, and to neither alone', () => {
    const opened = unwrap(openVisitorFile(file));
    for (let n = 0; n < VOTERS; n += 1) {
      const { locator, half } = visitorReference(VISITOR_KEY, numberOf(n), documentOf(n));
      const served = opened.find(locator);
      if (served === null) throw new Error('a record is missing');
      expect(served.district).toBe(4);
      const place = { electionId: ELECTION, locator };
      const key = recordKeyOf(half, releaseOf(RELEASE_KEY, locator));
      expect(unwrap(openVisitorRecord(key, served.sealed, place))).toEqual(record(n));
      expect(openVisitorRecord(recordKeyOf(half, half), served.sealed, place).ok).toBe(false);
      // Another election's station, with the same keys, doesn't open it.
      expect(openVisitorRecord(key, served.sealed, { ...place, electionId: 'mock-2028' }).ok).toBe(false);
      expect(opened.token(locator, RELEASE_KEY)).toBe(record(n).token);
    }
    // Both numbers have to belong together.
    expect(opened.find(visitorReference(VISITOR_KEY, numberOf(1), documentOf(2)).locator)).toBeNull();
    expect(opened.find(new Uint8Array(3))).toBeNull();
    expect(opened.districtOf(9915)).toBe(2);
    expect(opened.districtOf(9931)).toBeNull();
    opened.close();
  });

  test('is refused where a byte of what leads to records changed, and where it is cut off', () => {
    const bytes = readFileSync(file);
    const broken = join(folder, 'broken');
    const entriesAt = bytes.readUIntLE(bytes.length - 42, 6);
    for (const at of [0, 9, 20, entriesAt, entriesAt + 3_000, bytes.length - 40, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(broken, changed);
      expect(openVisitorFile(broken).ok).toBe(false);
    }
    for (const length of [0, 5, 40, bytes.length - 1]) {
      writeFileSync(broken, bytes.subarray(0, length));
      expect(openVisitorFile(broken)).toEqual({ ok: false, error: 'visitors-malformed' });
    }
    expect(openVisitorFile(join(folder, 'nowhere'))).toEqual({ ok: false, error: 'visitors-unreadable' });
  });

  test('holds no number and no name', () => {
    const bytes = readFileSync(file);
    for (const text of [numberOf(5), documentOf(5), 'Айсулуу', 'Манас'])
      expect(bytes.includes(text)).toBe(false);
  });
});
