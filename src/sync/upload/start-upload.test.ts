import { afterEach, expect, test } from 'vitest';
import { manualTimer } from '../../domain/manual-timer.ts';
import { unwrap } from '../../domain/result.ts';
import { isSignedChallenge } from '../../ledger/device-proof.ts';
import { identification, TestBench } from '../../ledger/test-bench.ts';
import {
  backoffMs,
  LONGEST_WAIT_MS,
  parseRetryAfter,
  SHORTEST_WAIT_MS,
  SLOT_WINDOW_MS,
  slotMs,
} from './backoff.ts';
import type { Fetch } from './collector-client.ts';
import {
  ASK_EVERY_MS,
  EVENTS_PER_RANGE,
  OUTAGE_FAILURES,
  startUpload,
  type UploadOptions,
} from './start-upload.ts';
import type { UploadLine } from './upload-line.ts';
import { decodeProof, PROOF_HEADER } from './upload-protocol.ts';

const rubbish: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const throwAway of rubbish.splice(0).toReversed()) await throwAway();
});

/** A line to a collector that answers whatever `answer` gives, with the times of its requests. */
function startLine(answer: (method: string, request: number) => Response | Promise<Response>, events = 3) {
  const bench = new TestBench();
  rubbish.push(() => bench.dispose());
  const { ledger } = bench.open();
  if (events > 0) {
    unwrap(ledger.commit(Array.from({ length: events }, (_, i) => identification(`voter-${i}`))));
  }
  const timer = manualTimer();
  const requests: string[] = [];
  const proofs: (string | null)[] = [];
  const fetch: Fetch = async (_url, request) => {
    requests.push(request.method ?? 'GET');
    proofs.push(new Headers(request.headers).get(PROOF_HEADER));
    return answer(request.method ?? 'GET', requests.length);
  };
  const options: UploadOptions = {
    ledger,
    collectorUrl: 'http://collector.test',
    timer,
    random: () => 0.5,
    fetch,
  };
  const line: UploadLine = startUpload(options);
  rubbish.push(() => line.stop());
  return { ledger, line, timer, requests, proofs };
}

const nothing = () => Response.json({ last: null });
const busy = (retryAfter: string) =>
  Response.json({ status: 'busy' }, { status: 503, headers: { 'retry-after': retryAfter } });

test('a collector that is out of reach is asked at growing distances, whatever is committed meanwhile', async () => {
  const { ledger, line, timer, requests } = startLine(() => {
    throw new TypeError('fetch failed');
  });
  await timer.advance(0);
  expect(requests).toEqual(['GET']);
  // Half of 1, 2, 4 and 8 seconds.
  for (const [wait, count] of [
    [499, 1],
    [1, 2],
    [999, 2],
    [1, 3],
    [2000, 4],
    [4000, 5],
  ] as const) {
    unwrap(ledger.commit([identification(`later-${count}-${wait}`)]));
    line.kick();
    await timer.advance(wait);
    expect(requests).toHaveLength(count);
  }
  expect(line.view()).toEqual({ state: 'unreachable', pending: 9, problem: null });
});

test('Retry-After is obeyed', async () => {
  const { line, timer, requests } = startLine((_method, request) => (request === 1 ? busy('90') : nothing()));
  await timer.advance(90_000);
  expect(requests).toHaveLength(1);
  expect(line.view()).toEqual({ state: 'reachable', pending: 3, problem: null });
  await timer.advance(500);
  expect(requests.slice(0, 2)).toEqual(['GET', 'GET']);
});

test('a page that is not the collector’s counts as out of reach', async () => {
  const { line, timer } = startLine(() => new Response('<html>Sign in to the hotel</html>'));
  await timer.advance(0);
  expect(line.view().state).toBe('unreachable');
});

test('a collector that never answers is given up after half a minute', async () => {
  const bench = new TestBench();
  rubbish.push(() => bench.dispose());
  const { ledger } = bench.open();
  const timer = manualTimer();
  const aborted: boolean[] = [];
  const fetch: Fetch = (_url, { signal }) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        aborted.push(true);
        reject(new Error('aborted'));
      });
    });
  const line = startUpload({ ledger, collectorUrl: 'http://x.test', timer, random: () => 0.5, fetch });
  await timer.advance(29_999);
  expect(aborted).toHaveLength(0);
  await timer.advance(1);
  expect(aborted).toHaveLength(1);
  // Stopping breaks off the next one, which is under way.
  await timer.advance(500);
  await line.stop();
  expect(aborted).toHaveLength(2);
});

test('gap after gap is not answered for ever', async () => {
  const { line, timer, requests } = startLine((method) =>
    method === 'GET'
      ? nothing()
      : Response.json({ status: 'gap', next: { epoch: 1, seq: 1 } }, { status: 409 }),
  );
  await timer.advance(100);
  expect(line.view()).toEqual({ state: 'reachable', pending: 3, problem: 'out-of-step' });
  expect(requests).toEqual(['GET', 'POST', 'POST', 'POST', 'POST']);
});

