import type { CancelTimer, Timer } from '../../../../src/domain/timer.ts';

interface Entry {
  readonly at: number;
  readonly order: number;
  task: (() => void) | null;
}

/** Virtual time: whatever is due next happens next, and nothing waits. Ties go by the order in which they came. */
export class EventQueue {
  now = 0;
  readonly #heap: Entry[] = [];
  #order = 0;

  after(milliseconds: number, task: () => void): CancelTimer {
    const entry: Entry = { at: this.now + milliseconds, order: this.#order++, task };
    this.#heap.push(entry);
    this.#up(this.#heap.length - 1);
    return () => {
      entry.task = null;
    };
  }

  /** Runs everything that is due until then. */
  runUntil(end: number): void {
    for (let first = this.#heap[0]; first !== undefined && first.at <= end; first = this.#heap[0]) {
      this.#pop();
      if (first.task === null) continue;
      this.now = first.at;
      first.task();
    }
    this.now = end;
  }

  /** A timer whose tasks die with their owner, as those of a killed program do. */
  timerOf(isAlive: () => boolean): Timer {
    return {
      after: (milliseconds, task) =>
        this.after(milliseconds, () => {
          if (isAlive()) task();
        }),
    };
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }

  #up(from: number): void {
    const heap = this.#heap;
    const entry = heap[from] as Entry;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = heap[above] as Entry;
      if (isBefore(other, entry)) break;
      heap[at] = other;
      at = above;
    }
    heap[at] = entry;
  }

  #down(from: number): void {
    const heap = this.#heap;
    const entry = heap[from] as Entry;
    let at = from;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Entry, heap[below] as Entry)) below += 1;
      const other = heap[below] as Entry;
      if (isBefore(entry, other)) break;
      heap[at] = other;
      at = below;
    }
    heap[at] = entry;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
