import type { LaneFact, LogPlace, RightMoved, TakeOver } from './lane-facts.ts';
import { generationOf, type LaneNumber, laneOf, type Tenure, tenureOf } from './tenure.ts';

/** Who holds the right to identify a voter, and by which take-overs it came there. */
export interface Holding {
  readonly holder: Tenure;
  /** How often the right has moved by grants. */
  readonly version: number;
  readonly through: readonly TakeOver[];
  /** Every tenure that held it, in order; ends with the holder. */
  readonly path: readonly Tenure[];
}

/**
 * Who may identify whom, from the facts that are known here, in whatever order they came in.
 *
 * Every voter's right begins with the voter's own lane and moves in two ways: the holder gives it away (and
 * writes that down first), or two people take over everything that a tenure held. So with no take-over, a right
 * is exercised by one lane at a time whatever the network does: nobody but the holder can move it. A lane that
 * knows less than another may believe that somebody else holds a right, but never that it does itself.
 */
export class Custody {
  readonly #homeOf: (voter: string) => LaneNumber;
  readonly #moves = new Map<string, RightMoved[]>();
  readonly #takeOvers: TakeOver[] = [];
  readonly #acknowledged = new Map<string, readonly LogPlace[]>();
  readonly #generations = new Map<LaneNumber, number>();
  #edges: ReadonlyMap<Tenure, TakeOver> | null = null;

  constructor(homeOf: (voter: string) => LaneNumber) {
    this.#homeOf = homeOf;
  }

  add(fact: LaneFact): void {
    switch (fact.type) {
      case 'right-given':
      case 'right-taken': {
        const { voter, version, from, to } = fact;
        const moves = this.#moves.get(voter);
        if (moves === undefined) this.#moves.set(voter, [{ voter, version, from, to }]);
        // The giver's and the taker's record of one grant are the same move.
        else if (!moves.some((one) => one.version === version && one.from === from && one.to === to))
          moves.push({ voter, version, from, to });
        return;
      }
      case 'taken-over':
        if (!this.#takeOvers.some((one) => one.from === fact.from && one.to === fact.to)) {
          this.#takeOvers.push({ from: fact.from, to: fact.to });
          this.#edges = null;
        }
        return;
      case 'fence-acknowledged': {
        const lane = laneOf(fact.ended);
        const next = generationOf(fact.ended) + 1;
        this.#generations.set(lane, Math.max(next, this.#generations.get(lane) ?? 0));
        this.#acknowledged.set(edgeName(fact.ended, fact.by), fact.log);
        this.#edges = null;
        return;
      }
      case 'identified':
      case 'undone':
      case 'on-paper':
      case 'paper-settled':
      case 'overridden':
      case 'resumed':
      case 'went-alone':
      case 'copy-seen':
      case 'settled':
        return;
    }
  }

