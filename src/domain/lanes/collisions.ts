import type { FactOrigin, LaneFact } from './lane-facts.ts';
import type { LaneNumber } from './tenure.ts';

/** One identification as some lane recorded it. */
export interface IdentificationRecord {
  readonly voter: string;
  readonly handover: string;
  readonly origin: FactOrigin;
}

/** A line of the paper form, as the lane recorded it at which it was entered. */
export interface PaperRecord {
  readonly voter: string;
  readonly line: number;
  readonly origin: FactOrigin;
}

/**
 * Something that two people have to look into. Both records of a collision stay; nothing is merged, and the
 * totals of the lanes go on adding up.
 */
export type Matter =
  | {
      readonly kind: 'collision';
      /** The same on every lane that knows the same records; a further record makes it a new matter, one less doesn't. */
      readonly name: string;
      readonly voter: string;
      readonly records: readonly (IdentificationRecord | PaperRecord)[];
      readonly settled: boolean;
    }
  | {
      readonly kind: 'clone' | 'older-copy';
      readonly name: string;
      readonly lane: LaneNumber;
      readonly settled: boolean;
    };

type CopySeen = Extract<LaneFact, { type: 'copy-seen' }>;

export type Collision = Extract<Matter, { kind: 'collision' }>;

/** Who was identified where, and what collides, from the facts known here in whatever order. */
export class Identifications {
  readonly #byVoter = new Map<string, Map<string, IdentificationRecord>>();
  readonly #voterOf = new Map<string, string>();
  readonly #undone = new Set<string>();
  /** Voters with more than one record, of whatever kind. */
  readonly #several = new Set<string>();
  readonly #onPaper = new Map<string, PaperRecord[]>();
  /** Lines that were settled without a word of what was looked at. */
  readonly #settledLines = new Set<string>();
  readonly #copies = new Map<string, { readonly kind: 'clone' | 'older-copy'; readonly lane: LaneNumber }>();
  readonly #settled = new Set<string>();
  /** The records that two people had before them, for each settled collision. */
  readonly #settledTogether: ReadonlySet<string>[] = [];
  readonly #settledRecords = new Set<string>();

