import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { ResumedVisitorFile } from './resumed-visitor-file.ts';
import { type SealedPiece, sealVisitors } from './seal-visitors.ts';
import { openVisitorFile } from './visitor-file.ts';
import { recordKeyOf, releaseOf, visitorReference } from './visitor-keys.ts';
import { openVisitorRecord, type VisitorRecord } from './visitor-record.ts';

const SEALING = {
  electionId: 'mock-2027',
  visitorKey: new Uint8Array(32).fill(7),
  releaseKey: new Uint8Array(32).fill(9),
};
const STATIONS = [9901, 9902, 9903];
const VOTERS = 5;
const ABOUT = {
  ...{ electionId: SEALING.electionId, mock: true, voters: STATIONS.length * VOTERS },
  stations: STATIONS.map((number) => ({ number, district: 1 })),
};
const CONTENT = new Uint8Array(32).fill(1);

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-resumed-'));
  file = join(folder, 'visitors.sealed');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const numberOf = (station: number, n: number): string => `112031987${station}${n}`;

function record(station: number, n: number): VisitorRecord {
  return {
    voter: {
      ...{
        id: `voter-${station}-${n}`,
        listNumber: n + 1,
        personalNumber: numberOf(station, n),
        sex: 'female',
      },
      name: { surname: 'Үлгү', given: 'Айсулуу', patronymic: null },
      ...{ birthDate: '1987-03-12', address: 'Манас 4', stationNumber: station, districtNumber: 1 },
      ...{ standing: 'active', ballotStyles: ['president'], hasFingerprints: false, changes: [] },
      documents: [{ kind: 'id-card', number: `ID100000${n}`, expires: '2031-01-01', current: true }],
    },
    ...{ photo: null, templates: [], token: null },
  };
}

function pieceOf(station: number): SealedPiece {
  return sealVisitors(
    SEALING,
    Array.from({ length: VOTERS }, (_, n) => record(station, n)),
  );
}

/** Goes on with what is there, to the end. @returns how many stations were there */
function finish(content = CONTENT): number {
  const resumed = new ResumedVisitorFile(file, ABOUT, content);
  const there = resumed.done.size;
  for (const station of STATIONS) if (!resumed.done.has(station)) resumed.add(station, pieceOf(station));
  expect(resumed.finish()).toMatchObject({ voters: ABOUT.voters, entries: ABOUT.voters });
  return there;
}

function expectWhole(): void {
  expect(readdirSync(folder)).toEqual(['visitors.sealed']);
  const opened = unwrap(openVisitorFile(file));
  for (const station of STATIONS)
    for (let n = 0; n < VOTERS; n += 1) {
      const { locator, half } = visitorReference(SEALING.visitorKey, numberOf(station, n), `ID100000${n}`);
      const served = opened.find(locator);
      const key = recordKeyOf(half, releaseOf(SEALING.releaseKey, locator));
      const place = { electionId: SEALING.electionId, locator };
      expect(unwrap(openVisitorRecord(key, served?.sealed ?? new Uint8Array(), place))).toEqual(
        record(station, n),
      );
    }
  opened.close();
}

/** A run that was killed after two stations. */
function cutRun(): { readonly records: Buffer; readonly pieces: Buffer } {
  const cut = new ResumedVisitorFile(file, ABOUT, CONTENT);
  for (const station of STATIONS.slice(0, 2)) cut.add(station, pieceOf(station));
  cut.close();
  return { records: readFileSync(`${file}.unfinished`), pieces: readFileSync(`${file}.pieces`) };
}

it('goes on behind the last whole station, wherever either of its two files was cut', () => {
  const { records, pieces } = cutRun();
  const kept = new Map<number, number>();
  for (let step = 0; step <= 40; step += 1) {
    const share = step / 40;
    for (const [recordsEnd, piecesEnd] of [
      [records.length, Math.floor(pieces.length * share)],
      [Math.floor(records.length * share), pieces.length],
    ] as const) {
      writeFileSync(`${file}.unfinished`, records.subarray(0, recordsEnd));
      writeFileSync(`${file}.pieces`, pieces.subarray(0, piecesEnd));
      const there = finish();
      kept.set(there, (kept.get(there) ?? 0) + 1);
      expectWhole();
      rmSync(file);
    }
  }
  // It was not always begun anew, and not always found whole.
  expect([...kept.keys()].sort()).toEqual([0, 1, 2]);
});

it('seals a station anew of which a byte was changed on the disk, and what comes after it', () => {
  const { records, pieces } = cutRun();
  for (const at of [records.length - 1, Math.floor(records.length * 0.7)]) {
    const damaged = Buffer.from(records);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    writeFileSync(`${file}.unfinished`, damaged);
    writeFileSync(`${file}.pieces`, pieces);
    expect(finish()).toBe(1);
    expectWhole();
    rmSync(file);
  }
});

it('begins anew where anything that goes in was changed, or of a damaged line', () => {
  const { pieces } = cutRun();
  expect(finish(new Uint8Array(32).fill(2))).toBe(0);
  expectWhole();
  rmSync(file);
  cutRun();
  writeFileSync(`${file}.pieces`, pieces.fill(0xff, 36, 50));
  expect(finish()).toBe(0);
  expectWhole();
});

it('keeps what is whole where a run stops, and of one that came to nothing leaves nothing', () => {
  const nothing = new ResumedVisitorFile(file, ABOUT, CONTENT);
  nothing.stop();
  expect(readdirSync(folder)).toEqual([]);
  const some = new ResumedVisitorFile(file, ABOUT, CONTENT);
  some.add(9901, pieceOf(9901));
  some.stop();
  expect(finish()).toBe(1);
  expectWhole();
});
