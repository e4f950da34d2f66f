import type { Random } from '../../../../fixtures/random.ts';
import type { LaneFact } from '../../../../src/domain/lanes/lane-facts.ts';
import { type LaneNumber, laneOf } from '../../../../src/domain/lanes/tenure.ts';
import type { World } from './schedule.ts';
import type { SimulatedLaptop } from './simulated-laptop.ts';

const FIRST_FAULT_MS = 3_000;
const LAST_FAULT_MS = 36_000;
const TWO = ['chair', 'member'];

type Fault = (this: Faults) => void;

/** Mishaps of one schedule, three to six of them, some lying in wait for the worst moment. */
export class Faults {
  readonly #world: World;
  readonly #armed = { cutAtGrant: false, crashAtCommit: false };

  constructor(world: World) {
    this.#world = world;
  }

  draw(): void {
    const { random, queue } = this.#world;
    const kinds: Fault[] = [
      this.#cut,
      this.#cut,
      this.#cutAtGrant,
      this.#crashAtCommit,
      this.#crash,
      this.#deadLaneReturns,
      this.#livingLaneIsTakenOver,
      this.#switchDies,
      this.#halfOpen,
      this.#slow,
      this.#fullDisk,
      this.#clockJump,
    ];
    const count = 3 + random.integer(4);
    const drawn: Fault[] = Array.from({ length: count }, () => random.pick(kinds));
    // One disk at a time: a second copy survives one restored image, not two.
    const disk = random.integer(4);
    if (disk === 0) drawn[0] = this.#restoredImage;
    if (disk === 1) drawn[0] = this.#clone;
    for (const fault of drawn) {
      const at = FIRST_FAULT_MS + random.next() * (LAST_FAULT_MS - FIRST_FAULT_MS);
      queue.after(at, () => {
        this.#world.history.count('faults');
        fault.call(this);
      });
    }
  }

  /** The village has no power, and one battery after the other is empty: every laptop of the station is off at once. */
  drawDarkness(random: Random): void {
    const { queue, history } = this.#world;
    queue.after(FIRST_FAULT_MS + random.next() * (LAST_FAULT_MS - FIRST_FAULT_MS), () => {
      this.#world.say('the station is dark');
      history.count('whole station dark');
      history.count('faults');
      for (const lane of this.#world.lanes) {
        const laptop = this.#world.laptop(lane);
        this.#world.kill(laptop);
        queue.after(800 + random.next() * 8_000, () => this.#world.start(laptop));
      }
    });
  }

  /** What still lies in wait never comes. */
  disarm(): void {
    this.#armed.cutAtGrant = false;
    this.#armed.crashAtCommit = false;
  }

  /** A lane has just written this, and nothing has left it yet. */
  written(laptop: SimulatedLaptop, fact: LaneFact): void {
    const { queue, network, history } = this.#world;
    if (fact.type === 'right-given' && fact.by === 'network' && this.#armed.cutAtGrant) {
      this.#armed.cutAtGrant = false;
      const [giver, taker] = [laptop.lane, laneOf(fact.to)];
      history.count('cut during a grant');
      // The grant is on its way, and never arrives.
      queue.after(0.5, () => {
        this.#world.say(`cut during a grant, lanes ${giver} and ${taker}`);
        network.cut(giver, taker, this.#world.random.integer(2) === 0);
      });
      queue.after(this.#between(2_000, 9_000), () => network.heal(giver, taker));
    }
    if (fact.type === 'identified' && this.#armed.crashAtCommit) {
      this.#armed.crashAtCommit = false;
      history.count('crash between commit and confirmation');
      this.#world.kill(laptop);
      this.#restartLater(laptop);
    }
  }

  readonly #cut: Fault = () => {
    const { random, lanes, network, queue } = this.#world;
    const lane = random.pick(lanes);
    const others = this.#world.others(lane);
    const from = random.integer(2) === 0 ? others : [random.pick(others)];
    const silently = random.integer(2) === 0;
    this.#world.history.count('cut');
    this.#world.say(`cut: lane ${lane} from ${from.join(', ')}`);
    for (const other of from) network.cut(lane, other, silently);
    queue.after(this.#between(2_000, 15_000), () => {
      for (const other of from) network.heal(lane, other);
    });
  };

  readonly #switchDies: Fault = () => {
    const { lanes, network, queue, history } = this.#world;
    history.count('switch dead');
    this.#world.say('the switch dies');
    const lines = lanes.flatMap((a) => this.#world.others(a).map((b) => [a, b] as const));
    for (const [a, b] of lines) network.cut(a, b, true);
    queue.after(this.#between(3_000, 14_000), () => {
      for (const [a, b] of lines) network.heal(a, b);
    });
  };

