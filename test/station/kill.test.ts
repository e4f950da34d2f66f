import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom, type Random } from '../../fixtures/random.ts';
import type { HandoverRecord } from '../../src/station/projection/handover-rows.ts';
import { OUTERMOST_LIMIT_MS } from '../outermost-limit.ts';
import {
  makeElection,
  quick,
  type RecordedEvent,
  readEvents,
  removeElection,
  type TestElection,
  TestLane,
} from './harness.ts';
import { type KillOrder, MOMENTS } from './killed-lane.ts';

/** `TIZME_KILLS=1000` for a long run. */
const KILLS = Number(process.env.TIZME_KILLS ?? 30);
const SEED = process.env.TIZME_KILL_SEED ?? '1';
const PARALLEL = 2;
const KILLS_PER_DAY = Math.min(15, Math.ceil(KILLS / PARALLEL));
const QUEUE = 12;
/** What a whole step at the desk takes at most, at the speed of the simulated devices. */
const SPREAD_MS = 40;

let election: TestElection;
beforeAll(async () => {
  election = await makeElection();
  // A process that ends in order leaves its compiled modules behind for those that are killed.
  const lane = await TestLane.open(election, quick());
  await lane.stop();
  await run({
    electionDirectory: election.directory,
    laneDirectory: lane.directory,
    boot: 'warm',
    queue: [],
    kill: null,
  });
});
afterAll(() => removeElection(election));

const SERVED_CASES: readonly (string | null)[] = [null, 'same-name', 'twins', 'no-fingers', 'no-surname'];

async function run(order: KillOrder): Promise<{ killed: boolean; said: string[] }> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'killed-lane.ts'), JSON.stringify(order)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      // Modules are compiled once for all the starts.
      env: { ...process.env, NODE_COMPILE_CACHE: join(election.directory, 'compiled') },
    },
  );
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const said = (await text(child.stdout)).split('\n').filter((line) => line !== '');
  const { code, signal } = await ended;
  if (signal !== 'SIGKILL') expect(code).toBe(0);
  return { killed: signal === 'SIGKILL', said };
}

interface Day {
  readonly queue: readonly string[];
  readonly said: ReadonlySet<string>;
  readonly kills: number;
  readonly events: readonly RecordedEvent[];
  readonly handovers: readonly HandoverRecord[];
  readonly receiptStates: readonly { readonly number: string; readonly state: string }[];
}

/** One day, killed again and again at moments drawn from the seed, until its queue is empty. */
async function playKilledDay(random: Random, kills: number): Promise<Day> {
  const lane = await TestLane.open(election, quick());
  await lane.stop();
  const eligible = election.election.voters.filter(({ awkward }) => SERVED_CASES.includes(awkward));
  const noFingers = eligible.filter(({ awkward }) => awkward === 'no-fingers');
  const others = random.shuffle(eligible.filter((voter) => !noFingers.includes(voter)));
  const queue = [...noFingers, ...others].slice(0, QUEUE).map(({ key }) => key);
  // Every moment once, the commission's first: only the first in the queue comes before it.
  const moments = ['commission' as const, ...random.shuffle(MOMENTS.filter((one) => one !== 'commission'))];
  const said = new Set<string>();
  let killed = 0;
  for (let start = 0; ; start += 1) {
    const left = queue.filter((key) => !said.has(`served ${key}`));
    const kill = {
      moment: moments[start] ?? random.pick(MOMENTS),
      occurrence: start < moments.length ? 1 : random.pick([1, 2]),
      afterMs: random.pick([0, 0, random.integer(SPREAD_MS)]),
    };
    const outcome = await run({
      electionDirectory: election.directory,
      laneDirectory: lane.directory,
      boot: `boot-${start}`,
      queue: left,
      kill: killed < kills ? kill : null,
    });
    for (const line of outcome.said) said.add(line);
    if (outcome.killed) killed += 1;
    else break;
  }
  return lane.withVault(({ ledger, store }) => ({
    queue,
    said,
    kills: killed,
    events: readEvents(ledger),
    handovers: store.all<HandoverRecord>(`SELECT id, voter_id AS voterId, state FROM handovers`),
    receiptStates: store.all<{ number: string; state: string }>(`SELECT number, state FROM receipts`),
  }));
}

function expectNothingLostOrDoubled({ queue, said, events, handovers, receiptStates }: Day): void {
  const voters = queue.map((key) => election.election.voters.find((voter) => voter.key === key)?.voter.id);
  const of = (type: string): readonly RecordedEvent[] => events.filter((event) => event.type === type);
  const names = (type: string, field: string): string[] =>
    of(type).map(({ fields }) => String(fields[field]));
  expect(names('identified', 'voter').sort()).toEqual(voters.toSorted());
  const ended = handovers.filter(({ state }) => state !== 'released');
  expect(ended.map(({ voterId }) => voterId).sort()).toEqual(voters.toSorted());
  expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(['signed']));
  expect(receiptStates.every(({ state }) => state === 'printed')).toBe(true);
  expect(new Set(names('receipt-printed', 'number')).size).toBe(voters.length);
  expect(names('receipt-printed', 'number')).toHaveLength(voters.length);
  // Whatever a screen had said before power went is in the ledger.
  for (const line of said) {
    const [what, about = ''] = line.split(' ');
    if (what === 'identified') expect(names('identified', 'voter')).toContain(about);
    if (what === 'receipt') expect(names('receipt-printed', 'number')).toContain(about);
    if (what === 'ballot') expect(names('ballot-issued', 'handover')).toContain(about);
    if (what === 'signed') expect(names('signed', 'handover')).toContain(about);
  }
}

test(
  `killed ${KILLS} times at any moment, each voter has exactly one outcome, and the chain verifies`,
  async () => {
    const random = createRandom(SEED).fork('kills');
    let kills = 0;
    for (let day = 0; kills < KILLS; day += PARALLEL) {
      const days = await Promise.all(
        Array.from({ length: PARALLEL }, (_, n) => playKilledDay(random.fork(day + n), KILLS_PER_DAY)),
      );
      for (const played of days) {
        kills += played.kills;
        expectNothingLostOrDoubled(played);
      }
      expect(days.some((played) => played.kills > 0)).toBe(true);
    }
  },
  // A long run takes longer than any test is allowed to.
  Math.max(OUTERMOST_LIMIT_MS, KILLS * 20_000),
);
