import type { StationRegister } from '../adapters/station-register.ts';
import type { StationLanes } from '../lanes/station-lanes.ts';
import type { DayProjection } from '../projection/day-projection.ts';
import { NO_LIST_NUMBER } from '../visitors/admitted-visitor.ts';

/** Who was identified at this station, as numbers of the paper list, and how far each lane's receipts went. */
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
  elsewhere: ReturnType<StationLanes['elsewhere']> = { voterIds: [], lanes: [] },
): IdentifiedNumbers {
  const { voterIds, lastReceipt } = projection.identifiedVoters();
  const listNumbers = [...new Set([...voterIds, ...elsewhere.voterIds])]
    .map((id) => register.byId(id)?.listNumber ?? NO_LIST_NUMBER)
    .filter((number) => number !== NO_LIST_NUMBER)
    .toSorted((a, b) => a - b);
  // A spare that has printed none yet stands where another laptop stood: what is known of that one's is the table's last.
  const before = elsewhere.lanes.find((one) => one.lane === lane)?.lastReceipt ?? null;
  const others = elsewhere.lanes.filter((one) => one.lane !== lane);
  const lanes = [{ lane, lastReceipt: lastReceipt ?? before }, ...others].toSorted((a, b) => a.lane - b.lane);
  return { listNumbers, lanes };
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
