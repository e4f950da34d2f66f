/** Devices that send at one time; more are asked to come back, so that a herd can't exhaust the machine. */
export const MOST_RANGES_AT_ONCE = 64;
/** A seat is kept for a device that has more to send, while it makes its next range. */
export const SEAT_KEPT_MS = 5000;
/** Whoever sends one range for so long is on a thin line, and costs the collector next to nothing meanwhile. */
export const SLOW_AFTER_MS = 10_000;
/** So many of them sit beside the seats; a range is at most a mebibyte of memory. */
export const MOST_SLOW = 64;
export const LEAST_RETRY_AFTER_SECONDS = 1;
/** However many wait: beyond 15,000 there are more knocks a second instead. */
export const MOST_RETRY_AFTER_SECONDS = 300;

/**
 * Knocks a second that are asked for, however many wait. A knock in vain costs a resumed TLS session; a seat that is
 * free costs what could be sent on it, and stays free until the next knock.
 */
export const LEAST_KNOCKS_PER_SECOND = 50;
const MOST_KNOCKS_PER_SECOND = 500;
/** While nothing is measured. */
const FIRST_KNOCKS_PER_SECOND = 100;
/** With twice as many knocks as seats become free, one seat of all is free on average (M/M/1 at a load of one half). */
const KNOCKS_PER_SEAT = 2;
/** The speed is that of the last so many devices, and of no fewer than so many. */
const MEASURED = 64;
const LEAST_MEASURED = 8;
/** Whoever didn't come to its turn for so long doesn't come. */
const TURN_KEPT_MS = 30_000;
const FORGET_EVERY_MS = 5000;
/** Anybody can knock under many names. */
const MOST_TURNS = 50_000;

interface Seat {
  isSending: boolean;
  /** Of the last thing that was heard. */
  sinceMs: number;
}

/**
 * Who may send just now: so many devices at once, each one range after the other until it has sent everything. A device
 * that has something to send asks first, and is seated or turned away before it sends a body in vain.
 *
 * Whoever is turned away gets a turn to knock again, and the turns go round in a circle: one device after the other,
 * evenly, at a number of knocks a second that hardly depends on how many wait. So a turn is as far off as there are
 * others waiting, and no further: when few are left they knock often, and nobody sits out a wait that was meant for
 * a crowd. Nobody is promised a seat. A seat that is free is taken by the next knock, some hundredths of a second later,
 * whoever it is; how long the collector will take over the others needs not be known, and a device that
 * doesn't come costs nothing but its turn.
 */
export class IntakeQueue {
  readonly #monotonicMs: () => number;
  readonly #seats = new Map<string, Seat>();
  readonly #turns = new Map<string, number>();
  /** The first moment that nobody has yet. */
  #nextTurnMs = 0;
  #forgotMs = 0;
  /** When the last devices left, the oldest first. */
  readonly #lefts: number[] = [];

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Devices that have a seat, and slow ones beside them. */
  get seated(): number {
    return this.#seats.size;
  }

  /** Devices that were turned away and have not come back. */
  get expected(): number {
    return this.#turns.size;
  }

  /** True when a device that has something to send may begin; its seat is kept for a while. */
  ask(device: string): boolean {
    const seat = this.#seats.get(device) ?? this.#sitDown(device);
    if (seat === null) return false;
    seat.sinceMs = this.#monotonicMs();
    return true;
  }

  /** True when the device may send a range, one at a time; it has to `leave` then. */
  enter(device: string): boolean {
    const known = this.#seats.get(device);
    if (known?.isSending === true) return false;
    const seat = known ?? this.#sitDown(device);
    if (seat === null) return false;
    seat.isSending = true;
    seat.sinceMs = this.#monotonicMs();
    return true;
  }

  /** @param hasMore Whether it keeps its seat for another range. */
  leave(device: string, hasMore = false): void {
    const seat = this.#seats.get(device);
    if (seat !== undefined && hasMore) {
      seat.isSending = false;
      seat.sinceMs = this.#monotonicMs();
      return;
    }
    if (!this.#seats.delete(device)) return;
    this.#lefts.push(this.#monotonicMs());
    if (this.#lefts.length > MEASURED) this.#lefts.shift();
  }

  /** Delay-seconds for `Retry-After` (RFC 9110 section 10.2.3), for a device that is turned away. */
  retryAfterSeconds(device: string): number {
    const seconds = this.#seats.has(device) ? 0 : Math.ceil(this.#giveTurn(device) / 1000);
    return Math.min(MOST_RETRY_AFTER_SECONDS, Math.max(LEAST_RETRY_AFTER_SECONDS, seconds));
  }

  /** Milliseconds until its turn. Whoever knocks before it keeps the one that it has. */
  #giveTurn(device: string): number {
    const now = this.#monotonicMs();
    this.#forget(now);
    const given = this.#turns.get(device);
    if (given !== undefined && given > now) return given - now;
    const at = Math.max(this.#nextTurnMs, now);
    if (given !== undefined || this.#turns.size < MOST_TURNS) {
      this.#turns.set(device, at);
      this.#nextTurnMs = at + 1000 / this.#knocksPerSecond(now);
    }
    return at - now;
  }

  /**
   * From the seats that became free lately. Where they stand empty, every knock is a device served, so the knocks double
   * until they don't.
   */
  #knocksPerSecond(now: number): number {
    const [first] = this.#lefts;
    if (first === undefined || this.#lefts.length < LEAST_MEASURED) return FIRST_KNOCKS_PER_SECOND;
    const leftPerSecond = this.#lefts.length / Math.max(0.001, (now - first) / 1000);
    return Math.min(
      MOST_KNOCKS_PER_SECOND,
      Math.max(LEAST_KNOCKS_PER_SECOND, KNOCKS_PER_SEAT * leftPerSecond),
    );
  }

  #sitDown(device: string): Seat | null {
    const now = this.#monotonicMs();
    if (this.#seats.size >= MOST_RANGES_AT_ONCE) this.#clearSeats(now);
    if (this.#seats.size - this.#slow(now) >= MOST_RANGES_AT_ONCE) return null;
    const seat = { isSending: false, sinceMs: now };
    this.#seats.set(device, seat);
    this.#turns.delete(device);
    return seat;
  }

  /** Of those who were expected and didn't come. */
  #clearSeats(now: number): void {
    for (const [device, { isSending, sinceMs }] of this.#seats) {
      if (!isSending && now - sinceMs > SEAT_KEPT_MS) this.#seats.delete(device);
    }
  }

  #slow(now: number): number {
    if (this.#seats.size < MOST_RANGES_AT_ONCE) return 0;
    let slow = 0;
    for (const { isSending, sinceMs } of this.#seats.values()) {
      if (isSending && now - sinceMs > SLOW_AFTER_MS) slow += 1;
    }
    return Math.min(MOST_SLOW, slow);
  }

  #forget(now: number): void {
    if (now - this.#forgotMs < FORGET_EVERY_MS) return;
    this.#forgotMs = now;
    for (const [device, at] of this.#turns) {
      if (now - at > TURN_KEPT_MS) this.#turns.delete(device);
    }
  }
}
