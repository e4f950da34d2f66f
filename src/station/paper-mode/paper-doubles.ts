import type { StationContext } from '../context.ts';
import type { StationEvent } from '../events.ts';
import type { ContradictedLine } from '../lanes/station-lanes.ts';
import type { PaperLineRecord } from '../projection/paper-lines.ts';

type Line = Extract<StationEvent, { type: 'paper-line-entered' }>;

/** A line entered at this table that contradicts another record, or did when two people looked into it. */
export interface PaperDouble {
  readonly line: number;
  readonly listNumber: number;
  readonly voterId: string | null;
  readonly doubleOf: NonNullable<Line['doubleOf']>;
  /** Of an identification, its hand-over; of a line, its number, after the table where it is another one's. */
  readonly doubleRef: string | null;
  readonly isOpen: boolean;
  /** What it stands in among the lanes; null where it is settled, or was raised here alone. */
  readonly matter: string | null;
}

type Doubles = Pick<StationContext, 'projection' | 'lanes'>;

/**
 * What this table found when the line was entered and what the lanes have found since, as one: two people who settle
 * it at any table settle it here, and a further record opens it again.
 */
export function paperDoubles({ projection, lanes }: Doubles): readonly PaperDouble[] {
  const raised = new Map(projection.raisedPaperLines().map((entered) => [entered.line, entered]));
  const contradicted = lanes.contradictedLines();
  const numbers = [...new Set([...raised.keys(), ...contradicted.keys()])].toSorted((a, b) => a - b);
  return numbers.flatMap((line) => {
    const entered = raised.get(line) ?? projection.paperLine(line);
    if (entered === null) return [];
    const open = contradicted.get(line);
    const isOpen = open === undefined ? !entered.settled : open !== null;
    return [{ ...contradiction(entered, open ?? null), isOpen }];
  });
}

/** For the four-way reconciliation. */
export function paperFigures(context: Doubles): {
  readonly lines: number;
  /** Ballots that were handed out against the lines. */
  readonly receipts: number;
  /** Lines that are a double of something, settled or not. */
  readonly doubles: number;
  readonly openDoubles: number;
} {
  const doubles = paperDoubles(context);
  return {
    ...context.projection.paperFigures(),
    doubles: doubles.length,
    openDoubles: doubles.filter(({ isOpen }) => isOpen).length,
  };
}

function contradiction(
  { line, listNumber, voterId, doubleOf, doubleRef }: PaperLineRecord,
  open: ContradictedLine | null,
): Omit<PaperDouble, 'isOpen'> {
  const known = { line, listNumber, voterId, matter: open?.name ?? null };
  if (doubleOf !== null) return { ...known, doubleOf, doubleRef };
  return { ...known, doubleOf: open?.doubleOf ?? 'identification', doubleRef: open?.doubleRef ?? null };
}
