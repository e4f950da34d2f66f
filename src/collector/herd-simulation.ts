import { waitAfterBusyMs } from '../sync/upload/backoff.ts';
import { seededRandom } from './demo/demo-day.ts';
import { type IntakeQueue, MOST_RANGES_AT_ONCE } from './intake-queue.ts';

/** A herd on a clock of its own: the very queue, and devices that wait as the upload does. The same seed plays the same. */
export interface HerdSimulation {
  readonly seed: number;
  readonly devices: number;
  readonly rangesPerDevice: number;
  /** Milliseconds that one range takes with every seat taken. */
  readonly rangeMs: (nowMs: number) => number;
  readonly newQueue: (monotonicMs: () => number) => IntakeQueue;
  /** When each first knocks. By default one after the other as fast as connections are taken. */
  readonly arrivesMs?: (device: number) => number;
  /** Turned away once, it never comes back. */
  readonly isGoneWhenTurnedAway?: (device: number) => boolean;
  /** Given a seat, it never sends. */
  readonly neverSends?: (device: number) => boolean;
  /** How many times as long as others it takes over a range. */
  readonly slowness?: (device: number) => number;
}

export interface HerdFound {
  /** Until the last device had sent everything. */
  readonly seconds: number;
  /** With every seat taken until the end. */
  readonly leastSeconds: number;
  readonly sent: number;
  /** Of the time of all seats while somebody waited for one, the share that somebody sat on it. */
  readonly taken: number;
  /** The longest time in which an eighth of the seats stood empty beside as many who waited. */
  readonly longestEmptySeconds: number;
  /** From when no more waited than there are seats until nobody did. */
  readonly tailSeconds: number;
  /** Times that somebody was turned away. */
  readonly inVain: number;
  /** The most who knocked in one second of those who had been told to. */
  readonly mostKnocksInOneSecond: number;
}

const NOTEWORTHY_SEATS = MOST_RANGES_AT_ONCE / 8;
/** Between an answer and the next request. */
const ROUND_TRIP_MS = 30;
/** A TLS handshake of the collector: everybody is there at once, and is heard one after the other. */
const HANDSHAKE_MS = 1;

export function simulateHerd(options: HerdSimulation): HerdFound {
  return new Simulation(options).run();
}

interface Step {
  readonly atMs: number;
  readonly run: () => void;
}

class Simulation {
  readonly #options: HerdSimulation;
  readonly #queue: IntakeQueue;
  readonly #random: () => number;
  readonly #steps = new StepHeap();
  /** Told to come back, and coming. */
  readonly #waiting = new Set<number>();
  readonly #inVainOf: number[] = [];
  readonly #knocksBySecond = new Map<number, number>();
  #now = 0;
  #sent = 0;
  #inVain = 0;
  #lastSentMs = 0;
  #workMs = 0;
  #lookedMs = 0;
  #wantedSeatMs = 0;
  #emptySeatMs = 0;
  #emptySinceMs: number | null = null;
  #longestEmptyMs = 0;
  #tailSinceMs = 0;
  #tailMs = 0;

  constructor(options: HerdSimulation) {
    this.#options = options;
    this.#queue = options.newQueue(() => this.#now);
    this.#random = seededRandom(options.seed);
  }

  run(): HerdFound {
    for (let device = 0; device < this.#options.devices; device += 1) {
      this.#after(this.#options.arrivesMs?.(device) ?? device * HANDSHAKE_MS, () => this.#knock(device));
    }
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      this.#now = step.atMs;
      this.#look();
      step.run();
    }
    return {
      seconds: this.#lastSentMs / 1000,
      leastSeconds: this.#workMs / MOST_RANGES_AT_ONCE / 1000,
      sent: this.#sent,
      taken: this.#wantedSeatMs === 0 ? 1 : 1 - this.#emptySeatMs / this.#wantedSeatMs,
      longestEmptySeconds: this.#longestEmptyMs / 1000,
      tailSeconds: this.#tailMs / 1000,
      inVain: this.#inVain,
      mostKnocksInOneSecond: Math.max(0, ...this.#knocksBySecond.values()),
    };
  }

