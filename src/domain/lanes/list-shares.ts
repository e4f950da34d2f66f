import type { LaneNumber } from './tenure.ts';

/** A run of list numbers whose voters belong to one lane: what stands on the printed sign over its table. */
export interface ListShare {
  readonly lane: LaneNumber;
  readonly first: number;
  readonly last: number;
}

export interface ListedVoter {
  readonly listNumber: number;
  /** Whoever lives there keeps together: families come together, and share a table. */
  readonly address: string;
}

/**
 * Shares the list out among the lanes: as many voters each as can be, in runs of list numbers, and never a border
 * between two neighbours of one address.
 */
export function shareOutList(voters: readonly ListedVoter[], lanes: readonly LaneNumber[]): ListShare[] {
  const sorted = voters.toSorted((a, b) => a.listNumber - b.listNumber);
  const shares: ListShare[] = [];
  let from = 0;
  for (const [index, lane] of lanes.entries()) {
    let to =
      index === lanes.length - 1 ? sorted.length : Math.round(((index + 1) * sorted.length) / lanes.length);
    to = Math.max(to, from);
    while (to > from && to < sorted.length && sorted[to]?.address === sorted[to - 1]?.address) to += 1;
    const [first, last] = [sorted[from], sorted[to - 1]];
    if (first !== undefined && last !== undefined && to > from)
      shares.push({ lane, first: first.listNumber, last: last.listNumber });
    from = to;
  }
  return shares;
}

/** The lane of a list number; a number that is in nobody's share (entered late) goes round by itself. */
export function laneOfListNumber(
  shares: readonly ListShare[],
  lanes: readonly LaneNumber[],
  listNumber: number,
): LaneNumber {
  const share = shares.find(({ first, last }) => listNumber >= first && listNumber <= last);
  return share?.lane ?? lanes[listNumber % Math.max(1, lanes.length)] ?? 1;
}

/**
 * The lane of a person of another station, by what they are known by here (hexadecimal digits of a keyed hash): the
 * same at every table, without asking one, so that a visitor has one owner as everybody has.
 */
export function laneOfVisitor(lanes: readonly LaneNumber[], visitorId: string): LaneNumber {
  const digits = Number.parseInt(visitorId.slice(0, 8), 16);
  return lanes[(Number.isNaN(digits) ? 0 : digits) % Math.max(1, lanes.length)] ?? 1;
}
