import type { StationRegister } from '../adapters/station-register.ts';
import type { DayProjection } from '../projection/day-projection.ts';

/** Who was identified in this lane, as numbers of the paper list, and how far its receipts went. */
export interface IdentifiedNumbers {
  /** Ascending. Lines of the paper list, and no names. */
  readonly listNumbers: readonly number[];
  /** Each lane with the number of the last receipt that it began; null before its first. */
  readonly lanes: readonly { readonly lane: number; readonly lastReceipt: string | null }[];
}

export function identifiedNumbers(
  projection: Pick<DayProjection, 'identifiedVoters'>,
  register: Pick<StationRegister, 'byId'>,
  lane: number,
): IdentifiedNumbers {
  const { voterIds, lastReceipt } = projection.identifiedVoters();
  const listNumbers = voterIds
    .map((id) => register.byId(id)?.listNumber)
    .filter((number) => number !== undefined)
    .toSorted((a, b) => a - b);
  return { listNumbers, lanes: [{ lane, lastReceipt }] };
}

/** For the stick: lines that a person reads. */
export function identifiedText(
  { listNumbers, lanes }: IdentifiedNumbers,
  where: { readonly election: string; readonly station: number; readonly mock: boolean; readonly at: string },
): string {
  const lines = [
    ...(where.mock ? ['МАШЫГУУ / ТРЕНИРОВКА / TRAINING'] : []),
    `${where.election}, ${where.station}, ${where.at}`,
    ...lanes.map(({ lane, lastReceipt }) => `lane ${lane}: last receipt ${lastReceipt ?? '-'}`),
    `identified: ${listNumbers.length}`,
    ...listNumbers.map(String),
  ];
  return `${lines.join('\n')}\n`;
}
