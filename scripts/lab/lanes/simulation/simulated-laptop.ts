import { assertDefined } from '../../../../src/domain/assert.ts';
import type { FactOrigin, LaneFact } from '../../../../src/domain/lanes/lane-facts.ts';
import type { LaneNumber, Tenure } from '../../../../src/domain/lanes/tenure.ts';
import { err, ok, type Result } from '../../../../src/domain/result.ts';
import { headOf, type LogHead } from '../../../../src/sync/lanes/lane-log.ts';
import type { LaneMessage } from '../../../../src/sync/lanes/lane-message.ts';
import { LaneNode } from '../../../../src/sync/lanes/lane-node.ts';
import type { WitnessMedium } from '../../../../src/sync/lanes/lane-ports.ts';
import type { EventQueue } from './event-queue.ts';
import type { Authority, WorldHistory } from './history.ts';
import { Oversight } from './oversight.ts';
import { type Sealing, SimulatedDisk, SimulatedLog, type SimulatedRange } from './simulated-disk.ts';
import type { SimulatedNetwork, Station } from './simulated-network.ts';
import type { Variant } from './variants.ts';

/** What the laptops of one schedule share. */
export interface Surroundings {
  readonly queue: EventQueue;
  readonly network: SimulatedNetwork;
  readonly history: WorldHistory;
  readonly lanes: readonly LaneNumber[];
  readonly sealing: Sealing;
  readonly random: () => number;
  readonly variant: Variant;
  readonly homeOf: (voter: string) => LaneNumber;
  /** Told of every fact that was written by a lane itself, before anything else happens with it. */
  /** Each fact of a commit, with its own place. */
  readonly onWritten: (laptop: SimulatedLaptop, fact: LaneFact, place: FactOrigin) => void;
}

/** A stick that stays in its laptop. It is not on the disk, so no image of the disk brings it back. */
class SimulatedStick implements WitnessMedium<SimulatedRange> {
  isIn = true;
  readonly #kept: SimulatedRange[] = [];

  end(): LogHead | null {
    const last = this.isIn ? this.#kept.at(-1) : undefined;
    return last === undefined ? null : headOf(last);
  }

  keep(range: SimulatedRange, done: (kept: boolean) => void): void {
    if (this.isIn) this.#kept.push(range);
    done(this.isIn);
  }

  missing(isKnown: (head: LogHead) => boolean): readonly SimulatedRange[] | null {
    return this.isIn ? this.#kept.filter((range) => !isKnown(headOf(range))) : null;
  }
}

/** One laptop: its disk and, while its program runs, its node. */
export class SimulatedLaptop implements Station {
  readonly lane: LaneNumber;
  readonly stick: SimulatedStick | null;
  disk = new SimulatedDisk();
  /** What somebody set its clock to, beside the true time. Nothing in the protocol may depend on it. */
  clockOffsetMs = 0;
  /** Grows with each start, so that what an older run still had to do is never done. */
  run = 0;
  readonly #around: Surroundings;
  #node: LaneNode<SimulatedRange> | null = null;
  #log: SimulatedLog | null = null;
  #oversight: Oversight | null = null;

  constructor(lane: LaneNumber, around: Surroundings, hasStick: boolean) {
    this.lane = lane;
    this.#around = around;
    this.stick = hasStick ? new SimulatedStick() : null;
    around.network.add(this);
  }

  readonly isRunning = (): boolean => this.#node !== null;

