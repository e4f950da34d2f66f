import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type NationalRegister,
  nationalRegister,
} from '../../../fixtures/election/national/national-register.ts';
import { createRandom } from '../../../fixtures/random.ts';
import { unwrap } from '../../domain/result.ts';
import type { Voter } from '../../domain/voter.ts';
import { randomKey } from '../../store/keys.ts';
import type { NationalIndexReference } from '../register-source.ts';
import { indexVersionOf, openNationalIndex } from './national-index.ts';
import { writeNationalIndex } from './write-national-index.ts';

const directory = mkdtempSync(join(tmpdir(), 'tizme-index-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const KEY = randomKey();
const EXPECTED = { electionId: 'e', mock: true };
const file = join(directory, 'national.index');
let country: NationalRegister;
let voters: Voter[];
let reference: NationalIndexReference;

function withBallotsOf(voter: Voter): Voter {
  if (voter.ballotStyles.length === 0) return voter;
  const styles = [['president'], ['president', 'referendum'], ['referendum']][voter.districtNumber % 3];
  return { ...voter, ballotStyles: styles ?? [] };
}

function write(path: string, of: readonly Voter[], key = KEY) {
  return writeNationalIndex({
    file: path,
    key,
    source: { ...EXPECTED, stations: country.stations, voters: of },
  });
}

function open(path = file, change: Partial<NationalIndexReference> = {}, expected = EXPECTED) {
  return openNationalIndex({ file: path, reference: { ...reference, ...change }, expected });
}

beforeAll(() => {
  country = nationalRegister({ voters: 5000, seed: 'index' });
  // Two districts vote on a second question, one of them without the first.
  voters = [...country.voters()].map((voter) => withBallotsOf(voter));
  reference = unwrap(write(file, voters));
});

describe('the national index', () => {
  it('tells of every voter, by each document, the station, the standing and the ballots', () => {
    const index = unwrap(open());
    expect(index.info()).toEqual({
      electionId: 'e',
      voters: 5000,
      entries: voters.reduce((sum, { documents }) => sum + documents.length, 0),
      stations: country.stations.length,
    });
    for (const { personalNumber, documents, stationNumber, standing, ballotStyles } of voters) {
      for (const { number } of documents) {
        expect(unwrap(index.lookUp(personalNumber, number))).toEqual({
          station: country.stations.find((station) => station.number === stationNumber),
          standing,
          ballotStyles,
        });
      }
    }
    index.close();
  });

  it('says nothing to either number alone, nor to numbers of two people', () => {
    const index = unwrap(open());
    const [one, other] = voters as [Voter, Voter];
    const numberOf = ({ documents }: Voter): string => documents[0]?.number ?? '';
    expect(unwrap(index.lookUp(one.personalNumber, ''))).toBeNull();
    expect(unwrap(index.lookUp('', numberOf(one)))).toBeNull();
    expect(unwrap(index.lookUp(one.personalNumber, numberOf(other)))).toBeNull();
    expect(unwrap(index.lookUp('', ''))).toBeNull();
    index.close();
  });

  it('holds no number and no name, and is noise without the key', () => {
    const bytes = readFileSync(file);
    for (const { personalNumber, name, documents } of voters.slice(0, 300)) {
      for (const text of [personalNumber, name.given, ...documents.map(({ number }) => number)])
        expect(bytes.includes(text)).toBe(false);
    }
    const index = unwrap(open(file, { key: randomKey() }));
    const found = voters.filter(
      ({ personalNumber, documents }) =>
        unwrap(index.lookUp(personalNumber, documents[0]?.number ?? '')) !== null,
    );
    expect(found).toEqual([]);
    index.close();
  });

  it('takes 12 bytes an entry beside its tables', () => {
    const entries = voters.reduce((sum, { documents }) => sum + documents.length, 0);
    const tables = Buffer.byteLength(JSON.stringify(country.stations)) + 65_537 * 4;
    expect(statSync(file).size - entries * 12 - tables).toBeLessThan(200);
  });

  it('is the same file for the same voters in whatever order, and another for another key', () => {
    const again = unwrap(write(join(directory, 'again'), createRandom(1).shuffle(voters)));
    expect(again.sha256).toEqual(reference.sha256);
    expect(unwrap(write(join(directory, 'other'), voters, randomKey())).sha256).not.toEqual(reference.sha256);
    expect(write(file, voters)).toEqual({ ok: false, error: { code: 'already-exists' } });
  });

  it('is refused with any byte changed, cut short, of another election, or missing', () => {
    const whole = readFileSync(file);
    const damaged = join(directory, 'damaged');
    const random = createRandom('bytes');
    for (let round = 0; round < 40; round += 1) {
      const copy = Buffer.from(whole);
      const at = round === 0 ? 0 : random.integer(copy.length);
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
      writeFileSync(damaged, round % 4 === 3 ? copy.subarray(0, at) : copy);
      expect(open(damaged)).toEqual({ ok: false, error: { code: 'index-differs' } });
    }
    const other = { ok: false, error: { code: 'index-of-other-election' } };
    expect(open(file, {}, { ...EXPECTED, electionId: 'other' })).toEqual(other);
    expect(open(file, {}, { ...EXPECTED, mock: false })).toEqual(other);
    expect(open(join(directory, 'missing'))).toEqual({ ok: false, error: { code: 'index-missing' } });
  });

  it('of an older or a newer program is refused by name, and so is what is no index', () => {
    const whole = readFileSync(file);
    const other = join(directory, 'other-version');
    for (const [mark, code] of [
      ['TIZMEIX1', 'index-of-older-program'],
      ['TIZMEIX3', 'index-of-newer-program'],
      ['TIZMEIXX', 'index-malformed'],
      ['JPEGJPEG', 'index-malformed'],
    ] as const) {
      const bytes = Buffer.concat([Buffer.from(mark), whole.subarray(8)]);
      writeFileSync(other, bytes);
      const sha256 = createHash('sha256').update(bytes).digest();
      expect(open(other, { sha256 })).toEqual({ ok: false, error: { code } });
    }
    expect([indexVersionOf(other), indexVersionOf(file), indexVersionOf(directory)]).toEqual([
      ...['none', 'ours', 'none'],
    ]);
  });

  it('refuses a voter of a station that is not there, and leaves nothing behind', () => {
    const [stray] = voters as [Voter];
    const path = join(directory, 'stray');
    expect(write(path, [{ ...stray, stationNumber: 4 }])).toEqual({
      ok: false,
      error: { code: 'unknown-station', stationNumber: 4 },
    });
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('knows a visitor by one name for all documents, and everybody by another', () => {
    const index = unwrap(open());
    const names = new Set(voters.slice(0, 500).map(({ personalNumber }) => index.visitorId(personalNumber)));
    expect(names.size).toBe(500);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{32}$/);
    index.close();
  });
});
