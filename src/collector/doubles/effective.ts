/** An identification, an undo, or the word of two people about several, as far as it matters here. */
export interface StationAct {
  readonly station: string;
  readonly isUndo: boolean;
  /** So many records of the voter at this station two people have looked into; 0 for an identification or undo. */
  readonly settles: number;
}

/**
 * How often the voter behind one token is identified by now. An undo takes back an identification of its own station
 * alone, whichever of its lanes made it and whichever of the two came to the centre first; what another station says
 * can't take it back.
 */
export function effectiveIdentifications(acts: readonly StationAct[]): number {
  return sumOf(acts, ({ made, undone }) => made - undone);
}

/**
 * The same without what two people at a station have settled: the records that they looked into count as one, and what
 * came after them by itself. It says nothing about the records of another station.
 */
export function unsettledIdentifications(acts: readonly StationAct[]): number {
  return sumOf(acts, ({ made, undone, settled }) =>
    settled === 0 ? made - undone : Math.min(made - undone, 1 + Math.max(0, made - settled)),
  );
}

interface AtStation {
  readonly made: number;
  readonly undone: number;
  readonly settled: number;
}

function sumOf(acts: readonly StationAct[], count: (at: AtStation) => number): number {
  return [...Map.groupBy(acts, ({ station }) => station).values()].reduce((sum, all) => {
    const undone = all.filter(({ isUndo }) => isUndo).length;
    const made = all.filter(({ isUndo, settles }) => !isUndo && settles === 0).length;
    const settled = Math.max(...all.map(({ settles }) => settles));
    return sum + Math.max(0, count({ made, undone, settled }));
  }, 0);
}
