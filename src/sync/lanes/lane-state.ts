import { Identifications } from '../../domain/lanes/collisions.ts';
import type { Custody, Holding } from '../../domain/lanes/custody.ts';
import { isAuthor } from '../../domain/lanes/fact-author.ts';
import type { FactOrigin, LaneFact, TakeOver } from '../../domain/lanes/lane-facts.ts';
import type { Tenure } from '../../domain/lanes/tenure.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { KnownFact, LogRange } from './lane-log.ts';
import type { LanePorts } from './lane-ports.ts';

/** What this lane knows, and the one way in which it writes: to its own log first, to its memory after. */
export class LaneState<Range extends LogRange> {
  readonly ports: LanePorts<Range>;
  readonly custody: Custody;
  readonly identifications = new Identifications();
  /** Rights that others gave to this lane: to be given back when the voter has gone. */
  readonly visiting = new Set<string>();
  /** Voters whose identification this lane undid, with the last event in which it did. */
  readonly undoneHere = new Map<string, FactOrigin>();
  /** What the own log said when the program started. */
  readonly ownAtStart: readonly LaneFact[];
  #onAppended: (origins: readonly FactOrigin[]) => void = () => {};

  constructor(ports: LanePorts<Range>) {
    this.ports = ports;
    this.custody = ports.custody;
    const known = [...ports.log.facts()];
    this.ownAtStart = known.filter(({ own }) => own).map(({ fact }) => fact);
    for (const { fact, origin } of known) this.#add(fact, origin);
  }

  /** Called after every write to the own log: whoever copies it goes on from here. */
  onAppended(listener: (origins: readonly FactOrigin[]) => void): void {
    this.#onAppended = listener;
  }

  tenure(): Tenure {
    return this.custody.tenure(this.ports.lane);
  }

  holds(voter: string): boolean {
    return this.custody.holding(voter).holder === this.tenure();
  }

  holding(voter: string): Holding {
    return this.custody.holding(voter);
  }

  /** Who stands for the voter's own lane now. */
  homeTenure(voter: string): Tenure {
    return this.custody.home(voter);
  }

  append(facts: readonly LaneFact[]): Result<readonly FactOrigin[], 'disk-failed'> {
    const appended = this.ports.log.append(facts);
    if (!appended.ok) return err('disk-failed');
    this.committed(facts, appended.value);
    return ok(appended.value);
  }

  /** The own log was written by somebody else's hand (the journal of the desk). */
  committed(facts: readonly LaneFact[], origins: readonly FactOrigin[]): void {
    facts.forEach((fact, index) => {
      const origin = origins[index];
      if (origin !== undefined) this.#add(fact, origin);
    });
    this.#onAppended(origins);
    this.ports.changed();
  }

  /** Facts of other lanes, which their logs have brought. */
  learn(facts: readonly KnownFact[]): void {
    for (const { fact, origin } of facts) this.#add(fact, origin);
    if (facts.length > 0) this.ports.changed();
  }

  /**
   * Whether a take-over is over and done with: the old lane has acknowledged it, and everything that it did before
   * is here.
   */
  isSettled(takeOver: TakeOver): boolean {
    const log = this.custody.acknowledgedAt(takeOver);
    return log?.every((place) => this.ports.log.has(place)) ?? false;
  }

  /**
   * Whoever was taken over writes down that it knows, once its own log is known to be whole. It stopped to own the
   * moment it learnt of it; what it writes tells the others that nothing of the ended tenure will be exercised.
   */
  acknowledgeFence(): void {
    const ended = this.tenure();
    const end = this.custody.endOf(ended);
    if (end === null) return;
    const { lane, log: all } = this.ports;
    const log = all.heads().filter((head) => head.lane === lane);
    this.append([{ type: 'fence-acknowledged', ended, by: end.to, log }]);
  }

  #add(fact: LaneFact, origin: FactOrigin): void {
    if (!isAuthor(fact, origin.lane)) return;
    this.custody.add(fact);
    this.identifications.add(fact, origin);
    if ((fact.type === 'right-given' || fact.type === 'right-taken') && fact.to === this.tenure())
      this.visiting.add(fact.voter);
    if (fact.type !== 'undone' || origin.lane !== this.ports.lane) return;
    const voter = this.identifications.voterOf(fact.handover);
    if (voter !== null) this.undoneHere.set(voter, origin);
  }
}