  get node(): LaneNode<SimulatedRange> {
    return assertDefined(this.#node, 'a running program');
  }

  get oversight(): Oversight {
    return assertDefined(this.#oversight, 'a running program');
  }

  get log(): SimulatedLog {
    return assertDefined(this.#log, 'an open log');
  }

  start(): void {
    const { queue, network, lanes, sealing, random, variant, homeOf, onWritten } = this.#around;
    this.run += 1;
    const run = this.run;
    const isAlive = (): boolean => this.#node !== null && this.run === run;
    const flushAfter = (lazyMs: number | null): (() => void) | null =>
      lazyMs === null
        ? null
        : (): void => {
            const { disk } = this;
            const end = disk.entries.length;
            queue.after(lazyMs, () => {
              disk.durable = Math.max(disk.durable, Math.min(end, disk.entries.length));
            });
          };
    const flushing = {
      flush: flushAfter(variant.lazyDiskMs),
      flushCopies: flushAfter(variant.lazyCopiesMs ?? variant.lazyDiskMs),
    };
    const wallMs = (): number => queue.now + this.clockOffsetMs;
    const log = new SimulatedLog(this.lane, this.disk, sealing, wallMs, flushing);
    const { append, store, beginEpoch } = log;
    // A program that was killed in the middle of something writes no more.
    log.store = (range) => (isAlive() ? store.call(log, range) : err('disk-failed'));
    log.beginEpoch = () => (isAlive() ? beginEpoch.call(log) : err('disk-failed'));
    log.append = (facts) => {
      if (!isAlive()) return err('disk-failed');
      const appended = append.call(log, facts);
      if (appended.ok)
        for (const [index, place] of appended.value.entries())
          onWritten(this, assertDefined(facts[index], 'a fact for each place'), place);
      return appended;
    };
    this.#log = log;
    this.#oversight = new Oversight({
      ...{ lane: this.lane, lanes, disk: this.disk, history: this.#around.history, homeOf },
      isOwn: (event) => log.isOwn(event),
    });
    this.#node = new LaneNode<SimulatedRange>({
      lane: this.lane,
      lanes,
      log,
      custody: variant.custody(homeOf, this.lane),
      codes: {
        code: (other, { voter, version, from, to }) =>
          `${Math.min(this.lane, other)}:${Math.max(this.lane, other)}:${voter}:${version}:${from}:${to}`,
      },
      witness:
        this.stick === null
          ? null
          : {
              end: () => this.stick?.end() ?? null,
              missing: (isKnown) => this.stick?.missing(isKnown) ?? null,
              // A slow stick: the program may end after it was written and before it is heard of, or before both.
              keep: (range, done) => {
                const whenAlive = (step: () => void, milliseconds: number): void => {
                  queue.after(milliseconds, () => {
                    if (isAlive()) step();
                  });
                };
                whenAlive(
                  () => {
                    let kept = false;
                    this.stick?.keep(range, (isKept) => {
                      kept = isKept;
                    });
                    whenAlive(() => done(kept), 1 + Math.floor(random() * 20));
                  },
                  1 + Math.floor(random() * 20),
                );
              },
            },
      links: {
        send: (lane, message) => {
          if (!isAlive()) return;
          this.oversight.sends(message);
          network.send(this, lane, message);
        },
        drop: (lane) => {
          if (isAlive()) network.drop(this, lane);
        },
        // All of them run one program: whoever is on can be connected to.
        answers: () => false,
      },
      timer: queue.timerOf(isAlive),
      random,
      start: `${this.lane}-${Math.floor(random() * 2 ** 32)}`,
      changed: () => {},
    });
    variant.breaks({ node: this.#node, log, timer: queue.timerOf(isAlive) });
    this.#node.start();
  }

  /** The power is gone: what was on the disk stays, everything else is no more. */
  kill(): void {
    if (this.#node === null) return;
    this.#node.stop();
    this.#node = null;
    this.#log = null;
    this.#oversight = null;
    this.disk.entries.splice(this.disk.durable);
    this.#around.network.died(this);
  }

  /** Someone puts an older image of the disk back. Returns the events that it lacks. */
  restore(length: number): readonly string[] {
    const lost = this.disk.events().slice();
    this.disk = this.disk.image(length);
    const kept = new Set(this.disk.events().map(({ hash }) => hash));
    return lost.filter(({ hash }) => !kept.has(hash)).map(({ hash }) => hash);
  }

  linkUp(lane: LaneNumber): void {
    this.#node?.linkUp(lane);
  }

  linkDown(lane: LaneNumber): void {
    this.#node?.linkDown(lane);
  }

  receive(lane: LaneNumber, message: LaneMessage<SimulatedRange>): void {
    this.#oversight?.heard(lane);
    this.#node?.receive(lane, message);
  }

  metItself(): void {
    this.#node?.metItself();
  }

  /** As the journal of a desk does it: the event is on the disk, then the lanes hear of it. */
  record(fact: LaneFact): Result<{ readonly origin: FactOrigin; readonly hash: string }, 'disk-failed'> {
    const { log } = this;
    const written = log.append([fact]);
    if (!written.ok) return written;
    const origin = assertDefined(written.value[0], 'the origin of a fact');
    const { hash } = assertDefined(log.ownHead(), 'the head of a log that was written');
    // Killed in the very moment between the disk and everything after it.
    if (this.#node === null) return err('disk-failed');
    this.#node.committed([fact], [origin]);
    return ok({ origin, hash });
  }

  /** Where an event stands on this disk, as its own; null where it is not. */
  placeOf(hash: string): { readonly epoch: number; readonly seq: number } | null {
    const event = this.disk.events().find((one) => one.hash === hash);
    return event !== undefined && this.log.isOwn(event) ? event : null;
  }

  /**
   * What an identification of this voter would lean on now: what this lane knows of the way that the right took,
   * and what its giver leaned on, which need not have come here.
   */
  authority(voter: string, overridden: boolean): Authority {
    const { custody } = this.node.state;
    const { through, path, version } = custody.holding(voter);
    const given = path.flatMap((to) => this.#around.history.gifts.get(giftName(voter, version, to)) ?? []);
    return {
      overridden: overridden && this.oversight.isOverridden(voter),
      // Judged by sound rules, whatever this lane's own are.
      fenced:
        path.slice(-1).some((tenure) => this.oversight.isEnded(tenure)) || given.some((gift) => gift.fenced),
      through: [...through, ...given.flatMap((gift) => gift.through)],
      path: [...path, ...given.flatMap((gift) => gift.path)],
      onTheirWord:
        (!this.node.standing.isProven() && this.oversight.isOnTheirWord()) ||
        given.some((gift) => gift.onTheirWord),
      unacknowledged: [
        ...through.filter((takeOver) => !this.node.state.isSettled(takeOver)),
        ...given.flatMap((gift) => gift.unacknowledged),
      ],
    };
  }
}

export function giftName(voter: string, version: number, to: Tenure): string {
  return `${voter}/${version}/${to}`;
}
