import type { ReadableStore } from '../../store/store.ts';
import type { StationRegister } from '../adapters/station-register.ts';

/** Who was identified in this lane, as numbers of the paper list, and how far its receipts went. */
export interface IdentifiedNumbers {
  /** Ascending. Lines of the paper list, and no names. */
  readonly listNumbers: readonly number[];
  /** Each lane with the number of the last receipt that it began; null before its first. */
  readonly lanes: readonly { readonly lane: number; readonly lastReceipt: string | null }[];
}

export function identifiedNumbers(
  store: ReadableStore,
  register: Pick<StationRegister, 'byId'>,
  lane: number,
): IdentifiedNumbers {
  const voters = store.all<{ id: string }>(
    `SELECT voter_id AS id FROM handovers WHERE state IN ('verified', 'receipt', 'ballot', 'signed')
     UNION SELECT voter_id FROM paper_lines WHERE voter_id IS NOT NULL`,
  );
  const listNumbers = voters
    .map(({ id }) => register.byId(id)?.listNumber)
    .filter((number) => number !== undefined)
    .toSorted((a, b) => a - b);
  const last = store.get<{ number: string }>('SELECT number FROM receipts ORDER BY rowid DESC LIMIT 1');
  return { listNumbers, lanes: [{ lane, lastReceipt: last?.number ?? null }] };
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
