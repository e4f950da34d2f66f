import type { Random } from '../../../../fixtures/random.ts';
import type { LaneNumber } from '../../../../src/domain/lanes/tenure.ts';
import type { Refusal } from '../../../../src/sync/lanes/lane-message.ts';
import type { EventQueue } from './event-queue.ts';
import type { HappenedIdentification, WorldHistory } from './history.ts';
import type { SimulatedLaptop } from './simulated-laptop.ts';

/** What the people of the station can reach beyond their own table: with their legs and their voices. */
export interface People {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly history: WorldHistory;
  readonly confirmsAtOnce: boolean;
  /** The laptop that stands on a lane's table. */
  laptopOf(lane: LaneNumber): SimulatedLaptop;
  /** The voter walks over. */
  goTo(lane: LaneNumber, voter: string): void;
}

const TWO = ['chair', 'member'];
/** As long as somebody waits for the second copy before two people are asked. */
const COPY_PATIENCE_MS = 2_500;

/** The people at one laptop: they do what people do, sensible and otherwise, whatever the screens advise. */
export class SimulatedDesk {
  readonly #laptop: SimulatedLaptop;
  readonly #people: People;
  readonly #waiting: string[] = [];
  #busyInRun = 0;
  #handovers = 0;

  constructor(laptop: SimulatedLaptop, people: People) {
    this.#laptop = laptop;
    this.#people = people;
  }

  visit(voter: string): void {
    this.#people.history.count('acts');
    this.#waiting.push(voter);
    this.#next();
  }

  /** After a start: what was decided and never confirmed is on the screen again, waiting for its second copy. */
  recover(): void {
    this.#busyInRun = 0;
    for (const one of this.#people.history.identifications)
      if (one.lane === this.#laptop.lane && one.confirmed === 'no') this.#confirm(one);
    this.#next();
  }

  #next(): void {
    const { run } = this.#laptop;
    if (!this.#laptop.isRunning() || this.#busyInRun === run) return;
    const voter = this.#waiting.shift();
    if (voter === undefined) return;
    this.#busyInRun = run;
    this.#claim(voter, 0);
  }

  /** Goes on in the same run of the program, or never. */
  #later(milliseconds: number, task: () => void): void {
    const { run } = this.#laptop;
    this.#people.queue.after(milliseconds, () => {
      if (this.#laptop.isRunning() && this.#laptop.run === run) task();
    });
  }

