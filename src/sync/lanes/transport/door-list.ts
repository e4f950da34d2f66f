/** Whoever looks through them is a person; a station lets in one spare at a time. */
const MOST_DOORS = 16;
/** A laptop has a few; whoever announces hundreds wants them shown. */
const MOST_ADDRESSES = 8;

type Listener = (addresses: readonly string[]) => void;

/**
 * What was announced of tables that let a spare in, within bounds: the newest so many, with a few addresses each. One that
 * gives way is told as gone; its address can be typed or scanned all the same.
 */
export class DoorList {
  readonly #found: Listener;
  readonly #lost: Listener;
  /** Oldest first. */
  readonly #doors = new Map<string, readonly string[]>();

  constructor(found: Listener, lost: Listener) {
    this.#found = found;
    this.#lost = lost;
  }

  up(name: string, hosts: readonly string[], port: number): void {
    this.down(name);
    const addresses = [...new Set(hosts)]
      .filter((host) => !host.includes(':'))
      .slice(0, MOST_ADDRESSES)
      .map((host) => `${host}:${port}`);
    this.#doors.set(name, addresses);
    const [oldest] = this.#doors.keys();
    if (this.#doors.size > MOST_DOORS && oldest !== undefined) this.down(oldest);
    this.#found(addresses);
  }

  /** An address that another door still has stays. */
  down(name: string): void {
    const addresses = this.#doors.get(name);
    if (addresses === undefined) return;
    this.#doors.delete(name);
    const others = new Set([...this.#doors.values()].flat());
    this.#lost(addresses.filter((address) => !others.has(address)));
  }
}
