import { type LaneNumber, laneOf, type Tenure } from '../../domain/lanes/tenure.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { type CancelTimer, giveUpAfter } from '../../domain/timer.ts';
import type { LogRange } from './lane-log.ts';
import type { AskAnswer, Refusal } from './lane-message.ts';
import type { LaneState } from './lane-state.ts';
import type { Replication } from './replication.ts';
import type { SecondCopy } from './second-copy.ts';
import type { Standing } from './standing.ts';

/** What a claim came to: the desk may go on, or which screen stops the visit. */
export type ClaimOutcome = 'held' | Refusal;

/** The voter was identified here, it was undone, and no second medium knows of the undo. */
interface UndoNotCopied {
  readonly why: 'undo-not-copied';
  readonly lane: LaneNumber;
}

interface Claim {
  readonly voter: string;
  /** asking: the right is on its way. held: here. overridden: two people let this lane go on without it. */
  state: 'asking' | 'held' | 'overridden';
  request: number;
  asked: LaneNumber;
  hops: number;
  done: (outcome: ClaimOutcome) => void;
  cancel: CancelTimer;
}

/** A lane that has not answered by then counts as out of reach; the operator has waited long enough. */
export const ASK_PATIENCE_MS = 1_500;

const NEVER: CancelTimer = () => {};

/**
 * Rights to identify, one a voter: asked for while the voter stands at the desk, given to others who ask, and
 * given back when a voter of another lane has gone away again.
 */
export class Rights<Range extends LogRange> {
  readonly #state: LaneState<Range>;
  readonly #standing: Standing<Range>;
  readonly #replication: Replication<Range>;
  readonly #secondCopy: SecondCopy<Range>;
  readonly #claims = new Map<string, Claim>();
  #requests = 0;

  constructor(
    state: LaneState<Range>,
    around: {
      readonly standing: Standing<Range>;
      readonly replication: Replication<Range>;
      readonly secondCopy: SecondCopy<Range>;
    },
  ) {
    this.#state = state;
    this.#standing = around.standing;
    this.#replication = around.replication;
    this.#secondCopy = around.secondCopy;
  }

