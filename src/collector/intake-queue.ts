/** Devices that send at one time; more are asked to come back, so that a herd can't exhaust the machine. */
export const MOST_RANGES_AT_ONCE = 64;
/** A seat is kept for a device that has more to send, while it makes its next range. */
export const SEAT_KEPT_MS = 5000;
export const LEAST_RETRY_AFTER_SECONDS = 1;
/**
 * The speed of an hour ago may have been wrong: whoever waits longer looks in between, which costs little, and takes a
 * seat that is free.
 */
export const MOST_RETRY_AFTER_SECONDS = 120;

/** Before enough is measured: rather too early than with nobody there, since coming in vain costs little. */
const FIRST_MS_PER_DEVICE = 10;
const LEAST_MS_PER_DEVICE = 1;
/** The speed is that of the last so many devices, and of no fewer than so many. */
const MEASURED = 64;
const LEAST_MEASURED = 8;
/** Appointments are closer to one another than devices are served, so that no seat stays empty. */
const CLOSENESS = 0.8;
/** Whoever didn't come to an appointment for so long doesn't come. */
const APPOINTMENT_KEPT_MS = 30_000;
const FORGET_EVERY_MS = 5000;
/** Anybody can knock under many names. */
const MOST_APPOINTMENTS = 50_000;

interface Seat {
  isSending: boolean;
  /** Of the last thing that was heard. */
  sinceMs: number;
}

/**
 * Who may send just now: so many devices at once, each one range after the other until it has sent everything. A device
 * that has something to send asks first, and is seated or turned away before it sends a body in vain. Whoever is turned
 * away gets an appointment, one after the other at the speed measured so far; whoever comes to one and still finds no
 * seat waits behind those alone who did too, and not behind everybody again.
 */
export class IntakeQueue {
  readonly #monotonicMs: () => number;
  readonly #seats = new Map<string, Seat>();
  readonly #appointments = new Map<string, number>();
  /** The first moment that nobody has yet. */
  #nextFreeMs = 0;
  #forgotMs = 0;
  /**
   * When the last devices left, on a clock that is as fast as seats are taken: seats that stay empty say nothing of how
   * fast devices are served, and would else put the next ones off still further.
   */
  readonly #lefts: number[] = [];
  #takenMs = 0;
  #takenAtMs = 0;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Devices that have a seat. */
  get seated(): number {
    return this.#seats.size;
  }

  /** Devices that were turned away and have not come back. */
  get expected(): number {
    return this.#appointments.size;
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
    this.#countTaken();
    if (!this.#seats.delete(device)) return;
    this.#lefts.push(this.#takenMs);
    if (this.#lefts.length > MEASURED) this.#lefts.shift();
  }

  /** Delay-seconds for `Retry-After` (RFC 9110 section 10.2.3), for a device that is turned away. */
  retryAfterSeconds(device: string): number {
    const seconds = this.#seats.has(device) ? 0 : Math.ceil(this.#appoint(device) / 1000);
    return Math.min(MOST_RETRY_AFTER_SECONDS, Math.max(LEAST_RETRY_AFTER_SECONDS, seconds));
  }

  /** Milliseconds until its appointment. */
  #appoint(device: string): number {
    const now = this.#monotonicMs();
    this.#forget(now);
    const apart = this.#msPerDevice() * CLOSENESS;
    const appointed = this.#appointments.get(device);
    if (appointed !== undefined && appointed > now) return appointed - now;
    if (appointed !== undefined) {
      // It came as it was told. So did those whose time has passed too.
      const ahead = Math.max(0, (this.#nextFreeMs - now) / apart);
      const late = Math.max(1, this.#appointments.size - ahead);
      const wait = late * apart * this.#share(device);
      this.#appointments.set(device, now + wait);
      return wait;
    }
    const at = Math.max(this.#nextFreeMs, now + apart);
    if (this.#appointments.size < MOST_APPOINTMENTS) {
      this.#appointments.set(device, at);
      this.#nextFreeMs = at + apart;
    }
    return at - now;
  }

  /** Spreads those who came in vain over the time that they take together: by their names, the same each time. */
  #share(device: string): number {
    let hash = 0;
    for (let i = 0; i < device.length; i += 1) hash = Math.imul(hash ^ device.charCodeAt(i), 0x9e3779b1);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
  }

  #msPerDevice(): number {
    const [first = 0] = this.#lefts;
    const last = this.#lefts.at(-1) ?? 0;
    if (this.#lefts.length < LEAST_MEASURED) return FIRST_MS_PER_DEVICE;
    return Math.max(LEAST_MS_PER_DEVICE, (last - first) / (this.#lefts.length - 1));
  }

  #sitDown(device: string): Seat | null {
    if (this.#seats.size >= MOST_RANGES_AT_ONCE) this.#clearSeats();
    if (this.#seats.size >= MOST_RANGES_AT_ONCE) return null;
    this.#countTaken();
    const seat = { isSending: false, sinceMs: this.#monotonicMs() };
    this.#seats.set(device, seat);
    this.#appointments.delete(device);
    return seat;
  }

  /** Before the number of seats that are taken changes. */
  #countTaken(): void {
    const now = this.#monotonicMs();
    this.#takenMs += ((now - this.#takenAtMs) * this.#seats.size) / MOST_RANGES_AT_ONCE;
    this.#takenAtMs = now;
  }

  /** Of those who were expected and didn't come. */
  #clearSeats(): void {
    this.#countTaken();
    const now = this.#monotonicMs();
    for (const [device, { isSending, sinceMs }] of this.#seats) {
      if (!isSending && now - sinceMs > SEAT_KEPT_MS) this.#seats.delete(device);
    }
  }

  #forget(now: number): void {
    if (now - this.#forgotMs < FORGET_EVERY_MS) return;
    this.#forgotMs = now;
    for (const [device, at] of this.#appointments) {
      if (now - at > APPOINTMENT_KEPT_MS) this.#appointments.delete(device);
    }
  }
}
