import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { unwrap } from '../../src/domain/result.ts';
import { decodePublicPart } from '../../src/ledger/public-part.ts';
import { coveredStep } from '../../src/station/cover.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

/**
 * Somebody stands at the door with a notebook and a watch, photographs every report, and gets the observers' export in
 * the evening. At the full hour, or while a report is printed, a voter is at the desk; how long that visit has taken
 * by then must be in none of it.
 */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(() => removeElection(election));

/** The public part of every event, as an observer decodes it. */
function publicParts(directory: string) {
  const lines = readFileSync(join(directory, 'events.jsonl'), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const { public: bytes } = JSON.parse(line) as { readonly public: string };
    return unwrap(decodePublicPart(new Uint8Array(Buffer.from(bytes, 'base64'))));
  });
}

/** A voter is found; `meanwhile` happens; then the finger is laid, and the voter goes with a receipt. */
async function visitWith(n: number, meanwhile: () => Promise<void>): Promise<void> {
  const person = lane.ordinary(n);
  const { stepId } = await lane.lookUp(person.voter.personalNumber);
  await meanwhile();
  unwrap(await lane.desk.call('takeFinger', { stepId }));
  await lane.layFinger(person);
  const { desk } = await lane.desk.until('the decision', ({ desk: now }) => now.kind === 'verified');
  await lane.hand({ type: 'lift-finger' });
  unwrap(await lane.desk.call('issueReceipt', { stepId: desk.stepId }));
  const { stepId: done } = await lane.step();
  unwrap(await lane.desk.call('leaveDesk', { stepId: done }));
}

async function exported(): Promise<ReturnType<typeof publicParts>> {
  unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
  const { directory } = unwrap(await lane.desk.call('exportLog', { level: 'public', approvals: lane.two() }));
  return publicParts(directory);
}

test('a visit that goes on at the full hour leaves no trace of its length on either side of the hour', async () => {
  lane = await TestLane.open(election, quick());
  await lane.identify(lane.ordinary(0));
  lane.clock.advance(58 * 60_000);
  await visitWith(1, async () => lane.clock.advance(5 * 60_000));
  const parts = await exported();
  const counted = parts.filter(({ kind }) => kind === 'identification');
  expect(counted.map(({ period }) => period)).toEqual([7, 8]);
  // What isn't counted can't be told apart by the hour: none of it says one.
  const others = parts.filter(({ kind }) => kind === 'other').map(({ period }) => period);
  expect(others.length).toBeGreaterThan(30);
  expect(new Set(others).size).toBe(1);
});

test('a report that is printed in the middle of a visit shows a log of whole steps', async () => {
  const sizes: number[] = [];
  const { matcher, paper } = quick();
  if (matcher === undefined || paper === undefined) throw new Error('a plain press');
  lane = await TestLane.open(election, {
    matcher,
    paper: {
      ...paper,
      reportStrip: (report, language, dotsAcross) => {
        sizes.push(Number(report.checkpoint?.split('\n')[1]));
        return paper.reportStrip(report, language, dotsAcross);
      },
      reportPdf: async (report) => {
        sizes.push(Number(report.checkpoint?.split('\n')[1]));
        return new Uint8Array();
      },
    },
  });
  const before = sizes.length;
  const print = () => lane.desk.call('printReport', { kind: 'hourly', language: 'ky' });
  await lane.identify(lane.ordinary(0));
  unwrap(await print());
  await visitWith(1, async () => void unwrap(await print()));
  await visitWith(2, async () => {
    unwrap(await lane.desk.call('reportPdf', { kind: 'hourly', language: 'ky' }));
    // A clock that was moved comes on record with whatever is written next: that is covered, too.
    lane.clock.setWall(lane.clock.wallMs() + 20 * 60_000);
    unwrap(await print());
  });
  const parts = await exported();
  const step = coveredStep(election.election.procedure);
  const shown = sizes.slice(before);
  expect(shown).toHaveLength(4);
  for (const size of shown) {
    const last = parts.findLastIndex(({ kind, seq }) => kind === 'identification' && seq <= size);
    const sinceThen = size - (parts[last]?.seq ?? 0);
    expect(sinceThen % step, `a report over ${size} events`).toBe(0);
    expect(sinceThen).toBeGreaterThan(0);
  }
});
