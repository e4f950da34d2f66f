/** So many questions in a row, afterwards one more in so many milliseconds. */
export interface AskingRule {
  readonly inARow: number;
  readonly everyMs: number;
}

/** Counts questions on a monotonic clock. */
export class AskingLimit {
  readonly #rule: AskingRule;
  #left: number;
  #countedAtMs: number | null = null;

  constructor(rule: AskingRule) {
    this.#rule = rule;
    this.#left = rule.inARow;
  }

  /** Takes one question, if there is one left. */
  take(monotonicMs: number): boolean {
    const { inARow, everyMs } = this.#rule;
    const since = this.#countedAtMs ?? monotonicMs;
    const earned = Math.floor((monotonicMs - since) / everyMs);
    this.#left = Math.min(inARow, this.#left + earned);
    this.#countedAtMs = this.#left === inARow ? monotonicMs : since + earned * everyMs;
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }

  /** Whole seconds until there is one more; 0 where there is one now. */
  waitSeconds(monotonicMs: number): number {
    if (this.#left > 0 || this.#countedAtMs === null) return 0;
    const remaining = this.#rule.everyMs - (monotonicMs - this.#countedAtMs);
    return Math.max(0, Math.ceil(remaining / 1000));
  }
}
