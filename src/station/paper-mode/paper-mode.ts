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

type Entry = Extract<StationEvent, { type: 'paper-line-entered' }>;
type PaperDouble = Entry['doubleOf'];

/** A line as it goes on record, and whether the centre can compare it with other stations. */
interface ReadLine {
  readonly event: Entry;
  readonly isCompared: boolean;
}

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
   * Enters lines, all of them or, where one was entered before, none: also where the power goes in the middle.
   * @returns the lines that contradict another record, and those whose voter can't be told to the centre by a token, so
   * that it can't compare them with other stations: the people at the desk are told at once.
   */
  enterLines(lines: readonly PaperLine[], people: readonly string[]): Result<EnteredLines, StationError> {
    const { projection } = this.#context;
    if (!projection.paperMode().declared) return err({ code: 'paper-mode-off' });
    const numbers = lines.map(({ line }) => line);
    const known = numbers.filter(
      (line, index) => projection.paperLine(line) !== null || numbers.indexOf(line) < index,
    );
    if (known.length > 0) return err({ code: 'paper-lines-known', lines: known });
    // A line may be the double of one just before it.
    const before = new Map<string, number>();
    const entered = lines.map((line) => {
      const one = this.#read(line, people, before);
      const { voter } = one.event;
      if (voter !== null && !before.has(voter)) before.set(voter, line.line);
      return one;
    });
    const recorded = this.#record(...entered.map(({ event }) => event));
    if (!recorded.ok) return recorded;
    const linesWhere = (is: (one: ReadLine) => boolean) => entered.filter(is).map(({ event }) => event.line);
    return ok({
      doubles: linesWhere(({ event }) => event.doubleOf !== null),
      notCompared: linesWhere(({ isCompared }) => !isCompared),
    });
  }

  /** @param before Voters of lines that are entered together with this one, with the first line of each. */
  #read(
    { line, listNumber, receipts }: PaperLine,
    people: readonly string[],
    before: ReadonlyMap<string, number>,
  ): ReadLine {
    const { register } = this.#context;
    const voter = register.byListNumber(listNumber)?.id ?? null;
    const token = voter === null ? {} : tokenOf(register, voter);
    const type = 'paper-line-entered';
    return {
      event: { type, line, listNumber, voter, receipts, ...token, ...this.#compare(voter, before), people },
      // An election without tokens compares nobody, which needs no saying at each line.
      isCompared: voter !== null && register.participation(voter).ok,
    };
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

  #compare(
    voter: string | null,
    before: ReadonlyMap<string, number>,
  ): { readonly doubleOf: PaperDouble; readonly doubleRef: string | null } {
    const { projection, lanes } = this.#context;
    if (voter === null) return { doubleOf: 'unknown-number', doubleRef: null };
    const identified = projection.effectiveHandoverOf(voter)?.id ?? lanes.visitElsewhere(voter)?.handover;
    if (identified !== undefined) return { doubleOf: 'identification', doubleRef: identified };
    const earlier = projection.paperLineOf(voter)?.line ?? before.get(voter);
    if (earlier !== undefined) return { doubleOf: 'paper-line', doubleRef: String(earlier) };
    const elsewhere = lanes.paperLineElsewhere(voter);
    return elsewhere === null
      ? { doubleOf: null, doubleRef: null }
      : { doubleOf: 'paper-line', doubleRef: `${elsewhere.lane}/${elsewhere.line}` };
  }

  #record(...events: readonly StationEvent[]): Result<undefined, StationError> {
    const recorded = this.#context.journal.record(events);
    if (!recorded.ok) return recorded;
    this.#context.changed();
    return ok(undefined);
  }
}