  readonly #cutAtGrant: Fault = () => {
    this.#armed.cutAtGrant = true;
  };

  readonly #crashAtCommit: Fault = () => {
    this.#armed.crashAtCommit = true;
  };

  readonly #halfOpen: Fault = () => {
    const { random, lanes, network, history } = this.#world;
    const lane = random.pick(lanes);
    history.count('half-open connection');
    network.halfOpen(lane, random.pick(this.#world.others(lane)));
  };

  readonly #slow: Fault = () => {
    const { network, queue, history } = this.#world;
    history.count('slow network');
    network.slowness = 60;
    queue.after(this.#between(1_000, 4_000), () => {
      network.slowness = 1;
    });
  };

  readonly #crash: Fault = () => {
    const laptop = this.#anyLaptop();
    this.#world.history.count('crash');
    this.#world.kill(laptop);
    this.#restartLater(laptop);
  };

  readonly #fullDisk: Fault = () => {
    this.#world.history.count('disk refused to write');
    this.#anyLaptop().disk.failures = 1 + this.#world.random.integer(6);
  };

  readonly #clockJump: Fault = () => {
    const { random, history } = this.#world;
    history.count('clock jump');
    this.#anyLaptop().clockOffsetMs = (random.next() - 0.5) * 2 * 400 * 86_400_000;
  };

  readonly #deadLaneReturns: Fault = () => {
    const { queue } = this.#world;
    const laptop = this.#anyLaptop();
    this.#world.kill(laptop);
    queue.after(this.#between(500, 2_500), () => this.#takeOver(laptop));
    queue.after(this.#between(6_000, 20_000), () => this.#world.start(laptop));
  };

  /** Two people attest that a lane is switched off. It isn't: it is only cut off, and its people go on. */
  readonly #livingLaneIsTakenOver: Fault = () => {
    const { network, queue, lanes, history } = this.#world;
    const laptop = this.#anyLaptop();
    const others = lanes.filter((lane) => lane !== laptop.lane);
    for (const other of others) network.cut(laptop.lane, other, false);
    history.count('living lane cut off and taken over');
    queue.after(this.#between(200, 1_500), () => this.#takeOver(laptop));
    if (laptop.stick === null && this.#world.random.integer(2) === 0)
      queue.after(600, () => {
        if (laptop.isRunning()) laptop.node.goAlone(TWO);
      });
    queue.after(this.#between(5_000, 16_000), () => {
      for (const other of others) network.heal(laptop.lane, other);
    });
  };

  readonly #restoredImage: Fault = () => {
    const { queue, history } = this.#world;
    const laptop = this.#anyLaptop();
    const imageOf = laptop.disk.durable;
    queue.after(this.#between(1_000, 14_000), () => {
      this.#world.kill(laptop);
      const lost = this.#world.restore(laptop, Math.min(imageOf, laptop.disk.entries.length));
      if (lost > 0) history.count('restored image');
      this.#world.say(`an image of lane ${laptop.lane} is put back, ${lost} events are gone`);
      queue.after(this.#between(300, 3_000), () => this.#world.start(laptop));
    });
  };

  readonly #clone: Fault = () => {
    const { queue, history } = this.#world;
    const laptop = this.#anyLaptop();
    const image = laptop.disk.image(laptop.disk.durable);
    queue.after(this.#between(500, 8_000), () => {
      const clone = this.#world.add(laptop.lane, laptop.stick !== null);
      if (clone.stick !== null) clone.stick.isIn = false;
      clone.disk = image;
      history.count('cloned disk');
      this.#world.start(clone);
    });
  };

  #takeOver(laptop: SimulatedLaptop): void {
    const { random, history } = this.#world;
    const taker = this.#world.laptop(random.pick(this.#world.others(laptop.lane)));
    if (!taker.isRunning() || !taker.node.takeOver(laptop.lane, TWO).ok) return;
    history.count(laptop.isRunning() ? 'take-over of a living lane' : 'take-over of a dead lane');
  }

  #restartLater(laptop: SimulatedLaptop): void {
    this.#world.queue.after(this.#between(800, 9_000), () => this.#world.start(laptop));
  }

  #anyLaptop(): SimulatedLaptop {
    return this.#world.laptop(this.#world.random.pick(this.#world.lanes) as LaneNumber);
  }

  #between(least: number, most: number): number {
    return least + this.#world.random.next() * (most - least);
  }
}
