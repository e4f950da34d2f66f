import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everybody } from '../../fixtures/election/generate-election.ts';
import { createRandom } from '../../fixtures/random.ts';
import { ok, unwrap } from '../../src/domain/result.ts';
import { encodeCanonical } from '../../src/ledger/canonical.ts';
import { verifyExport } from '../../src/ledger/verify-export.ts';
import type { ReceiptContent, SlipContent } from '../../src/station/context.ts';
import { coveredStep } from '../../src/station/cover.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

/**
 * What may be published must not tell who took part, when exactly, or how; and what a voter carries out must not
 * prove it either: whoever pays or threatens would ask for it.
 */

let election: TestElection;
let lane: TestLane;
/** Every paper that a voter was handed in the course of a day. */
const receipts: ReceiptContent[] = [];
const slips: SlipContent[] = [];
/** Files of the observers' export, by name. */
let published: ReadonlyMap<string, string>;
let privateRecords: Record<string, unknown>[];
let exceptions: boolean[];

beforeAll(async () => {
  election = await makeElection();
  const { matcher, paper } = quick();
  /** So many comparisons of the next visit do not match, whoever it is. */
  let refused = 0;
  if (matcher === undefined || paper === undefined) throw new Error('a plain press');
  lane = await TestLane.open(election, {
    matcher: {
      ...matcher,
      verify: async (...given) => {
        if (refused === 0) return matcher.verify(...given);
        refused -= 1;
        return ok({ score: 0, quality: 90 });
      },
    },
    paper: {
      ...paper,
      receipt: (content, dotsAcross) => {
        receipts.push(content);
        return paper.receipt(content, dotsAcross);
      },
      slip: (content, language, dotsAcross) => {
        slips.push(content);
        return paper.slip(content, language, dotsAcross);
      },
    },
  });
  const random = createRandom(11).fork('privacy');
  for (const [i, person] of random.shuffle(everybody(election.election)).entries()) {
    // From a finger that matches at once to every attempt of two fingers and of the cleaned one: then people decide.
    refused = i % 2 === 0 ? 0 : ([1, 4, 9][i % 3] ?? 0);
    await lane.serve(person, random.integer(person.documents.length));
    lane.clock.advance(random.integer(9) * 60_000);
  }
  unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
  const { directory } = unwrap(await lane.desk.call('exportLog', { level: 'public', approvals: lane.two() }));
  expect(verifyExport(directory).ok).toBe(true);
  published = new Map(
    readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'latin1')]),
  );
  await lane.stop();
  await lane.withVault(({ ledger }) => {
    privateRecords = [];
    exceptions = [];
    for (const { epoch, seq } of unwrap(ledger.events(null, 10_000))) {
      const record = unwrap(ledger.openPrivate({ epoch, seq }));
      privateRecords.push(record);
      const { counted } = record as { counted?: { exception: string | null } };
      if (record.type === 'identified') exceptions.push(counted?.exception !== null);
    }
  });
});
afterAll(() => removeElection(election));

const sha256 = (...pieces: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};

interface PublicLine {
  readonly public: string;
  readonly hash: string;
}
const lines = (): PublicLine[] =>
  (published.get('events.jsonl') ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as PublicLine);

/** Every run of 32 bytes in what is published that could be a hash, a commitment or a salt. */
function publishedHashes(): Buffer[] {
  const found: Buffer[] = [];
  for (const line of lines()) {
    found.push(Buffer.from(line.hash, 'hex'));
    const bytes = Buffer.from(line.public, 'base64');
    for (
      let at = bytes.indexOf('\x58\x20', 0, 'latin1');
      at !== -1;
      at = bytes.indexOf('\x58\x20', at + 1, 'latin1')
    )
      found.push(bytes.subarray(at + 2, at + 34));
  }
  return found.filter((hash) => hash.length === 32);
}

/**
 * Somebody who knows everything about the day but the salts, and tries every voter of the register in every event,
 * under no salt and under every 32 bytes that are published. @returns how many commitments were opened
 */
function dictionaryAttack(commitments: readonly Buffer[], salts: readonly Uint8Array[]): number {
  const wanted = new Set(commitments.map((hash) => hash.toString('hex')));
  const voters = election.election.voters.flatMap(({ voter }) => [voter.id, voter.personalNumber]);
  let opened = 0;
  for (const record of privateRecords.filter(({ type }) => type === 'identified')) {
    for (const voter of voters) {
      const candidate = encodeCanonical({ ...record, voter });
      for (const salt of salts) {
        if (wanted.has(sha256(salt, candidate).toString('hex'))) opened += 1;
        if (wanted.has(sha256(salt, Buffer.from(voter)).toString('hex'))) opened += 1;
      }
    }
  }
  return opened;
}

