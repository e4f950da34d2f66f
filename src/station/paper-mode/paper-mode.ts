import { err, ok, type Result } from '../../domain/result.ts';
import type { StationError } from '../api/errors.ts';
import type { StationContext } from '../context.ts';
import type { StationEvent } from '../events.ts';

/** One line of the paper form, as two people read it out and type it in. */
export interface PaperLine {
  /** The number that is printed on the line. */
  readonly line: number;
  readonly listNumber: number;
  /** Ballots that were handed out against it. */
  readonly receipts: number;
}

export type PaperDouble = Extract<StationEvent, { type: 'paper-line-entered' }>['doubleOf'];

/**
 * When no laptop can go on, two people declare it and the commission works on paper, in numbered lines beside the
 * list from the safe. Later two people enter the lines: they are counted apart from what the desk identified, and
 * each is compared with everything that is known. A double is raised with both records and stays until two people
 * have said what happened; neither record is ever dropped for the other.
 */
export class PaperMode {
  readonly #context: StationContext;

  constructor(context: StationContext) {
    this.#context = context;
  }

  declare(reason: string, people: readonly string[]): Result<undefined, StationError> {
    if (this.#context.projection.paperMode().on) return err({ code: 'paper-mode-on' });
    return this.#record({ type: 'paper-mode-declared', reason, people });
  }

  end(people: readonly string[]): Result<undefined, StationError> {
    if (!this.#context.projection.paperMode().on) return err({ code: 'paper-mode-off' });
    return this.#record({ type: 'paper-mode-ended', people });
  }

  /** @returns what the line is a double of, or null: the people at the desk are told at once. */
  enterLine(
    { line, listNumber, receipts }: PaperLine,
    people: readonly string[],
  ): Result<{ readonly doubleOf: PaperDouble }, StationError> {
    const { projection, register } = this.#context;
    const mode = projection.paperMode();
    if (!mode.declared) return err({ code: 'paper-mode-off' });
    if (projection.paperLine(line) !== null) return err({ code: 'already-done' });
    const voter = register.byListNumber(listNumber)?.id ?? null;
    const { doubleOf, doubleRef } = this.#compare(voter);
    const recorded = this.#record({
      type: 'paper-line-entered',
      ...{ line, listNumber, voter, receipts, doubleOf, doubleRef, people },
    });
    return recorded.ok ? ok({ doubleOf }) : recorded;
  }

  settle(line: number, note: string, people: readonly string[]): Result<undefined, StationError> {
    const entered = this.#context.projection.paperLine(line);
    if (entered === null) return err({ code: 'receipt-not-found' });
    if (entered.doubleOf === null || entered.settled) return err({ code: 'already-done' });
    return this.#record({ type: 'paper-line-settled', line, note, people });
  }

  #compare(voter: string | null): { readonly doubleOf: PaperDouble; readonly doubleRef: string | null } {
    const { projection } = this.#context;
    if (voter === null) return { doubleOf: 'unknown-number', doubleRef: null };
    const identified = projection.effectiveHandoverOf(voter);
    if (identified !== null) return { doubleOf: 'identification', doubleRef: identified.id };
    const earlier = projection.paperLineOf(voter);
    return earlier === null
      ? { doubleOf: null, doubleRef: null }
      : { doubleOf: 'paper-line', doubleRef: String(earlier.line) };
  }

  #record(event: StationEvent): Result<undefined, StationError> {
    const recorded = this.#context.journal.record([event]);
    if (!recorded.ok) return recorded;
    this.#context.changed();
    return ok(undefined);
  }
}
