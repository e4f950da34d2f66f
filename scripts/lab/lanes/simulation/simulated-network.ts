import type { Random } from '../../../../fixtures/random.ts';
import type { LaneNumber } from '../../../../src/domain/lanes/tenure.ts';
import type { LaneMessage } from '../../../../src/sync/lanes/lane-message.ts';
import type { EventQueue } from './event-queue.ts';
import type { SimulatedRange } from './simulated-disk.ts';

/** Who can be connected: a laptop whose program runs. */
export interface Station {
  readonly lane: LaneNumber;
  readonly isRunning: () => boolean;
  linkUp(lane: LaneNumber): void;
  linkDown(lane: LaneNumber): void;
  receive(lane: LaneNumber, message: LaneMessage<SimulatedRange>): void;
  metItself(): void;
}

interface Session {
  readonly ends: readonly [Station, Station];
  /** Nothing overtakes: the next message to each end comes after this. */
  readonly lastAt: [number, number];
  /** The direction in which everything vanishes without a word. */
  deaf: 0 | 1 | null;
  open: boolean;
}

/** Connections among the laptops: ordered, with delays; cut, half-open and slow as the schedule says. */
export class SimulatedNetwork {
  /** Multiplies every delay. */
  slowness = 1;
  readonly #queue: EventQueue;
  readonly #random: Random;
  readonly #stations: Station[] = [];
  readonly #cut = new Set<string>();
  readonly #sessions: Session[] = [];

  constructor(queue: EventQueue, random: Random) {
    this.#queue = queue;
    this.#random = random;
  }

  add(station: Station): void {
    this.#stations.push(station);
  }

  remove(station: Station): void {
    for (const session of this.#of(station)) this.#close(session, station);
    this.#stations.splice(this.#stations.indexOf(station), 1);
  }

  send(from: Station, to: LaneNumber, message: LaneMessage<SimulatedRange>): void {
    const session = this.#session(from, to);
    if (session === undefined) return;
    const direction = session.ends[0] === from ? 0 : 1;
    if (session.deaf === direction) return;
    const delay = (1 + this.#random.next() * 12) * this.slowness;
    const at = Math.max(this.#queue.now + delay, session.lastAt[direction] + 0.01);
    session.lastAt[direction] = at;
    this.#queue.after(at - this.#queue.now, () => {
      const end = session.ends[1 - direction];
      if (session.open && session.deaf !== direction && end?.isRunning()) end.receive(from.lane, message);
    });
  }

  drop(from: Station, to: LaneNumber): void {
    const session = this.#session(from, to);
    if (session !== undefined) this.#close(session, null);
  }

  /** The program of this laptop was killed: whoever is connected notices, unless the line is cut. */
  died(station: Station): void {
    for (const session of this.#of(station)) this.#close(session, station);
  }

  /** Cuts a line. What was under way is lost; both ends notice at once or only by silence. */
  cut(a: LaneNumber, b: LaneNumber, silently: boolean): void {
    this.#cut.add(lineName(a, b));
    for (const session of [...this.#sessions]) {
      if (!joins(session, a, b)) continue;
      if (silently) this.#silence(session);
      else this.#close(session, null);
    }
  }

  /** One direction of a line goes dead, and its ends believe that they are connected. */
  halfOpen(a: LaneNumber, b: LaneNumber): void {
    for (const session of this.#sessions)
      if (joins(session, a, b)) session.deaf = this.#random.integer(2) === 0 ? 0 : 1;
  }

  heal(a: LaneNumber, b: LaneNumber): void {
    this.#cut.delete(lineName(a, b));
  }

  healAll(): void {
    this.#cut.clear();
  }

  /** Called four times a second: laptops that can reach each other connect. */
  connect(): void {
    for (const [index, a] of this.#stations.entries()) {
      if (!a.isRunning()) continue;
      for (const b of this.#stations.slice(index + 1)) {
        if (!b.isRunning() || this.#cut.has(lineName(a.lane, b.lane))) continue;
        if (a.lane === b.lane) {
          a.metItself();
          if (b.isRunning()) b.metItself();
          continue;
        }
        const [mine, theirs] = [this.#session(a, b.lane), this.#session(b, a.lane)];
        if (mine !== undefined && mine === theirs) continue;
        // Two machines of one lane push each other out; not all the time, so that each gets a word in.
        if ((mine !== undefined || theirs !== undefined) && this.#random.integer(8) > 0) continue;
        if (mine !== undefined) this.#close(mine, null);
        if (theirs !== undefined) this.#close(theirs, null);
        this.#sessions.push({ ends: [a, b], lastAt: [0, 0], deaf: null, open: true });
        a.linkUp(b.lane);
        b.linkUp(a.lane);
      }
    }
  }

  #silence(session: Session): void {
    // Both directions: as far as the ends can tell, nothing has happened yet.
    session.open = false;
  }

  #close(session: Session, dead: Station | null): void {
    const index = this.#sessions.indexOf(session);
    if (index < 0) return;
    this.#sessions.splice(index, 1);
    session.open = false;
    const [a, b] = session.ends;
    if (a !== dead && a.isRunning()) a.linkDown(b.lane);
    if (b !== dead && b.isRunning()) b.linkDown(a.lane);
  }

  #session(station: Station, other: LaneNumber): Session | undefined {
    return this.#sessions.find(
      ({ ends: [a, b] }) => (a === station && b.lane === other) || (b === station && a.lane === other),
    );
  }

  #of(station: Station): Session[] {
    return this.#sessions.filter(({ ends }) => ends.includes(station));
  }
}

function joins({ ends: [a, b] }: Session, one: LaneNumber, other: LaneNumber): boolean {
  return (a.lane === one && b.lane === other) || (a.lane === other && b.lane === one);
}

function lineName(a: LaneNumber, b: LaneNumber): string {
  return a < b ? `${a}-${b}` : `${b}-${a}`;
}
