import type { LaneFact } from '../../domain/lanes/lane-facts.ts';
import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import type { Result } from '../../domain/result.ts';
import type { KnownFact, LogHead, LogRange } from './lane-log.ts';
import type { LaneState } from './lane-state.ts';

/**
 * unproven: since the start nothing has shown that this disk is the newest; it owns nothing yet.
 * owning: shown, or two people decided.
 * older-copy: others have acts of this lane that its own disk lacks, so it was put back or copied; it owns
 * nothing until two people decide.
 */
export type StandingName = 'unproven' | 'owning' | 'older-copy';

/**
 * Whether this lane may own. Every act that was ever confirmed is on another lane's disk or on the witness
 * medium (second-copy.ts), so a lane that has heard every other lane and read its medium, and has all that
 * they have, has the newest log there is.
 */
export class Standing<Range extends LogRange> {
  readonly #state: LaneState<Range>;
  /** What each lane had when it was first heard since the start of its program and of this one. */
  readonly #heard = new Map<LaneNumber, readonly LogHead[]>();
  #name: StandingName = 'unproven';
  #proven = false;
  /** An older copy goes on because two people say that no other machine does: nothing else can show that. */
  #onTheirWord = false;
  /** That this disk is an older copy, while the disk refuses to take it. */
  #unsaid: LaneFact | null = null;

  constructor(state: LaneState<Range>) {
    this.#state = state;
    this.#recall();
  }

  name(): StandingName {
    return this.#name;
  }

  /** Whether this log is known to be whole: every other lane was heard, and what they had is here. */
  hasEvidence(): boolean {
    return this.#proven;
  }

  /** Whether the evidence is whole, or two people's word stands for it. */
  isProven(): boolean {
    return this.#proven && !this.#onTheirWord;
  }

  /** Lanes that have to be heard before this one may own. */
  missing(): readonly LaneNumber[] {
    const { lanes, lane } = this.#state.ports;
    return lanes.filter((other) => other !== lane && !this.#heard.has(other));
  }

  /** What another lane has, as it says. Words alone take nothing from this lane; events that it signed do. */
  told(lane: LaneNumber, heads: readonly LogHead[]): void {
    if (!this.#heard.has(lane)) this.#heard.set(lane, heads);
  }

  /**
   * A lane's program has started anew: its disk may have been put back, and what nobody has any more never comes. What
   * it had of this lane's own log is waited for all the same: to lack that is what makes a disk the older one.
   */
  startedAnew(other: LaneNumber, heads: readonly LogHead[]): void {
    const own = this.#heard.get(other)?.filter(({ lane }) => lane === this.#state.ports.lane) ?? [];
    this.#heard.set(other, [...own, ...heads]);
  }

  /** Something new is here: perhaps it was the last that was missing. */
  weigh(): void {
    this.#sayUnsaid();
    if (this.#proven || this.#name === 'older-copy' || this.missing().length > 0) return;
    const { log } = this.#state.ports;
    for (const heads of this.#heard.values()) if (!heads.every((head) => log.has(head))) return;
    const medium = this.#readMedium();
    if (medium === 'newer') {
      this.#lacksOwnEvents();
      return;
    }
    if (medium === 'unread') return;
    this.#proven = true;
    this.#name = 'owning';
    this.#state.ports.changed();
  }

  /**
   * Two people decided. The lane goes on in a new epoch: numbers that its lost events have are not given again, and
   * receipts of theirs neither.
   * @param receiptsAfter Left out by those who open the station: there are no receipts yet.
   */
  resume(people: readonly string[], receiptsAfter?: number): Result<void, 'disk-failed'> {
    const because = this.#name === 'older-copy' ? 'older-copy' : 'unproven';
    const begun = this.#state.ports.log.beginEpoch();
    if (!begun.ok) return begun;
    const said = { type: 'resumed', people, because } as const;
    const recorded = this.#state.append([
      ...(this.#unsaid === null ? [] : [this.#unsaid]),
      receiptsAfter === undefined ? { ...said, when: 'opening' } : { ...said, when: 'day', receiptsAfter },
    ]);
    if (!recorded.ok) return recorded;
    this.#unsaid = null;
    this.#name = 'owning';
    this.#proven = false;
    this.#onTheirWord ||= because === 'older-copy';
    this.#state.ports.changed();
    return { ok: true, value: undefined };
  }

  /** What the medium in this laptop has and the disk lacks comes back from it. */
  #readMedium(): 'agrees' | 'newer' | 'unread' {
    const { witness, log } = this.#state.ports;
    const missing = witness === null ? [] : witness.missing((head) => log.has(head));
    if (missing === null) return 'unread';
    for (const range of missing) {
      const stored = log.store(range);
      if (stored.ok) this.#state.learn(stored.value.facts);
    }
    return missing.length > 0 ? 'newer' : 'agrees';
  }

  #lacksOwnEvents(): void {
    const { lane } = this.#state.ports;
    // A disk that was shown to be the newest stays it. Somebody goes on under its name: that is a copy.
    if (this.#proven) {
      this.sawCopyOf(lane);
      return;
    }
    this.#becomeOlderCopy();
  }

  /**
   * Another machine presents this lane's own key. One that has been shown to be the newest goes on; one that has
   * not is the copy, as far as anybody can tell.
   */
  metItself(): void {
    if (this.#proven) this.sawCopyOf(this.#state.ports.lane);
    else this.#becomeOlderCopy();
  }

  /** Events of this very lane have come from elsewhere, and its own disk didn't have them. */
  learntOwn(epoch: number, facts: readonly KnownFact[]): void {
    const own = this.#state.ports.log.ownHead()?.epoch ?? 0;
    if (epoch > own && facts.some(({ fact }) => fact.type === 'resumed')) {
      // Two people let another machine go on under this lane's name.
      this.#proven = false;
      this.#becomeOlderCopy();
      return;
    }
    // Once two people decided, what the epochs before had lost is on its way back, and tells nothing new.
    if (this.#name !== 'owning' || this.#proven || epoch >= own) this.#lacksOwnEvents();
  }

  #becomeOlderCopy(): void {
    if (this.#name === 'older-copy') return;
    this.#name = 'older-copy';
    this.#unsaid = { type: 'copy-seen', lane: this.#state.ports.lane, kind: 'older-copy' };
    this.#sayUnsaid();
  }

  /** Not under numbers that the lost events have: a disk that refuses the new epoch is asked again. */
  #sayUnsaid(): void {
    if (this.#unsaid === null || !this.#state.ports.log.beginEpoch().ok) return;
    if (this.#state.append([this.#unsaid]).ok) this.#unsaid = null;
  }

  /** Raises that a lane's device was met in two copies: once, and again where it is met after that was settled. */
  sawCopyOf(lane: LaneNumber): void {
    const { times, settled } = this.#state.identifications.clonesOf(lane);
    if (!settled) return;
    this.#state.append([
      { type: 'copy-seen', lane, kind: 'clone', ...(times === 0 ? {} : { time: times + 1 }) },
    ]);
  }

  /** What the own log says of earlier runs. */
  #recall(): void {
    const { lane } = this.#state.ports;
    for (const fact of this.#state.ownAtStart) {
      if (fact.type === 'copy-seen' && fact.lane === lane && fact.kind === 'older-copy')
        this.#name = 'older-copy';
      if (fact.type !== 'resumed') continue;
      this.#name = 'unproven';
      this.#onTheirWord ||= fact.because === 'older-copy';
    }
  }
}