  add(fact: LaneFact, origin: FactOrigin): void {
    switch (fact.type) {
      case 'identified': {
        const { voter, handover } = fact;
        const records = this.#byVoter.get(voter) ?? new Map<string, IdentificationRecord>();
        // A disk that was put back gives a number twice: both records stay.
        records.set(`${originName(origin)}#${handover}`, { voter, handover, origin });
        this.#byVoter.set(voter, records);
        this.#voterOf.set(handover, voter);
        if (records.size > 1 || this.#onPaper.has(voter)) this.#several.add(voter);
        return;
      }
      case 'on-paper': {
        const { voter, line } = fact;
        const lines = this.#onPaper.get(voter) ?? [];
        if (lines.some((one) => originName(one.origin) === originName(origin))) return;
        this.#onPaper.set(voter, [...lines, { voter, line, origin }]);
        if (lines.length > 0 || this.#byVoter.has(voter)) this.#several.add(voter);
        return;
      }
      case 'paper-settled':
        if (fact.matter === undefined) this.#settledLines.add(lineName(origin.lane, fact.line));
        else this.#settle(fact.matter);
        return;
      case 'undone':
        this.#undone.add(undoName(fact.handover, origin));
        return;
      case 'copy-seen':
        this.#copies.set(copyName(fact, origin), { kind: fact.kind, lane: fact.lane });
        return;
      case 'settled':
        this.#settle(fact.matter);
        return;
      case 'right-given':
      case 'right-taken':
      case 'overridden':
      case 'taken-over':
      case 'fence-acknowledged':
      case 'resumed':
      case 'went-alone':
        return;
    }
  }

  /** The identifications that count for a voter: one, none, or several that collide. */
  effective(voter: string): readonly IdentificationRecord[] {
    const records = this.#byVoter.get(voter);
    if (records === undefined) return [];
    return [...records.values()].filter((record) => !this.#isUndone(record));
  }

  isIdentified(voter: string): boolean {
    const records = this.#byVoter.get(voter);
    if (records === undefined) return false;
    for (const record of records.values()) if (!this.#isUndone(record)) return true;
    return false;
  }

  /** Everybody whom some lane identified. */
  identifiedVoters(): readonly string[] {
    return [...this.#byVoter.keys()].filter((voter) => this.isIdentified(voter));
  }

  /** The voter of a hand-over, whichever lane has it. */
  voterOf(handover: string): string | null {
    return this.#voterOf.get(handover) ?? null;
  }

  matters(): readonly Matter[] {
    const matters: Matter[] = [];
    for (const voter of this.#several) {
      const records = [...this.effective(voter), ...(this.#onPaper.get(voter) ?? [])];
      if (records.length < 2) continue;
      const sorted = records.toSorted((a, b) => (recordName(a) < recordName(b) ? -1 : 1));
      const names = sorted.map(recordName);
      matters.push({
        kind: 'collision',
        name: `${COLLISION}${names.join('+')}`,
        voter,
        records: sorted,
        settled:
          this.#settledTogether.some((looked) => names.every((name) => looked.has(name))) ||
          records.some((record) => this.#isSettledLine(record)),
      });
    }
    for (const [name, copy] of this.#copies)
      matters.push({ ...copy, name, settled: this.#settled.has(name) });
    return matters.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** How often a lane's clone was met, and whether two people have settled the last time. */
  clonesOf(lane: LaneNumber): { readonly times: number; readonly settled: boolean } {
    const met = [...this.#copies].filter(([, copy]) => copy.kind === 'clone' && copy.lane === lane);
    return { times: met.length, settled: met.every(([name]) => this.#settled.has(name)) };
  }

  /** Every record of a voter that there ever was: identifications, those that were undone as well, and lines. */
  recordsOf(voter: string): number {
    return (this.#byVoter.get(voter)?.size ?? 0) + (this.#onPaper.get(voter)?.length ?? 0);
  }

  /**
   * The lines entered at a lane that contradict another record, or did when two people looked: by their number, with
   * the matter that is open; null where it is settled.
   */
  contradictedLines(lane: LaneNumber): ReadonlyMap<number, Collision | null> {
    const lines = new Map<number, Collision | null>();
    for (const record of [...this.#onPaper.values()].flat()) {
      if (record.origin.lane === lane && this.#settledRecords.has(recordName(record)))
        lines.set(record.line, null);
    }
    for (const matter of this.matters()) {
      if (matter.kind !== 'collision') continue;
      for (const record of matter.records)
        if ('line' in record && record.origin.lane === lane)
          lines.set(record.line, matter.settled ? null : matter);
    }
    return lines;
  }

  #settle(matter: string): void {
    this.#settled.add(matter);
    if (!matter.startsWith(COLLISION)) return;
    const names = matter.slice(COLLISION.length).split('+');
    this.#settledTogether.push(new Set(names));
    for (const name of names) this.#settledRecords.add(name);
  }

  /** Only the table that identified somebody can undo it: another one has no receipt to take back. */
  #isUndone({ handover, origin }: IdentificationRecord): boolean {
    return this.#undone.has(undoName(handover, origin));
  }

  #isSettledLine(record: IdentificationRecord | PaperRecord): boolean {
    return 'line' in record && this.#settledLines.has(lineName(record.origin.lane, record.line));
  }
}

const COLLISION = 'collision:';

function undoName(handover: string, { lane }: FactOrigin): string {
  return `${lane}/${handover}`;
}

/**
 * Every lane that meets a clone says so, and it is one matter until two people have settled it. A disk that is put back
 * says so itself, in the epoch that it begins then: the next time is a matter of its own.
 */
function copyName({ kind, lane, time = 1 }: CopySeen, { epoch }: FactOrigin): string {
  if (kind === 'older-copy') return `${kind}:${lane}/${epoch}`;
  return time === 1 ? `${kind}:${lane}` : `${kind}:${lane}/${time}`;
}

function lineName(lane: LaneNumber, line: number): string {
  return `${lane}/${line}`;
}

/** Its place and what stands there: two copies of one disk may have written two acts, of two voters even, at one place. */
function recordName(record: IdentificationRecord | PaperRecord): string {
  const name = originName(record.origin);
  return 'handover' in record ? `${name}#${record.handover}` : `${name}#line-${record.line}`;
}

function originName({ lane, epoch, seq }: FactOrigin): string {
  return `${lane}/${epoch}/${seq}`;
}