  #after(milliseconds: number, run: () => void): void {
    this.#steps.push({ atMs: this.#now + milliseconds, run });
  }

  #knockAgain(device: number): void {
    const second = Math.floor(this.#now / 1000);
    this.#knocksBySecond.set(second, (this.#knocksBySecond.get(second) ?? 0) + 1);
    this.#knock(device);
  }

  #knock(device: number): void {
    const name = `lane-${device}`;
    if (this.#queue.ask(name)) {
      this.#waiting.delete(device);
      if (this.#waiting.size === 0) this.#tailMs = Math.max(this.#tailMs, this.#now - this.#tailSinceMs);
      if (this.#options.neverSends?.(device) !== true) {
        this.#after(ROUND_TRIP_MS, () => this.#send(device, this.#options.rangesPerDevice));
      }
      return;
    }
    this.#inVain += 1;
    const told = this.#queue.retryAfterSeconds(name) * 1000;
    if (this.#options.isGoneWhenTurnedAway?.(device) === true) return;
    this.#waiting.add(device);
    const times = (this.#inVainOf[device] ?? 0) + 1;
    this.#inVainOf[device] = times;
    this.#after(waitAfterBusyMs(told, times, this.#random), () => this.#knockAgain(device));
  }

  #send(device: number, left: number): void {
    const name = `lane-${device}`;
    // Its seat was given away meanwhile.
    if (!this.#queue.enter(name)) {
      this.#knockAgain(device);
      return;
    }
    const took =
      this.#options.rangeMs(this.#now) * (this.#options.slowness?.(device) ?? 1) * (0.5 + this.#random());
    this.#workMs += took;
    this.#after(took, () => {
      this.#queue.leave(name, left > 1);
      if (left > 1) {
        this.#after(ROUND_TRIP_MS, () => this.#send(device, left - 1));
        return;
      }
      this.#sent += 1;
      this.#lastSentMs = this.#now;
    });
  }

  /** Before anything happens: what was true since the last time. */
  #look(): void {
    const passed = this.#now - this.#lookedMs;
    this.#lookedMs = this.#now;
    const waiting = this.#waiting.size;
    if (waiting > MOST_RANGES_AT_ONCE) this.#tailSinceMs = this.#now;
    if (this.#now < 1000) return;
    const wanted = Math.min(waiting, Math.max(0, MOST_RANGES_AT_ONCE - this.#queue.seated));
    this.#emptySeatMs += wanted * passed;
    if (waiting > 0)
      this.#wantedSeatMs += (Math.min(MOST_RANGES_AT_ONCE, this.#queue.seated) + wanted) * passed;
    if (wanted < NOTEWORTHY_SEATS) this.#emptySinceMs = null;
    else this.#emptySinceMs ??= this.#now - passed;
    if (this.#emptySinceMs !== null) {
      this.#longestEmptyMs = Math.max(this.#longestEmptyMs, this.#now - this.#emptySinceMs);
    }
  }
}

/** A binary heap, the earliest first. */
class StepHeap {
  readonly #steps: Step[] = [];

  push(step: Step): void {
    const steps = this.#steps;
    let at = steps.push(step) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = steps[parent];
      if (above === undefined || above.atMs <= step.atMs) break;
      steps[at] = above;
      at = parent;
    }
    steps[at] = step;
  }

  pop(): Step | undefined {
    const steps = this.#steps;
    const [first] = steps;
    const last = steps.pop();
    if (first === undefined || last === undefined || steps.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = steps[2 * at + 1];
      const right = steps[2 * at + 2];
      const isRight = left !== undefined && right !== undefined && right.atMs < left.atMs;
      const least = isRight ? right : left;
      if (least === undefined || least.atMs >= last.atMs) break;
      steps[at] = least;
      at = 2 * at + (isRight ? 2 : 1);
    }
    steps[at] = last;
    return first;
  }
}