  #done(voter: string): void {
    if (!this.#laptop.isRunning()) return;
    this.#laptop.node.rights.release(voter);
    this.#later(20, () => {
      this.#busyInRun = 0;
      this.#next();
    });
  }

  #claim(voter: string, tries: number): void {
    const { run } = this.#laptop;
    this.#laptop.node.claim(voter, (outcome) => {
      if (!this.#laptop.isRunning() || this.#laptop.run !== run) return;
      if (outcome === 'held') this.#decideSoon(voter, false);
      else if (tries > 2) this.#done(voter);
      else this.#refused(voter, outcome, tries);
    });
  }

  #refused(voter: string, refusal: Refusal, tries: number): void {
    const { random, history } = this.#people;
    const { node, lane } = this.#laptop;
    switch (refusal.why) {
      case 'identified':
        history.count('refused: identified already');
        this.#done(voter);
        return;
      case 'at-desk':
        this.#done(voter);
        return;
      case 'not-owning':
        if (refusal.lane === lane) {
          if (random.next() < 0.25) {
            history.count('two people: goes on without proof');
            node.resume(TWO);
            this.#later(200, () => this.#claim(voter, tries + 1));
            return;
          }
          if (random.next() < 0.2) this.#override(voter);
          else this.#done(voter);
          return;
        }
        this.#unreachable(voter, refusal.lane, tries);
        return;
      case 'unreachable':
      case 'disk-failed':
        this.#unreachable(voter, refusal.lane, tries);
        return;
    }
  }

  /** The owning lane can't be asked: the next table, the code, two people, or coming back later. */
  #unreachable(voter: string, owner: LaneNumber, tries: number): void {
    const { random, history } = this.#people;
    const chance = random.next();
    const isOff = !this.#people.laptopOf(owner).isRunning();
    if (chance < 0.3) {
      history.count('sent to the owning table');
      this.#people.goTo(owner, voter);
      this.#done(voter);
    } else if (chance < 0.55) this.#askForCode(voter, owner, tries);
    else if (chance < 0.7) this.#override(voter);
    else if (chance < (isOff ? 0.9 : 0.74)) {
      const taken = this.#laptop.node.takeOver(owner, TWO);
      if (taken.ok) history.count(isOff ? 'take-over of a dead lane' : 'take-over of a living lane');
      this.#later(50, () => this.#claim(voter, tries + 1));
    } else this.#done(voter);
  }

  #askForCode(voter: string, owner: LaneNumber, tries: number): void {
    const { history, random, queue } = this.#people;
    const other = this.#people.laptopOf(owner);
    if (!other.isRunning()) {
      this.#done(voter);
      return;
    }
    const { run } = other;
    const given = other.node.rights.giveByCode(voter, this.#laptop.lane);
    const head = other.isRunning() ? other.log.ownHead() : null;
    if (!given.ok || head === null) {
      this.#done(voter);
      return;
    }
    let read = false;
    // The code stands on the other screen only once its grant has a second copy.
    other.node.secondCopy.when(head, () => {
      if (other.isRunning() && other.run === run) read = true;
    });
    queue.after(COPY_PATIENCE_MS / 2, () => {
      if (read || !other.isRunning() || other.run !== run || random.next() < 0.5) return;
      history.count('two people: goes on alone');
      other.node.goAlone(TWO);
    });
    this.#later(COPY_PATIENCE_MS / 2 + random.next() * 3_000, () => {
      if (!read) {
        this.#done(voter);
        return;
      }
      history.count('code read aloud');
      this.#laptop.node.rights.takeByCode(voter, owner, given.value);
      this.#claim(voter, tries + 1);
    });
  }

  #override(voter: string): void {
    const { history } = this.#people;
    const overridden = this.#laptop.node.override(voter, TWO);
    if (!overridden.ok) {
      this.#done(voter);
      return;
    }
    history.count('two people: override');
    this.#decideSoon(voter, true);
  }

  #decideSoon(voter: string, overridden: boolean): void {
    const { random } = this.#people;
    this.#later(50 + random.next() * 1_500, () => {
      // One in twelve is no match, or walks away.
      if (random.next() < 0.08) {
        this.#done(voter);
        return;
      }
      this.#identify(voter, overridden);
    });
  }

  #identify(voter: string, overridden: boolean): void {
    const { history, queue, random } = this.#people;
    const laptop = this.#laptop;
    if (laptop.node.rights.refusalNow(voter) !== null) {
      history.count('refused in the moment of the decision');
      this.#done(voter);
      return;
    }
    this.#handovers += 1;
    const handover = `h${laptop.lane}-${laptop.run}-${this.#handovers}-${Math.floor(random.next() * 1e9)}`;
    const authority = laptop.authority(voter, overridden);
    const recorded = laptop.record({ type: 'identified', voter, handover });
    const hash = recorded.ok ? recorded.value.hash : history.lastIdentifiedHash(handover);
    if (hash === null) {
      this.#done(voter);
      return;
    }
    const { lane } = laptop;
    const one: HappenedIdentification = {
      voter,
      handover,
      lane,
      hash,
      atMs: queue.now,
      authority,
      confirmed: this.#people.confirmsAtOnce ? 'copied' : 'no',
    };
    history.identifications.push(one);
    if (!recorded.ok) return;
    this.#confirm(one);
    this.#later(COPY_PATIENCE_MS, () => {
      if (one.confirmed !== 'no' || random.next() < 0.5) return;
      history.count('two people: goes on alone');
      laptop.node.goAlone(TWO);
    });
    this.#done(voter);
  }

  /** What the screen says, and when: only once more than one disk has it. */
  #confirm(one: HappenedIdentification): void {
    const laptop = this.#laptop;
    const place = laptop.placeOf(one.hash);
    if (place === null) return;
    const { run } = laptop;
    const { node } = laptop;
    node.secondCopy.when(place, () => {
      if (!laptop.isRunning() || laptop.run !== run || one.confirmed !== 'no') return;
      one.confirmed = node.secondCopy.isCopied(place) ? 'copied' : 'alone';
      if (one.confirmed === 'alone') laptop.oversight.confirmedAlone(one.hash);
      this.#perhapsUndo(one);
    });
  }

  #perhapsUndo(one: HappenedIdentification): void {
    const { history, random } = this.#people;
    if (random.next() > 0.05) return;
    this.#later(random.next() * 4_000, () => {
      const recorded = this.#laptop.record({ type: 'undone', handover: one.handover });
      if (!recorded.ok) return;
      history.count('undone');
      const { hash } = recorded.value;
      const { node } = this.#laptop;
      node.secondCopy.when(recorded.value.origin, () => {
        if (!node.secondCopy.isAlone()) history.confirmedUndos.push(hash);
      });
    });
  }
}
