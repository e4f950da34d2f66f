import { createRandom, type Random } from '../../../../fixtures/random.ts';
import { assertDefined } from '../../../../src/domain/assert.ts';
import type { FactOrigin, LaneFact } from '../../../../src/domain/lanes/lane-facts.ts';
import type { LaneNumber } from '../../../../src/domain/lanes/tenure.ts';
import { EventQueue } from './event-queue.ts';
import { Faults } from './faults.ts';
import { WorldHistory } from './history.ts';
import { judge, type Verdict } from './oracle.ts';
import { countedSealing, realSealing } from './sealing.ts';
import { SimulatedDesk } from './simulated-desk.ts';
import { giftName, SimulatedLaptop, type Surroundings } from './simulated-laptop.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { SOUND, type Variant } from './variants.ts';

export interface ScheduleResult extends Verdict {
  readonly seed: string;
  readonly lanes: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** Voters come for so long; then everything is mended, and what is left has to come to rest. */
const VISITS_MS = 45_000;
const MENDED_MS = 60_000;
const PATIENCE_MS = 120_000;
const LEAST_ACTS = 40;
const CONNECT_EVERY_MS = 250;
const ONE_IN_SO_MANY_IS_DARK = 8;
const TWO = ['chair', 'member'];
const MOVES_RIGHTS: readonly LaneFact['type'][] = [
  'identified',
  'right-given',
  'taken-over',
  'fence-acknowledged',
];

/**
 * One schedule: at least three lanes, forty acts and three faults, all drawn from the seed, and the same again
 * whenever the seed is given again.
 */
export function playSchedule(
  seed: string,
  signed: boolean,
  variant: Variant = SOUND,
  trace: ((line: string) => void) | null = null,
): ScheduleResult {
  const world = new World(createRandom(seed), signed, variant, trace);
  // Drawn by itself, so that the other schedules remain the ones that their seeds stand for.
  const darkness = createRandom(`batteries ${seed}`);
  const verdict = world.play(darkness.integer(ONE_IN_SO_MANY_IS_DARK) === 0 ? darkness : null);
  return { seed, lanes: world.lanes.length, counts: world.history.counts, ...verdict };
}

/** The station of one schedule: its laptops, its people and its mishaps. */
export class World {
  readonly queue = new EventQueue();
  readonly history = new WorldHistory();
  readonly random: Random;
  readonly network: SimulatedNetwork;
  readonly lanes: readonly LaneNumber[];
  readonly laptops: SimulatedLaptop[] = [];
  readonly #voters: readonly string[];
  readonly #desks = new Map<SimulatedLaptop, SimulatedDesk>();
  readonly #faults: Faults;
  readonly #around: Surroundings;
  readonly #lostHashes = new Set<string>();
  readonly #trace: ((line: string) => void) | null;
  /** Nothing that waits for two people is left. */
  #isDecided = false;

  constructor(random: Random, signed: boolean, variant: Variant, trace: ((line: string) => void) | null) {
    this.random = random;
    this.#trace = trace;
    const laneCount = 3 + (random.integer(4) === 0 ? 1 : 0);
    this.lanes = Array.from({ length: laneCount }, (_, index) => index + 1);
    this.#voters = Array.from({ length: 14 + random.integer(10) }, (_, index) => `v${index + 1}`);
    this.network = new SimulatedNetwork(this.queue, random);
    const homeOf = (voter: string): LaneNumber => (Number(voter.slice(1)) % laneCount) + 1;
    this.#around = {
      queue: this.queue,
      network: this.network,
      history: this.history,
      lanes: this.lanes,
      sealing: signed ? realSealing() : countedSealing(),
      random: random.next,
      variant,
      homeOf,
      onWritten: (laptop, fact, place) => this.#written(laptop, fact, place),
    };
    const sticks = random.integer(3) === 0;
    for (const lane of this.lanes) this.add(lane, sticks);
    this.#faults = new Faults(this);
  }

