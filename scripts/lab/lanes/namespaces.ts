import { execFileSync } from 'node:child_process';

const NETWORK = '10.77.0';
/** The far end of every cable: this process, in the namespace of the machine. */
const SWITCH = `${NETWORK}.254`;

/** A network namespace for each lane, all on one bridge: laptops on a switch, as far as the kernel is concerned. */
export class LaneNamespaces {
  readonly #lanes: readonly number[];
  readonly #bridge: string;
  readonly #tag: string;

  constructor(lanes: readonly number[]) {
    this.#lanes = lanes;
    this.#tag = `tz${process.pid % 100_000}`;
    this.#bridge = `${this.#tag}br`;
  }

  /** Wants root and iproute2. */
  create(): void {
    ip('link', 'add', this.#bridge, 'type', 'bridge');
    ip('addr', 'add', `${SWITCH}/24`, 'dev', this.#bridge);
    ip('link', 'set', this.#bridge, 'up');
    for (const lane of this.#lanes) {
      const [name, outside, inside] = [this.name(lane), `${this.#tag}o${lane}`, `${this.#tag}i${lane}`];
      ip('netns', 'add', name);
      ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside);
      ip('link', 'set', outside, 'master', this.#bridge);
      ip('link', 'set', outside, 'up');
      ip('link', 'set', inside, 'netns', name);
      ip('-n', name, 'addr', 'add', `${this.address(lane)}/24`, 'dev', inside);
      ip('-n', name, 'link', 'set', inside, 'up');
      ip('-n', name, 'link', 'set', 'lo', 'up');
      // As a laptop's default route does for it.
      ip('-n', name, 'route', 'add', '224.0.0.0/4', 'dev', inside);
    }
  }

  name(lane: number): string {
    return `${this.#tag}n${lane}`;
  }

  address(lane: number): string {
    return `${NETWORK}.${lane}`;
  }

  get switchAddress(): string {
    return SWITCH;
  }

  /** The plug is out, or in again: nothing says so to anybody. */
  plug(lane: number, isIn: boolean): void {
    ip('link', 'set', `${this.#tag}o${lane}`, isIn ? 'up' : 'down');
  }

  remove(): void {
    for (const lane of this.#lanes) quietly('netns', 'del', this.name(lane));
    quietly('link', 'del', this.#bridge);
  }
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function quietly(...args: readonly string[]): void {
  try {
    ip(...args);
  } catch {
    // It is not there: nothing is left to remove.
  }
}