  /** The voter is at this desk: brings the right here if it can be had. `done` is called once. */
  claim(voter: string, done: (outcome: ClaimOutcome) => void): void {
    const { lane } = this.#state.ports;
    const earlier = this.#claims.get(voter);
    if (earlier !== undefined && earlier.state !== 'asking') {
      done('held');
      return;
    }
    earlier?.cancel();
    const identified = this.#identifiedAt(voter);
    if (identified !== null || this.#standing.name() !== 'owning') {
      done(identified === null ? { why: 'not-owning', lane } : { why: 'identified', lane: identified });
      return;
    }
    const claim: Claim = { voter, state: 'asking', request: 0, asked: lane, hops: 0, done, cancel: NEVER };
    this.#claims.set(voter, claim);
    const { holder } = this.#state.holding(voter);
    if (holder === this.#state.tenure()) this.#held(claim);
    else this.#ask(claim, laneOf(holder));
  }

  /** The voter has left this desk, identified or not. */
  release(voter: string): void {
    const claim = this.#claims.get(voter);
    if (claim === undefined) return;
    claim.cancel();
    this.#claims.delete(voter);
    this.giveBack();
  }

  /**
   * Asked in the very moment of the decision, and once more than when the voter was found: a fence may have come
   * in between. Null: identify.
   */
  refusalNow(voter: string): Refusal | null {
    const { lane } = this.#state.ports;
    const identified = this.#identifiedAt(voter);
    if (identified !== null) return { why: 'identified', lane: identified };
    const claim = this.#claims.get(voter);
    if (claim?.state === 'overridden') return null;
    if (this.#standing.name() !== 'owning') return { why: 'not-owning', lane };
    const { holder } = this.#state.holding(voter);
    if (claim?.state !== 'held' || holder !== this.#state.tenure())
      return { why: 'unreachable', lane: laneOf(holder) };
    return null;
  }

  /** Two people let this lane identify a voter that it doesn't own. */
  override(voter: string, people: readonly string[]): Result<void, Refusal> {
    const { lane } = this.#state.ports;
    const identified = this.#identifiedAt(voter);
    if (identified !== null) return err({ why: 'identified', lane: identified });
    const owner = laneOf(this.#state.holding(voter).holder);
    const duringCut = owner !== lane && !this.#replication.isUp(owner);
    const recorded = this.#state.append([{ type: 'overridden', voter, people, duringCut }]);
    if (!recorded.ok) return err({ why: 'disk-failed', lane });
    this.#claims.get(voter)?.cancel();
    this.#claims.set(voter, {
      voter,
      state: 'overridden',
      request: 0,
      asked: lane,
      hops: 0,
      done: () => {},
      cancel: NEVER,
    });
    return ok();
  }

  // --- Grants read aloud -------------------------------------------------------------------------------------

  /** Gives a right to a lane that can't be reached; the code is to be read to its operator. Repeated: the same. */
  giveByCode(voter: string, other: LaneNumber): Result<string, Refusal | UndoNotCopied> {
    const { lane, codes } = this.#state.ports;
    const to = this.#state.custody.tenure(other);
    const { holder, version } = this.#state.holding(voter);
    const identified = this.#identifiedAt(voter);
    if (identified !== null) return err({ why: 'identified', lane: identified });
    if (holder === to && version > 0)
      return ok(codes.code(other, { voter, version, from: this.#state.tenure(), to }));
    // A tenure that has ended gets nothing: what it was given would pass on to whoever took it over.
    if (this.#state.custody.endOf(to) !== null) return err({ why: 'not-owning', lane: other });
    const refusal = this.#cannotGive(voter);
    if (refusal !== null) return err(refusal);
    // Lost with this disk, the undo would leave two identifications that nobody answers for.
    const undone = this.#state.undoneHere.get(voter);
    if (undone !== undefined && !this.#secondCopy.isCopied(undone))
      return err({ why: 'undo-not-copied', lane });
    const move = { voter, version: version + 1, from: this.#state.tenure(), to };
    const recorded = this.#state.append([{ type: 'right-given', by: 'code', ...move }]);
    return recorded.ok ? ok(codes.code(other, move)) : err({ why: 'disk-failed', lane });
  }

  /** Takes a right by the code that the owning lane's operator read aloud. */
  takeByCode(voter: string, giver: LaneNumber, code: string): Result<void, 'wrong-code' | 'disk-failed'> {
    const { codes } = this.#state.ports;
    const to = this.#state.tenure();
    const { version } = this.#state.holding(voter);
    const from = this.#state.custody.tenure(giver);
    // The giver may know of moves that have not come here: the next few numbers are tried.
    for (let ahead = 1; ahead <= MOVES_AHEAD; ahead += 1) {
      const move = { voter, version: version + ahead, from, to };
      if (codes.code(giver, move) !== code) continue;
      const recorded = this.#state.append([{ type: 'right-taken', ...move }]);
      return recorded.ok ? ok() : recorded;
    }
    return err('wrong-code');
  }

  // --- Asked by others ---------------------------------------------------------------------------------------

  answer(asker: LaneNumber, tenure: Tenure, voter: string): AskAnswer {
    const identified = this.#identifiedAt(voter);
    if (identified !== null) return { outcome: 'refused', why: 'identified', lane: identified };
    const { holder, version } = this.#state.holding(voter);
    // It was given already, and the answer was lost.
    if (holder === tenure) return { outcome: 'given' };
    if (laneOf(holder) !== this.#state.ports.lane) return { outcome: 'ask-lane', lane: laneOf(holder) };
    const refusal = this.#cannotGive(voter);
    if (refusal !== null) return { outcome: 'refused', ...refusal };
    // A tenure that has ended gets nothing; its lane has to learn of the fence first.
    if (tenure !== this.#state.custody.tenure(asker) || this.#state.custody.endOf(tenure) !== null)
      return { outcome: 'refused', why: 'not-owning', lane: asker };
    const recorded = this.#state.append([
      { type: 'right-given', by: 'network', voter, version: version + 1, from: holder, to: tenure },
    ]);
    return recorded.ok
      ? { outcome: 'given' }
      : { outcome: 'refused', why: 'disk-failed', lane: this.#state.ports.lane };
  }

  answered(from: LaneNumber, request: number, voter: string, answer: AskAnswer): void {
    const claim = this.#claims.get(voter);
    if (claim?.state !== 'asking' || claim.request !== request || claim.asked !== from) return;
    claim.cancel();
    switch (answer.outcome) {
      case 'given':
        // The grant itself came before the answer, as an event of the giver's log.
        if (this.#state.holds(voter)) this.#held(claim);
        // After take-overs in a circle an older move may take it on, the moment it comes: whoever has it now is asked.
        else this.#ask(claim, laneOf(this.#state.holding(voter).holder));
        return;
      case 'ask-lane':
        if (answer.lane === this.#state.ports.lane && this.#state.holds(voter)) this.#held(claim);
        else this.#ask(claim, answer.lane);
        return;
      case 'refused':
        this.#refused(claim, { why: answer.why, lane: answer.lane });
        return;
    }
  }

  linkDown(lane: LaneNumber): void {
    for (const claim of [...this.#claims.values()]) {
      if (claim.state !== 'asking' || claim.asked !== lane) continue;
      claim.cancel();
      this.#refused(claim, { why: 'unreachable', lane });
    }
  }

  /** Rights of other lanes' voters who are not at this desk go home, so that nobody waits for them here. */
  giveBack(): void {
    if (this.#standing.name() !== 'owning') return;
    for (const voter of [...this.#state.visiting]) {
      if (this.#claims.has(voter)) continue;
      const { holder, version } = this.#state.holding(voter);
      if (holder !== this.#state.tenure() || this.#state.identifications.isIdentified(voter)) {
        this.#state.visiting.delete(voter);
        continue;
      }
      const home = this.#state.homeTenure(voter);
      const lane = laneOf(home);
      if (lane === this.#state.ports.lane || !this.#replication.isUp(lane)) continue;
      const move = { voter, version: version + 1, from: holder, to: home };
      this.#state.append([{ type: 'right-given', by: 'network', ...move }]);
    }
  }

  #ask(claim: Claim, lane: LaneNumber): void {
    claim.asked = lane;
    claim.hops += 1;
    if (claim.hops > this.#state.ports.lanes.length || !this.#replication.isUp(lane)) {
      this.#refused(claim, { why: 'unreachable', lane });
      return;
    }
    this.#requests += 1;
    claim.request = this.#requests;
    claim.cancel = giveUpAfter(this.#state.ports.timer, ASK_PATIENCE_MS, () =>
      this.#refused(claim, { why: 'unreachable', lane }),
    );
    const { voter, request } = claim;
    this.#state.ports.links.send(lane, { type: 'ask', request, voter, tenure: this.#state.tenure() });
  }

  #held(claim: Claim): void {
    claim.state = 'held';
    claim.done('held');
  }

  #refused(claim: Claim, refusal: Refusal): void {
    if (this.#claims.get(claim.voter) === claim) this.#claims.delete(claim.voter);
    claim.done(refusal);
  }

  #cannotGive(voter: string): Refusal | null {
    const { lane } = this.#state.ports;
    if (this.#standing.name() !== 'owning') return { why: 'not-owning', lane };
    if (!this.#state.holds(voter))
      return { why: 'unreachable', lane: laneOf(this.#state.holding(voter).holder) };
    return this.#claims.has(voter) ? { why: 'at-desk', lane } : null;
  }

  #identifiedAt(voter: string): LaneNumber | null {
    return this.#state.identifications.effective(voter)[0]?.origin.lane ?? null;
  }
}

/** How many moves of one voter's right may have passed a lane by while it was cut off, for a code to be found. */
const MOVES_AHEAD = 16;
