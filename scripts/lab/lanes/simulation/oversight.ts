import { Custody } from '../../../../src/domain/lanes/custody.ts';
import type { FactOrigin, LaneFact } from '../../../../src/domain/lanes/lane-facts.ts';
import type { LaneNumber, Tenure } from '../../../../src/domain/lanes/tenure.ts';
import type { LaneMessage } from '../../../../src/sync/lanes/lane-message.ts';
import type { WorldHistory } from './history.ts';
import type { SimulatedDisk, SimulatedEvent, SimulatedRange } from './simulated-disk.ts';

/** What one run of a lane's program is watched by. */
export interface Watched {
  readonly lane: LaneNumber;
  readonly lanes: readonly LaneNumber[];
  readonly disk: SimulatedDisk;
  readonly history: WorldHistory;
  readonly homeOf: (voter: string) => LaneNumber;
  readonly isOwn: (event: SimulatedEvent) => boolean;
}

/**
 * Judges what one run of a lane's program does in the moment in which it does it, by sound rules and by what there
 * really was: what is on the disk, whom it heard, what two people decided. What the program believes of itself counts
 * for nothing, so a lane that oversteps is noticed although nothing comes of it.
 */
export class Oversight {
  readonly #watched: Watched;
  readonly #rules: Custody;
  #read = 0;
  readonly #heard = new Set<LaneNumber>();
  readonly #overridden = new Set<string>();
  #resumed = false;
  #wentAlone = false;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#rules = new Custody(watched.homeOf);
  }

  heard(lane: LaneNumber): void {
    this.#heard.add(lane);
  }

  /** A message is about to leave: whoever says "stored" has it where a power cut leaves it. */
  sends(message: LaneMessage<SimulatedRange>): void {
    const { disk } = this.#watched;
    if (message.type === 'stored' && disk.durable < disk.entries.length)
      this.#oversteps(`says that ${message.head.hash} is stored, and a power cut would take it along`);
  }

  /** The run has just written this itself. */
  written(fact: LaneFact, place: FactOrigin): void {
    if ('people' in fact && new Set(fact.people).size < 2)
      this.#oversteps(`writes ${fact.type} with ${fact.people.length} people`);
    switch (fact.type) {
      case 'overridden':
        this.#overridden.add(fact.voter);
        return;
      case 'went-alone':
        this.#wentAlone = true;
        return;
      case 'resumed':
        this.#resumed = true;
        this.#beginsAnew(fact, place);
        return;
      case 'copy-seen':
        if (fact.kind === 'older-copy') this.#beginsAnew(fact, place);
        return;
      case 'identified':
        this.#identifies(fact.voter);
        return;
      case 'fence-acknowledged':
        this.#acknowledges(fact.ended);
        return;
      default:
        return;
    }
  }

  confirmedAlone(hash: string): void {
    if (!this.#wentAlone) this.#oversteps(`confirms ${hash}, which one disk has, and nobody was asked`);
  }

  /** Whether two people let this run identify this voter. */
  isOverridden(voter: string): boolean {
    return this.#overridden.has(voter);
  }

  /** Whether two people let it own: in this run, or for good because its disk was an older copy. */
  isOnTheirWord(): boolean {
    return (
      this.#resumed || this.#own().some((fact) => fact.type === 'resumed' && fact.because === 'older-copy')
    );
  }

  /** Whether what is on its own disk says that this tenure has ended. */
  isEnded(tenure: Tenure): boolean {
    return this.#rulesNow().endOf(tenure) !== null;
  }

  #identifies(voter: string): void {
    if (this.isOverridden(voter)) return;
    const { lane, lanes } = this.#watched;
    const rules = this.#rulesNow();
    const { holder } = rules.holding(voter);
    if (holder !== rules.tenure(lane))
      this.#oversteps(`identifies ${voter}, and its own disk says that ${holder} holds the right`);
    if (this.#resumed) return;
    const missing = lanes.filter((other) => other !== lane && !this.#heard.has(other));
    if (missing.length > 0)
      this.#oversteps(`identifies ${voter} before it heard ${missing.join(', ')}, and nobody was asked`);
    const last = this.#own().findLast(
      (fact) => fact.type === 'resumed' || (fact.type === 'copy-seen' && fact.kind === 'older-copy'),
    );
    if (last?.type === 'copy-seen')
      this.#oversteps(`identifies ${voter} from an older copy of its disk, and nobody was asked`);
  }

  /** Whoever has the log up to the acknowledgement has to know everything that the ended tenure was seen to do. */
  #acknowledges(ended: Tenure): void {
    const { disk, history, lane } = this.#watched;
    const here = new Set(disk.events().map(({ hash }) => hash));
    for (const { hash, authority, confirmed, lane: at } of history.identifications) {
      if (at !== lane || confirmed === 'no' || authority.path.at(-1) !== ended || here.has(hash)) continue;
      history.acknowledgedWithout.push({ lane, hash });
    }
  }

  /** Numbers that lost events have are not given again. */
  #beginsAnew(fact: LaneFact, { epoch, seq }: FactOrigin): void {
    // What a disk refused to take before, and what two people decided about it, come in one commit.
    if (seq !== 1 && !(fact.type === 'resumed' && seq === 2))
      this.#oversteps(`writes ${fact.type} as ${epoch}/${seq}, and not in a new epoch`);
  }

  #own(): LaneFact[] {
    const { disk, isOwn } = this.#watched;
    return disk.events().flatMap((event) => (isOwn(event) ? [event.fact] : []));
  }

  #rulesNow(): Custody {
    const { entries } = this.#watched.disk;
    for (; this.#read < entries.length; this.#read += 1) {
      const entry = entries[this.#read];
      if (entry !== undefined && 'event' in entry) this.#rules.add(entry.event.fact);
    }
    return this.#rules;
  }

  #oversteps(what: string): void {
    const { history, lane } = this.#watched;
    history.overstepped.push(`lane ${lane} ${what}`);
  }
}
