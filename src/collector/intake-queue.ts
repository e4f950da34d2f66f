/** Devices that send at one time; more are asked to come back, so that a herd can't exhaust the machine. */
export const MOST_RANGES_AT_ONCE = 64;
/** A seat is kept for a device that has more to send, while it makes its next range. */
export const SEAT_KEPT_MS = 5000;
export const LEAST_RETRY_AFTER_SECONDS = 1;
export const MOST_RETRY_AFTER_SECONDS = 600;

/** Those who were turned away are remembered this long: they are who comes back. */
const REMEMBERED_MS = 10_000;
/** Before anything is measured. */
const FIRST_MS_PER_DEVICE = 20;
const SMOOTHING = 0.05;

interface Seat {
  isSending: boolean;
  /** Of the last thing that was heard. */
  sinceMs: number;
}

/**
 * Who may send just now: so many devices at once, each one range after the other until it has sent everything. A device
 * that has something to send asks first, and is seated or turned away before it sends a body in vain. Whoever is turned
 * away is told when to come: after as long as the backlog (who sits, and all who were turned away lately) takes at the
 * speed measured so far, so that a herd spreads itself over the time that it needs.
 */
export class IntakeQueue {
  readonly #monotonicMs: () => number;
  readonly #seats = new Map<string, Seat>();
  #turnedAway: { readonly sinceMs: number; readonly before: number; count: number };
  #msPerDevice = FIRST_MS_PER_DEVICE;
  #lastLeftMs: number | null = null;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.#turnedAway = { sinceMs: monotonicMs(), before: 0, count: 0 };
  }

  /** Devices that have a seat. */
  get seated(): number {
    return this.#seats.size;
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
    if (known?.isSending === true) {
      this.#recent().count += 1;
      return false;
    }
    const seat = known ?? this.#sitDown(device);
    if (seat === null) return false;
    seat.isSending = true;
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
    this.#seats.delete(device);
    const now = this.#monotonicMs();
    if (this.#lastLeftMs !== null) {
      this.#msPerDevice += SMOOTHING * (now - this.#lastLeftMs - this.#msPerDevice);
    }
    this.#lastLeftMs = now;
  }

  /** Delay-seconds for `Retry-After` (RFC 9110 section 10.2.3). */
  retryAfterSeconds(): number {
    const { before, count } = this.#recent();
    const seconds = Math.ceil(((this.#seats.size + before + count) * this.#msPerDevice) / 1000);
    return Math.min(MOST_RETRY_AFTER_SECONDS, Math.max(LEAST_RETRY_AFTER_SECONDS, seconds));
  }

  #sitDown(device: string): Seat | null {
    if (this.#seats.size >= MOST_RANGES_AT_ONCE) this.#clearSeats();
    if (this.#seats.size >= MOST_RANGES_AT_ONCE) {
      this.#recent().count += 1;
      return null;
    }
    const now = this.#monotonicMs();
    // After a pause the time since the last one says nothing about speed.
    if (this.#seats.size === 0) this.#lastLeftMs = now;
    const seat = { isSending: false, sinceMs: now };
    this.#seats.set(device, seat);
    return seat;
  }

  /** Of those who were expected and didn't come. */
  #clearSeats(): void {
    const now = this.#monotonicMs();
    for (const [device, { isSending, sinceMs }] of this.#seats) {
      if (!isSending && now - sinceMs > SEAT_KEPT_MS) this.#seats.delete(device);
    }
  }

  /** Counts of this window and the one before; what is older has come back by now. */
  #recent(): { readonly before: number; count: number } {
    const now = this.#monotonicMs();
    const age = now - this.#turnedAway.sinceMs;
    if (age >= REMEMBERED_MS) {
      const before = age < 2 * REMEMBERED_MS ? this.#turnedAway.count : 0;
      this.#turnedAway = { sinceMs: now, before, count: 0 };
    }
    return this.#turnedAway;
  }
}