  add(lane: LaneNumber, hasStick: boolean): SimulatedLaptop {
    const laptop = new SimulatedLaptop(lane, this.#around, hasStick);
    this.laptops.push(laptop);
    this.#desks.set(
      laptop,
      new SimulatedDesk(laptop, {
        queue: this.queue,
        random: this.random,
        history: this.history,
        confirmsAtOnce: this.#around.variant.confirmsAtOnce,
        laptopOf: (other) => this.laptop(other),
        goTo: (other, voter) => this.queue.after(500, () => this.#visit(this.laptop(other), voter)),
      }),
    );
    return laptop;
  }

  /** The laptop that a lane was given, whatever copies of it there are. */
  laptop(lane: LaneNumber): SimulatedLaptop {
    return assertDefined(this.laptops[lane - 1], 'a laptop of this lane');
  }

  others(lane: LaneNumber): LaneNumber[] {
    return this.lanes.filter((other) => other !== lane);
  }

  say(line: string): void {
    this.#trace?.(`${(this.queue.now / 1000).toFixed(3)} ${line}`);
  }

  start(laptop: SimulatedLaptop): void {
    if (laptop.isRunning()) return;
    laptop.start();
    this.#desks.get(laptop)?.recover();
    this.say(`lane ${laptop.lane} starts, ${laptop.node.standing.name()}`);
  }

  kill(laptop: SimulatedLaptop): void {
    if (!laptop.isRunning()) return;
    this.say(`lane ${laptop.lane} is killed`);
    laptop.kill();
  }

  restore(laptop: SimulatedLaptop, length: number): number {
    const lost = laptop.restore(length);
    for (const hash of lost) this.#lostHashes.add(hash);
    return lost.length;
  }

  /** @param darkness Where the whole station loses its power once: when, and who is back first. */
  play(darkness: Random | null): Verdict {
    for (const laptop of this.laptops) this.start(laptop);
    this.#connectAgain();
    this.#drawVisits();
    this.#faults.draw();
    if (darkness !== null) this.#faults.drawDarkness(darkness);
    this.queue.runUntil(VISITS_MS);
    this.#mend();
    this.queue.runUntil(MENDED_MS);
    for (let end = MENDED_MS; end < PATIENCE_MS && !this.#isAtRest(); end += 2_000) this.queue.runUntil(end);
    const stuck = this.#tryEverybody();
    this.#noteLostAlone();
    return judge(this.history, this.laptops, stuck);
  }

  #connectAgain(): void {
    this.network.connect();
    this.queue.after(CONNECT_EVERY_MS, () => this.#connectAgain());
  }

  /** Most voters come to their own table, many to another, and some to two at once. */
  #drawVisits(): void {
    const { random } = this;
    const visits = LEAST_ACTS + random.integer(16);
    for (let visit = 0; visit < visits; visit += 1) {
      const voter = random.pick(this.#voters);
      const at = 1_500 + random.next() * (VISITS_MS - 6_000);
      this.queue.after(at, () => this.#visit(random.pick(this.laptops), voter));
      if (random.next() < 0.25)
        this.queue.after(at + random.next() * 400, () => this.#visit(random.pick(this.laptops), voter));
    }
  }

  #visit(laptop: SimulatedLaptop, voter: string): void {
    this.#desks.get(laptop)?.visit(voter);
  }

  #mend(): void {
    this.say('everything is mended');
    this.#faults.disarm();
    this.network.healAll();
    this.network.slowness = 1;
    for (const laptop of this.laptops) {
      laptop.disk.failures = 0;
      this.start(laptop);
    }
    this.queue.after(6_000, () => this.#putClonesAway());
  }

  /** Once what the copies know has reached the others, they go back into the safe; the rest is decided after that. */
  #putClonesAway(): void {
    if (this.#hasUnheardClone() && this.queue.now < MENDED_MS) {
      this.queue.after(500, () => this.#putClonesAway());
      return;
    }
    this.queue.after(2_000, () => this.#decideWhatIsOpen());
    this.queue.after(5_000, () => {
      this.#decideWhatIsOpen();
      this.#isDecided = true;
    });
    for (const clone of this.laptops.splice(this.lanes.length)) {
      this.kill(clone);
      this.network.remove(clone);
    }
  }

  /** A machine that its own lane pushes out of every line may take some time to get a word in. */
  #hasUnheardClone(): boolean {
    const heard = new Set(
      this.laptops.slice(0, this.lanes.length).flatMap(({ disk }) => disk.events().map(({ hash }) => hash)),
    );
    return this.laptops
      .slice(this.lanes.length)
      .some(({ disk }) => disk.events().some(({ hash }) => !heard.has(hash)));
  }

  #decideWhatIsOpen(): void {
    for (const laptop of this.laptops)
      if (laptop.isRunning() && laptop.node.standing.name() !== 'owning') {
        this.say(`two people let lane ${laptop.lane} own again`);
        laptop.node.resume(TWO);
      }
    for (const lane of this.lanes) {
      const { node } = this.laptop(1);
      if (node.state.custody.stranded(lane) === null) continue;
      this.history.count('take-overs in a circle, decided by two people');
      node.takeOver(lane, TWO);
    }
  }

  #isAtRest(): boolean {
    if (!this.#isDecided) return false;
    const [first, ...rest] = this.laptops.map(({ log }) =>
      log
        .heads()
        .map(({ hash }) => hash)
        .toSorted()
        .join(),
    );
    return rest.every((one) => one === first);
  }

  /** Nothing is broken any more: whoever was not identified can be, at any table. */
  #tryEverybody(): string[] {
    const stuck: string[] = [];
    for (const voter of this.#voters.slice(0, 6)) {
      const { node, lane } = this.random.pick(this.laptops);
      let outcome = 'no answer';
      node.claim(voter, (result) => {
        outcome = result === 'held' || result.why === 'identified' ? 'fine' : result.why;
      });
      this.queue.runUntil(this.queue.now + 400);
      node.rights.release(voter);
      if (outcome !== 'fine') stuck.push(`${voter} at lane ${lane}: ${outcome}`);
    }
    this.queue.runUntil(this.queue.now + 4_000);
    return stuck;
  }

  #written(laptop: SimulatedLaptop, fact: LaneFact, place: FactOrigin): void {
    const { node, log } = laptop;
    const head = assertDefined(log.ownHead(), 'what was written');
    if (this.#trace !== null)
      this.say(`lane ${laptop.lane} writes ${place.epoch}/${place.seq} ${head.hash} ${JSON.stringify(fact)}`);
    laptop.oversight.written(fact, place);
    const { secondCopy } = node;
    if (MOVES_RIGHTS.includes(fact.type) && this.laptop(laptop.lane) !== laptop)
      this.history.clonedLanes.add(laptop.lane);
    if (secondCopy.isAlone()) this.history.writtenAlone.add(head.hash);
    switch (fact.type) {
      case 'identified':
        this.history.identifiedHashes.set(fact.handover, head.hash);
        break;
      case 'right-given':
        this.history.gifts.set(
          giftName(fact.voter, fact.version, fact.to),
          laptop.authority(fact.voter, false),
        );
        break;
      case 'went-alone':
        for (const event of laptop.disk.events())
          if (log.isOwn(event) && !secondCopy.isCopied(event)) this.history.writtenAlone.add(event.hash);
        break;
      case 'fence-acknowledged':
        this.history.count('return after a take-over');
        break;
      default:
        break;
    }
    this.#faults.written(laptop, fact);
  }

  #noteLostAlone(): void {
    const left = new Set(this.laptops.flatMap(({ disk }) => disk.events().map(({ hash }) => hash)));
    for (const hash of this.#lostHashes) {
      if (left.has(hash) || !this.history.writtenAlone.has(hash)) continue;
      this.history.lostAlone.add(hash);
      this.history.count('acts lost with the only disk that had them, by two people’s decision');
    }
  }
}
