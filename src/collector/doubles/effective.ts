/** An identification or an undo, as far as it matters here. */
export interface StationAct {
  readonly station: string;
  readonly isUndo: boolean;
}

/**
 * How often the voter behind one token is identified by now. An undo takes back an identification of its own station
 * alone, whichever of its lanes made it and whichever of the two came to the centre first; what another station says
 * can't take it back.
 */
export function effectiveIdentifications(acts: readonly StationAct[]): number {
  const net = new Map<string, number>();
  for (const { station, isUndo } of acts) net.set(station, (net.get(station) ?? 0) + (isUndo ? -1 : 1));
  return [...net.values()].reduce((sum, count) => sum + Math.max(0, count), 0);
}
