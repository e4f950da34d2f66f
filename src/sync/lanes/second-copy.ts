import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import { headOf, type LogHead, type LogRange } from './lane-log.ts';
import type { LaneState } from './lane-state.ts';

type Place = Pick<LogHead, 'epoch' | 'seq'>;

/**
 * Nothing is confirmed that only one disk knows: an act counts as done once another lane, or the medium that
 * stays in this laptop, has it too. A disk that is lost, or put back from an image, then takes nothing along
 * that a voter or a screen was told. Where neither can be had, two people may let the lane go on alone.
 */
export class SecondCopy<Range extends LogRange> {
  readonly #state: LaneState<Range>;
  /** By epoch: another lane may have a later epoch and still lack the end of the one before. */
  readonly #copied = new Map<number, number>();
  /** How far the witness medium has the own log; null: it has to be asked. */
  #onMedium: Place | null = null;
  #writing = false;
  #alone = false;
  #waiting: { readonly place: Place; readonly done: () => void }[] = [];

  constructor(state: LaneState<Range>) {
    this.#state = state;
  }

  isAlone(): boolean {
    return this.#alone;
  }

  isCopied(place: Place): boolean {
    return (this.#copied.get(place.epoch) ?? 0) >= place.seq;
  }

  /** Calls `done` once the act may be confirmed; the returned function stops waiting. */
  when(place: Place, done: () => void): () => void {
    if (this.#alone || this.isCopied(place)) {
      done();
      return () => {};
    }
    const waiter = { place, done };
    this.#waiting.push(waiter);
    return () => {
      this.#waiting = this.#waiting.filter((one) => one !== waiter);
    };
  }

  /** After a write to the own log, and once a second, for a medium that was out for a while. */
  writeToMedium(): void {
    const { witness, log } = this.#state.ports;
    const head = log.ownHead();
    if (witness === null || head === null || this.#writing) return;
    const after = this.#mediumEnd(head);
    const range = after < head.seq ? log.rangeAfter(head, after) : null;
    if (range === null) return;
    this.#writing = true;
    witness.keep(range, (kept) => {
      this.#writing = false;
      this.#onMedium = kept ? { epoch: range.epoch, seq: range.lastSeq } : null;
      if (!kept) return;
      // Consecutive from the first of the epoch on: everything before is there, too.
      this.#copiedTo(headOf(range));
      this.writeToMedium();
    });
  }

  /** What lies on the medium counts only where it is this very log: the numbers of an older copy say nothing. */
  #mediumEnd({ epoch }: LogHead): number {
    const { witness, log } = this.#state.ports;
    if (this.#onMedium === null) {
      const end = witness?.end() ?? null;
      this.#onMedium = end !== null && log.isOwn(end) ? end : { epoch, seq: 0 };
      if (end !== null && log.isOwn(end)) this.#copiedTo(end);
    }
    return this.#onMedium.epoch === epoch ? this.#onMedium.seq : 0;
  }

  /** Another lane says that it has this. */
  heldBy(_lane: LaneNumber, head: LogHead): void {
    const { lane, log } = this.#state.ports;
    if (head.lane !== lane || !log.isOwn(head)) return;
    const own = log.ownHead();
    // The network is back: from here on two copies are asked for again.
    if (own !== null && own.hash === head.hash) this.#alone = false;
    this.#copiedTo(head);
  }

  /** Two people said so, and it is on record. */
  goAlone(): void {
    this.#alone = true;
    this.#release();
  }

  #copiedTo(place: Place): void {
    if (this.isCopied(place)) return;
    this.#copied.set(place.epoch, place.seq);
    this.#release();
  }

  #release(): void {
    const ready = this.#waiting.filter(({ place }) => this.#alone || this.isCopied(place));
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => !ready.includes(one));
    for (const { done } of ready) done();
  }
}