/** What is written in the course of one visit and of the one before, and a report. */
const OF_A_VISIT = new Set([
  ...['receipt-started', 'receipt-printed', 'ballot-issued', 'signed'],
  ...['voter-found', 'finger-compared', 'commission-asked', 'report-made'],
]);

/** What really happened before each identification, since the one before. */
function visits(): { readonly types: readonly string[] }[] {
  const found: { readonly types: readonly string[] }[] = [];
  let types: string[] = [];
  for (const record of privateRecords) {
    const type = String(record.type);
    if (type === 'identified') {
      found.push({ types });
      types = [];
    } else if (type !== 'cover') types.push(type);
  }
  return found;
}

describe('the observers’ export', () => {
  test('opens nothing to somebody who tries every voter of the register', () => {
    const hashes = publishedHashes();
    expect(hashes.length).toBeGreaterThan(3 * lines().length);
    const few = hashes.filter((_, i) => i % 7 === 0);
    expect(dictionaryAttack(hashes, [new Uint8Array(), new Uint8Array(32), ...few])).toBe(0);
  });

  test('would open everything if it were not salted: the attack is a real one', () => {
    const unsalted = privateRecords.map((record) => sha256(encodeCanonical(record)));
    const identified = privateRecords.filter(({ type }) => type === 'identified').length;
    expect(identified).toBeGreaterThan(5);
    expect(dictionaryAttack(unsalted, [new Uint8Array()])).toBe(identified);
  });

  test('shows a notebook of faces no difference between an ordinary visit and an exception', () => {
    const kinds = lines().map(
      (line) => /kind[\x60-\x7f](identification|undo|other)/.exec(atob(line.public))?.[1],
    );
    const gaps: number[] = [];
    let others = 0;
    for (const kind of kinds) {
      if (kind === 'other') others += 1;
      if (kind !== 'identification') continue;
      gaps.push(others);
      others = 0;
    }
    expect(gaps).toHaveLength(exceptions.length);
    expect(exceptions.filter(Boolean).length).toBeGreaterThan(0);
    const step = coveredStep(election.election.procedure);
    expect(gaps.filter((gap) => gap % step !== 0)).toEqual([]);
    // Visits between which nothing else happened, a report at most: however long, all look alike.
    const undisturbed = visits().map(({ types }) => types.every((type) => OF_A_VISIT.has(type)));
    expect(gaps.filter((gap, i) => undisturbed[i] && gap !== step)).toEqual([]);
    expect(exceptions.some((isException, i) => isException && undisturbed[i])).toBe(true);
    // Without the cover the same day would have told a good deal.
    const lengths = visits().flatMap(({ types }, i) => (undisturbed[i] ? [types.length] : []));
    expect(new Set(lengths).size).toBeGreaterThan(3);
    expect(Math.max(...lengths)).toBeGreaterThan(12);
  });

  test('tells no time finer than the report period, anywhere in it', () => {
    const times = privateRecords.map(({ at }) => (at as { wallMs: number }).wallMs);
    const text = [...published.values()].join('\n');
    const binary = lines()
      .map((line) => Buffer.from(line.public, 'base64').toString('latin1'))
      .join('');
    for (const wallMs of times) {
      expect(text.includes(String(wallMs))).toBe(false);
      expect(text.includes(new Date(wallMs).toISOString().slice(0, 16))).toBe(false);
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(BigInt(wallMs));
      expect(binary.includes(bytes.subarray(2).toString('latin1'))).toBe(false);
    }
  });
});

describe('what a voter carries', () => {
  test('matches nothing that is published: neither as it is nor hashed', () => {
    expect(receipts.length).toBeGreaterThan(5);
    const text = [...published.values()].join('\n');
    const binary = lines()
      .map((line) => Buffer.from(line.public, 'base64').toString('latin1'))
      .join('');
    const key = receipts.flatMap(({ code, number, voterName }) => [code, number, voterName]);
    for (const one of [...new Set(key)]) {
      const hash = sha256(Buffer.from(one));
      for (const form of [one, hash.toString('hex'), hash.toString('base64')]) {
        expect(text.includes(form), one).toBe(false);
      }
      expect(binary.includes(one)).toBe(false);
      expect(binary.includes(hash.toString('latin1'))).toBe(false);
    }
  });

  test('holds no hash, salt, signature or place of the log', () => {
    const carried = JSON.stringify([receipts, slips]);
    const forms = publishedHashes().flatMap((hash) => [
      hash.toString('hex').slice(0, 16),
      hash.toString('base64').slice(0, 12),
    ]);
    expect(forms.filter((form) => carried.includes(form))).toEqual([]);
    // Nothing in it is long enough to be a key of 128 bits: the code's check has 8 characters.
    for (const { code } of receipts) expect(code.split('.').every((part) => part.length <= 8)).toBe(true);
  });
});
