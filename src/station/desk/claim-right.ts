import { err, ok, type Result } from '../../domain/result.ts';
import type { Refusal } from '../../sync/lanes/lane-message.ts';
import type { StationError } from '../api/errors.ts';
import { TryLimiter, type TryRecord } from '../people/try-limiter.ts';
import type { DeskVisit } from './desk-visit.ts';
import type { Visitor } from './voter-view.ts';

/** Eight digits stand between a guess and a right: starting the program again gives three more tries, no more. */
const NOTHING_KEPT: TryRecord = { read: () => new Map(), write: () => {} };

type Held = () => Result<undefined, StationError>;

/** Brings the right to identify a visitor to this table, by the network, by a code read aloud, or by two people. */
export class ClaimRight {
  readonly #visit: DeskVisit;
  /** The hand-over begins here. */
  readonly #begin: (visitor: Visitor) => Result<undefined, StationError>;
  /** Whoever guesses another table's codes is slowed down, as with PINs. */
  readonly #codeTries: TryLimiter;

  constructor(visit: DeskVisit, begin: (visitor: Visitor) => Result<undefined, StationError>) {
    this.#visit = visit;
    this.#begin = begin;
    this.#codeTries = new TryLimiter(visit.context.clock, NOTHING_KEPT);
  }

  /** The operator notices nothing of it while the lanes are connected. */
  claim(visitor: Visitor, held: Held): Result<undefined, StationError> {
    const visit = this.#visit;
    const { context } = visit;
    const { lanes } = context;
    if (visit.asking !== null) lanes.release(visit.asking.voter.id);
    visit.asking = visitor;
    let answer: Result<undefined, StationError> | null = null;
    let late = false;
    lanes.claim(visitor.voter.id, (outcome) => {
      // Somebody else stands at the desk by now.
      if (visit.asking !== visitor) {
        lanes.release(visitor.voter.id);
        return;
      }
      visit.asking = null;
      answer = outcome === 'held' ? held() : this.refused(visitor, outcome);
      if (late && !answer.ok) visit.goBack(answer.error.code);
    });
    late = true;
    if (answer !== null) return answer;
    visit.go({ kind: 'reading-document' });
    return ok(undefined);
  }

  /** The right is another table's, or this one has none yet: the screen says whose, and why. */
  refused(visitor: Visitor, refusal: Refusal): Result<undefined, StationError> {
    const stopped = this.#visit.stop(this.#outcomeOf(refusal), visitor, refusal);
    if (stopped.ok && refusal.why !== 'identified') this.#visit.ofOtherLane = visitor;
    return stopped;
  }

  #outcomeOf({ why, lane }: Refusal): 'already-identified' | 'other-lane' | 'table-waits' {
    if (why === 'identified') return 'already-identified';
    return why === 'not-owning' && lane === this.#visit.context.identity.lane ? 'table-waits' : 'other-lane';
  }

  /** The other table is free again, is back, or two people let this one go on: asked once more, without the document. */
  askAgain(stepId: string): Result<undefined, StationError> {
    const at = this.#atOtherLane(stepId);
    if (!at.ok) return at;
    const { visitor } = at.value;
    return this.claim(visitor, () => this.#begin(visitor));
  }

  /** The owning table's operator read a code aloud. */
  enterCode(stepId: string, code: string): Result<undefined, StationError> {
    const at = this.#atOtherLane(stepId);
    if (!at.ok) return at;
    const { visitor, lane } = at.value;
    const { lanes, journal } = this.#visit.context;
    const retryAfterSeconds = this.#codeTries.waitSeconds(String(lane));
    if (retryAfterSeconds > 0) return err({ code: 'lane-code-locked', retryAfterSeconds });
    const taken = lanes.takeByCode(visitor.voter.id, lane, code);
    if (taken.ok) {
      this.#codeTries.right(String(lane));
      return this.claim(visitor, () => this.#begin(visitor));
    }
    if (taken.error.code !== 'wrong-lane-code') return taken;
    this.#codeTries.wrong(String(lane));
    const recorded = journal.record([{ type: 'lane-code-refused', voter: visitor.voter.id, lane }]);
    return recorded.ok ? taken : recorded;
  }

  /** Two people let this lane identify a voter of another one. */
  override(stepId: string, people: readonly string[]): Result<undefined, StationError> {
    const at = this.#atOtherLane(stepId);
    if (!at.ok) return at;
    const { visitor } = at.value;
    const overridden = this.#visit.context.lanes.override(visitor.voter.id, people);
    return overridden.ok ? this.#begin(visitor) : overridden;
  }

  #atOtherLane(stepId: string): Result<{ readonly visitor: Visitor; readonly lane: number }, StationError> {
    const { screen, ofOtherLane } = this.#visit;
    const current = screen.currentAmong(stepId, ['stop']);
    if (!current.ok) return current;
    const { step } = screen;
    const lane = step.kind === 'stop' ? step.details.otherLane?.lane : undefined;
    return ofOtherLane === null || lane === undefined
      ? err({ code: 'desk-moved-on' })
      : ok({ visitor: ofOtherLane, lane });
  }
}
