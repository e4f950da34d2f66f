import type { CollectorTotals } from '../collector-store.ts';
import { effectiveIdentifications, unsettledIdentifications } from './effective.ts';

type Row = CollectorTotals['doubles'][number];

export type DoubleState = 'open' | 'settled' | 'undone';

/** A voter who was identified more than once. Where the records are, and nothing that leads to a person. */
export interface DoubleIdentification {
  /**
   * Open: the voter counts more than once. Settled: still, and two people at the station have said what happened.
   * Undone: a station has taken an identification back since.
   */
  readonly state: DoubleState;
  readonly places: readonly Pick<Row, 'station' | 'device' | 'epoch' | 'seq' | 'isUndo' | 'settles'>[];
  readonly foundWallMs: number;
}

/** From the rows, the newest first, open ones before the others. The token itself stays here. */
export function groupDoubles(rows: readonly Row[]): DoubleIdentification[] {
  const byToken = Map.groupBy(rows, ({ token }) => Buffer.from(token).toString('latin1'));
  return [...byToken.values()]
    .map((acts): DoubleIdentification => {
      const foundWallMs = Math.min(...acts.map((act) => act.foundWallMs));
      const places = acts
        .map(({ station, device, epoch, seq, isUndo, settles }) => ({
          ...{ station, device, epoch, seq, isUndo, settles },
        }))
        .toSorted((a, b) => compare(a.station, b.station) || compare(a.device, b.device) || a.seq - b.seq);
      return { state: stateOf(acts), places, foundWallMs };
    })
    .toSorted((a, b) => compare(a.state, b.state) || b.foundWallMs - a.foundWallMs);
}

function stateOf(acts: readonly Row[]): DoubleState {
  if (effectiveIdentifications(acts) <= 1) return 'undone';
  return unsettledIdentifications(acts) > 1 ? 'open' : 'settled';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