test('with nothing to send, the collector is asked every minute whether it is there', async () => {
  let reachable = true;
  const { line, timer, requests } = startLine(() => {
    if (!reachable) throw new TypeError('fetch failed');
    return nothing();
  }, 0);
  await timer.advance(10);
  expect(line.view()).toEqual({ state: 'reachable', pending: 0, problem: null });
  reachable = false;
  await timer.advance(ASK_EVERY_MS);
  expect(requests).toEqual(['GET', 'GET']);
  expect(line.view().state).toBe('unreachable');
});

test('listeners hear of every change, and nothing is sent or said after the end', async () => {
  const { ledger, line, timer, requests } = startLine(() => nothing(), 0);
  const seen: number[] = [];
  line.onChange(() => seen.push(line.view().pending));
  await timer.advance(10);
  await line.stop();
  unwrap(ledger.commit([identification('after the end')]));
  line.kick();
  await timer.advance(ASK_EVERY_MS);
  expect(requests).toEqual(['GET']);
  expect(seen).toEqual([0]);
});

test('waits grow to a limit, and are never nothing', () => {
  expect(backoffMs(1, () => 0.999)).toBeCloseTo(999);
  expect(backoffMs(4, () => 0.5)).toBe(4000);
  expect(backoffMs(1000, () => 0.5)).toBe(LONGEST_WAIT_MS / 2);
  expect(backoffMs(5, () => 0)).toBe(SHORTEST_WAIT_MS);
  expect(parseRetryAfter('120')).toBe(120_000);
  expect(parseRetryAfter('Wed, 21 Oct 2026 07:28:00 GMT')).toBeNull();
});

test.each([
  [EVENTS_PER_RANGE + 1, 'waits for its slot'],
  [EVENTS_PER_RANGE, 'is sent at once'],
])('after an outage, %i events: what it has %s', async (events, what) => {
  let reachable = false;
  const { line, timer, requests } = startLine((method) => {
    if (!reachable) throw new TypeError('fetch failed');
    return method === 'GET' ? nothing() : busy('1');
  }, events);
  while (requests.length < OUTAGE_FAILURES) await timer.advance(LONGEST_WAIT_MS / 2);
  reachable = true;
  await timer.advance(LONGEST_WAIT_MS / 2);
  expect(line.view().state).toBe('reachable');
  expect(requests.includes('POST')).toBe(what === 'is sent at once');
  await timer.advance(slotMs('lane-1', 1));
  expect(requests).toContain('POST');
});

test('slots spread the devices evenly over the window, and are others after the next outage', () => {
  const slots = Array.from({ length: 4000 }, (_, i) => slotMs(`lane-${i}`, 1));
  for (let quarter = 0; quarter < 4; quarter += 1) {
    const share = slots.filter((slot) => Math.floor((slot * 4) / SLOT_WINDOW_MS) === quarter).length;
    expect(share).toBeGreaterThan(850);
    expect(share).toBeLessThan(1150);
  }
  expect(slotMs('lane-1', 1)).toBe(slotMs('lane-1', 1));
  expect(slotMs('lane-1', 2)).not.toBe(slotMs('lane-1', 1));
});

test('a collector that wants to know who asks gets its challenge signed, and the same proof until it draws again', async () => {
  const challenges = ['first.one', 'second.one'];
  const { ledger, line, timer, requests, proofs } = startLine(
    (_method, request) =>
      request === 1 || request === 4
        ? Response.json({ status: 'prove', challenge: challenges.shift() }, { status: 403 })
        : nothing(),
    0,
  );
  await timer.advance(10);
  for (let round = 0; round < 2; round += 1) await timer.advance(ASK_EVERY_MS);
  expect(requests).toEqual(['GET', 'GET', 'GET', 'GET', 'GET']);
  const signed = proofs.map((proof) => decodeProof(proof));
  expect(signed.map((proof) => proof?.challenge)).toEqual([
    undefined,
    'first.one',
    'first.one',
    'first.one',
    'second.one',
  ]);
  for (const proof of signed.filter((one) => one !== null))
    expect(isSignedChallenge(ledger.publicKey, ledger.identity.device, proof)).toBe(true);
  expect(line.view()).toMatchObject({ state: 'reachable', problem: null });
});

test('a collector that never is content with a proof is told of as one that refuses, and not asked without end', async () => {
  const { line, timer, requests } = startLine(() =>
    Response.json({ status: 'prove', challenge: 'again' }, { status: 403 }),
  );
  await timer.advance(10);
  expect(requests).toEqual(['GET', 'GET']);
  expect(line.view()).toMatchObject({ state: 'reachable', problem: 'refused' });
});
