import type { Random } from '../../fixtures/random.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { DeskStep } from '../../src/station/api/snapshot.ts';
import type { MockLane } from './lane.ts';
import type { MockOperator } from './operator.ts';

/** About one act in so many goes wrong. */
const ONE_IN = 12;

/** What goes wrong on an election day, at moments drawn from the seed: paper, cables, processes, clocks, power. */
export class Mischief {
  done = 0;
  readonly #lane: MockLane;
  readonly #operator: MockOperator;
  readonly #random: Random;
  readonly #enabled: boolean;

  constructor(lane: MockLane, operator: MockOperator, random: Random, enabled: boolean) {
    this.#lane = lane;
    this.#operator = operator;
    this.#random = random;
    this.#enabled = enabled;
  }

  /** Told before each act at the desk. */
  async between(step: DeskStep['kind']): Promise<void> {
    if (!this.#enabled || this.#random.integer(ONE_IN) !== 0) return;
    this.done += 1;
    switch (step) {
      case 'verified':
        await this.#atThePrinter();
        return;
      case 'finger':
        await this.#atTheScanner();
        return;
      default:
        await this.#elsewhere();
    }
  }

  async #atThePrinter(): Promise<void> {
    switch (this.#random.integer(4)) {
      case 0:
        // In the middle of the strip: the receipt comes out torn off by the end of the roll.
        await this.#lane.hand({ type: 'paper', action: { do: 'end-after', millimetres: 20 } });
        return;
      case 1:
        await this.#lane.hand({ type: 'cover', open: true });
        return;
      case 2:
        await this.#lane.hand({ type: 'unplug', kind: 'printer' });
        return;
      default:
        await this.#restart();
    }
  }

  async #atTheScanner(): Promise<void> {
    if (this.#random.integer(2) === 0) {
      await this.#lane.hand({ type: 'unplug', kind: 'fingerprint-scanner' });
      return;
    }
    await this.#lane.hand({ type: 'crash-devices-process' });
    await this.#lane.desk.until('the devices process to come back', ({ devices }) =>
      Object.values(devices).every(({ status }) => status.state !== 'failed'),
    );
  }

  async #elsewhere(): Promise<void> {
    if (this.#random.integer(2) === 0) {
      await this.#restart();
      return;
    }
    // Somebody sets the clock, and sets it right again: totals and order must not care.
    const { clock } = this.#lane;
    clock.setWall(clock.wallMs() - 26 * 3_600_000);
    unwrap(await this.#lane.desk.call('runChecks', {}));
    clock.setWall(clock.wallMs() + 26 * 3_600_000);
  }

  /**
   * Off and on again; one of the two who unlocked in the morning opens alone, and as people do, waits until the other tables
   * have told what they know: before that nobody is identified here.
   */
  async #restart(): Promise<void> {
    await this.#lane.restart();
    unwrap(await this.#lane.desk.call('unlock', { approvals: this.#operator.approvals('chair') }));
    await this.#lane.desk.until(
      'the other tables',
      (snapshot) => (snapshot.lanes?.standing ?? 'owning') === 'owning',
    );
  }
}