  /** The tenure in which a lane is, by the fences that it has acknowledged. */
  tenure(lane: LaneNumber): Tenure {
    return tenureOf(lane, this.#generations.get(lane) ?? 0);
  }

  /** The take-over that ended a tenure; null while it stands. */
  endOf(tenure: Tenure): TakeOver | null {
    return this.#takeOverEdges().get(tenure) ?? null;
  }

  /**
   * A tenure of this lane that ended in favour of nobody: three groups of people took each other's lanes over in a
   * circle, which leaves one take-over void. Two people have to say who goes on; null when there is none.
   */
  stranded(lane: LaneNumber): Tenure | null {
    const generations = this.#generations.get(lane) ?? 0;
    for (let generation = 0; generation < generations; generation += 1) {
      const tenure = tenureOf(lane, generation);
      if (this.endOf(tenure) === null) return tenure;
    }
    return null;
  }

  /** Whether the old lane of a take-over has said that it knows. */
  isAcknowledged({ from, to }: TakeOver): boolean {
    return this.#acknowledged.has(edgeName(from, to));
  }

  /** How far the old lane's log went when it said that it knows; null while it has not. */
  acknowledgedAt({ from, to }: TakeOver): readonly LogPlace[] | null {
    return this.#acknowledged.get(edgeName(from, to)) ?? null;
  }

  takeOvers(): readonly TakeOver[] {
    return this.#takeOvers;
  }

  /** Voters whose right ever moved by a grant. */
  movedVoters(): IterableIterator<string> {
    return this.#moves.keys();
  }

  /** Who stands for a voter's own lane: its first tenure, or whoever took that over. */
  home(voter: string): Tenure {
    return this.standsFor(this.#homeOf(voter));
  }

  /** Who stands for a lane's share of the list now: its first tenure, or whoever took that over. */
  standsFor(lane: LaneNumber): Tenure {
    const edges = this.#takeOverEdges();
    let at = tenureOf(lane, 0);
    for (let edge = edges.get(at); edge !== undefined; edge = edges.get(at)) at = edge.to;
    return at;
  }

  holding(voter: string): Holding {
    const moves = this.#moves.get(voter) ?? NO_MOVES;
    const edges = this.#takeOverEdges();
    let holder = tenureOf(this.#homeOf(voter), 0);
    let version = 0;
    const through: TakeOver[] = [];
    const path = [holder];
    for (;;) {
      const step = nextMove(moves, edges, version + 1, holder);
      const move = step?.move ?? this.#moveOutOfTheUnknown(moves, edges, version);
      if (move === undefined) break;
      for (const edge of step?.passed ?? []) {
        through.push(edge);
        path.push(edge.to);
      }
      holder = move.to;
      version = move.version;
      path.push(holder);
    }
    for (let edge = edges.get(holder); edge !== undefined; edge = edges.get(holder)) {
      through.push(edge);
      holder = edge.to;
      path.push(holder);
    }
    return { holder, version, through, path };
  }

  /**
   * A later move whose giver came by the right in a move that is not known here (its log has not arrived). It
   * counts: nobody gives what they don't hold.
   */
  #moveOutOfTheUnknown(
    moves: readonly RightMoved[],
    edges: ReadonlyMap<Tenure, TakeOver>,
    version: number,
  ): RightMoved | undefined {
    const unexplained = moves.filter(
      ({ version: reached, from }) =>
        reached > Math.max(version, 1) &&
        !moves.some((before) => before.version === reached - 1 && leadsTo(edges, before.to, from)),
    );
    return unexplained.toSorted((a, b) => a.version - b.version || a.to - b.to)[0];
  }

  /**
   * Which take-over counts for each tenure. Two groups of people who can't reach each other may take over the
   * same lane, or each other's: what a lane has acknowledged stands before what none has, then the lower lane's
   * stands, and one that would close a circle is void. All lanes that know the same facts decide the same.
   */
  #takeOverEdges(): ReadonlyMap<Tenure, TakeOver> {
    if (this.#edges !== null) return this.#edges;
    const edges = new Map<Tenure, TakeOver>();
    const ordered = this.#takeOvers.toSorted(
      (a, b) =>
        Number(this.isAcknowledged(b)) - Number(this.isAcknowledged(a)) || a.to - b.to || a.from - b.from,
    );
    for (const takeOver of ordered) {
      if (!edges.has(takeOver.from) && !leadsTo(edges, takeOver.to, takeOver.from))
        edges.set(takeOver.from, takeOver);
    }
    this.#edges = edges;
    return edges;
  }
}

const NO_MOVES: readonly RightMoved[] = [];

/** The move of this version by the holder, or by whoever took the holder over; the last of those counts. */
function nextMove(
  moves: readonly RightMoved[],
  edges: ReadonlyMap<Tenure, TakeOver>,
  version: number,
  holder: Tenure,
): { readonly move: RightMoved; readonly passed: readonly TakeOver[] } | null {
  let found = findMove(moves, version, holder);
  let passed: readonly TakeOver[] = [];
  const way: TakeOver[] = [];
  for (let edge = edges.get(holder); edge !== undefined && moves.length > 0; edge = edges.get(edge.to)) {
    way.push(edge);
    const later = findMove(moves, version, edge.to);
    if (later === undefined) continue;
    found = later;
    passed = [...way];
  }
  return found === undefined ? null : { move: found, passed };
}

/** Of two moves that one tenure made under one number (an older copy of its disk), all lanes pick the same. */
function findMove(moves: readonly RightMoved[], version: number, from: Tenure): RightMoved | undefined {
  let found: RightMoved | undefined;
  for (const move of moves) {
    if (move.version !== version || move.from !== from) continue;
    if (found === undefined || move.to < found.to) found = move;
  }
  return found;
}

function leadsTo(edges: ReadonlyMap<Tenure, TakeOver>, start: Tenure, end: Tenure): boolean {
  for (let at: Tenure | undefined = start; at !== undefined; at = edges.get(at)?.to)
    if (at === end) return true;
  return false;
}

function edgeName(from: Tenure, to: Tenure): string {
  return `${from}>${to}`;
}
