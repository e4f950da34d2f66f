import { writeSync } from 'node:fs';
import { z } from 'zod';
import type { SyntheticVoter } from '../../fixtures/election/synthetic-person.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { DeskSnapshot } from '../../src/station/api/snapshot.ts';
import { openElection, quick, TestLane } from './harness.ts';

/**
 * A lane in a process of its own that serves a queue until it kills itself, without closing anything, at the
 * moment that it was told. Whatever a screen has said by then stands on standard output, a line each.
 */
export const MOMENTS = [
  'idle',
  'reading-document',
  'voter',
  'finger',
  'comparing',
  'commission',
  'verified',
  'printing',
  'strip',
  'receipt',
  'ballot',
  'signed',
] as const;

const orderSchema = z.strictObject({
  electionDirectory: z.string(),
  laneDirectory: z.string(),
  boot: z.string(),
  /** Keys of the people who still stand in the queue. */
  queue: z.array(z.string()),
  /** Null: goes on to the end. */
  kill: z
    .strictObject({
      moment: z.enum(MOMENTS),
      /** The how-many-eth time that the moment comes. */
      occurrence: z.int().min(1),
      /** So much later, in real milliseconds; 0 is at that very moment. */
      afterMs: z.number().min(0),
    })
    .nullable(),
});
export type KillOrder = z.infer<typeof orderSchema>;

type Said = 'identified' | 'receipt' | 'ballot' | 'signed' | 'served';

function say(what: Said, about: string): void {
  writeSync(1, `${what} ${about}\n`);
}

class KilledLane {
  readonly #lane: TestLane;
  readonly #order: KillOrder;
  readonly #seen = new Map<string, number>();
  #lastMoment = '';

  constructor(lane: TestLane, order: KillOrder) {
    this.#lane = lane;
    this.#order = order;
    lane.desk.onSnapshot((snapshot) => this.#look(snapshot));
  }

  async serveQueue(): Promise<void> {
    const lane = this.#lane;
    unwrap(await lane.desk.call('unlock', { approvals: lane.by('chair') }));
    await this.#drainTable();
    const { desk } = lane.desk.snapshot;
    if ('voter' in desk && desk.voter !== null) {
      const { voterId } = desk.voter;
      const voter = lane.test.election.voters.find((one) => one.voter.id === voterId);
      await lane.operator.goOnWith(assertDefined(voter, 'whoever stands at the desk'));
      await this.#drainTable();
    }
    for (const key of this.#order.queue) {
      const person = assertDefined(
        lane.test.election.voters.find((voter) => voter.key === key),
        'a person of the queue',
      );
      await this.#serve(person);
    }
    await lane.stop();
  }

  async #serve(person: SyntheticVoter): Promise<void> {
    const visit = await this.#lane.serve(person);
    if (visit.outcome !== 'identified' && visit.outcome !== 'already-identified')
      throw new Error(`a voter of the queue ended in ${visit.outcome}`);
    await this.#drainTable();
    say('served', person.key);
  }

  /** The issuing table takes whoever stands there with a receipt. */
  async #drainTable(): Promise<void> {
    const { issuing } = this.#lane;
    for (const { handoverId, state, receiptNumbers } of issuing.snapshot.handovers) {
      if (state === 'receipt') {
        this.#reach('ballot');
        unwrap(await issuing.call('confirmBallot', { code: receiptNumbers[0] ?? '' }));
        say('ballot', handoverId);
      }
      this.#reach('signed');
      unwrap(await issuing.call('confirmSignature', { handoverId }));
      say('signed', handoverId);
    }
  }

  #look({ desk, dock }: DeskSnapshot): void {
    const { kind } = desk;
    if (kind === 'verified' || kind === 'done') say('identified', desk.voter.voterId);
    if (kind === 'done') say('receipt', desk.receiptNumbers.join(','));
    const strip = kind === 'printing' && dock?.state.strips[0]?.ending === 'printing';
    const comparing = kind === 'finger' && desk.finger.state === 'comparing';
    const moment = `${comparing ? 'comparing' : strip ? 'strip' : kind === 'done' ? 'receipt' : kind}`;
    const now = `${desk.stepId} ${moment}`;
    if (now !== this.#lastMoment) this.#reach(moment);
    this.#lastMoment = now;
  }

  #reach(moment: string): void {
    const count = (this.#seen.get(moment) ?? 0) + 1;
    this.#seen.set(moment, count);
    const { kill } = this.#order;
    if (kill === null || kill.moment !== moment || kill.occurrence !== count) return;
    if (kill.afterMs === 0) process.kill(process.pid, 'SIGKILL');
    else setTimeout(() => process.kill(process.pid, 'SIGKILL'), kill.afterMs);
  }
}

if (import.meta.main) {
  const order = orderSchema.parse(JSON.parse(assertDefined(process.argv[2], 'the order')));
  const lane = await TestLane.locked(openElection(order.electionDirectory), {
    directory: order.laneDirectory,
    boot: order.boot,
    ...quick(),
  });
  await new KilledLane(lane, order).serveQueue();
  process.exit(0);
}
