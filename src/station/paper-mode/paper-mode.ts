import { err, ok, type Result } from '../../domain/result.ts';
import { tokenOf } from '../adapters/station-register.ts';
import type { StationError } from '../api/errors.ts';
import type { StationContext } from '../context.ts';
import type { StationEvent } from '../events.ts';
import { settledRecords } from '../lanes/settled-records.ts';
import { paperDoubles } from './paper-doubles.ts';

/** One line of the paper form, as two people read it out and type it in. */
interface PaperLine {
  /** The number that is printed on the line. */
  readonly line: number;
  readonly listNumber: number;
  /** Ballots that were handed out against it. */
  readonly receipts: number;
}

export interface EnteredLines {
  readonly doubles: readonly number[];
  readonly notCompared: readonly number[];
}

type PaperDouble = Extract<StationEvent, { type: 'paper-line-entered' }>['doubleOf'];

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

  /**
   * Enters lines, all of them or, where one was entered before, none.
   * @returns the lines that contradict another record, and those whose voter can't be told to the centre by a token, so
   * that it can't compare them with other stations: the people at the desk are told at once.
   */
  enterLines(lines: readonly PaperLine[], people: readonly string[]): Result<EnteredLines, StationError> {
    const { projection } = this.#context;
    if (!projection.paperMode().declared) return err({ code: 'paper-mode-off' });
    const numbers = new Set(lines.map(({ line }) => line));
    const isKnown = lines.some(({ line }) => projection.paperLine(line) !== null);
    if (isKnown || numbers.size < lines.length) return err({ code: 'already-done' });
    const doubles: number[] = [];
    const notCompared: number[] = [];
    // One by one: a line may be the double of one just before it.
    for (const line of lines) {
      const entered = this.#enter(line, people);
      if (!entered.ok) return entered;
      if (entered.value.isDouble) doubles.push(line.line);
      if (!entered.value.isCompared) notCompared.push(line.line);
    }
    return ok({ doubles, notCompared });
  }

  #enter(
    { line, listNumber, receipts }: PaperLine,
    people: readonly string[],
  ): Result<{ readonly isDouble: boolean; readonly isCompared: boolean }, StationError> {
    const voter = this.#context.register.byListNumber(listNumber)?.id ?? null;
    const double = this.#compare(voter);
    const { register } = this.#context;
    const token = voter === null ? {} : tokenOf(register, voter);
    const recorded = this.#record({
      type: 'paper-line-entered',
      ...{ line, listNumber, voter, receipts, ...token, ...double, people },
    });
    if (!recorded.ok) return recorded;
    // An election without tokens compares nobody, which needs no saying at each line.
    const isCompared = voter !== null && register.participation(voter).ok;
    return ok({ isDouble: double.doubleOf !== null, isCompared });
  }

  settle(line: number, note: string, people: readonly string[]): Result<undefined, StationError> {
    const entered = this.#context.projection.paperLine(line);
    if (entered === null) return err({ code: 'receipt-not-found' });
    const double = paperDoubles(this.#context).find((one) => one.line === line);
    if (double === undefined || !double.isOpen) return err({ code: 'already-done' });
    const { matter, voterId } = double;
    const { register, lanes, projection } = this.#context;
    const records = (id: string): number => lanes.recordsOf(id) ?? projection.recordsOf(id);
    return this.#record({
      ...{ type: 'paper-line-settled', line, note, people },
      ...(matter === null ? {} : { matter }),
      ...(voterId === null ? {} : settledRecords(register, voterId, records(voterId))),
    });
  }

  #compare(voter: string | null): { readonly doubleOf: PaperDouble; readonly doubleRef: string | null } {
    const { projection, lanes } = this.#context;
    if (voter === null) return { doubleOf: 'unknown-number', doubleRef: null };
    const identified = projection.effectiveHandoverOf(voter)?.id ?? lanes.visitElsewhere(voter)?.handover;
    if (identified !== undefined) return { doubleOf: 'identification', doubleRef: identified };
    const earlier = projection.paperLineOf(voter);
    if (earlier !== null) return { doubleOf: 'paper-line', doubleRef: String(earlier.line) };
    const elsewhere = lanes.paperLineElsewhere(voter);
    return elsewhere === null
      ? { doubleOf: null, doubleRef: null }
      : { doubleOf: 'paper-line', doubleRef: `${elsewhere.lane}/${elsewhere.line}` };
  }

  #record(event: StationEvent): Result<undefined, StationError> {
    const recorded = this.#context.journal.record([event]);
    if (!recorded.ok) return recorded;
    this.#context.changed();
    return ok(undefined);
  }
}
