import type { CountedFigures, DifferenceName } from '../../src/domain/reconciliation.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { HandCount } from './hand-count.ts';
import type { MockLane } from './lane.ts';
import type { MockOperator } from './operator.ts';

/** A difference that was planted on purpose, and what the program called it. */
export interface PlantedFinding {
  readonly planted: string;
  readonly expected: DifferenceName;
  readonly named: readonly DifferenceName[];
}

interface Plant {
  readonly planted: string;
  readonly expected: DifferenceName;
  readonly spoil: (counts: CountedFigures) => CountedFigures;
}

const more = (value: number | null, by: number): number => (value ?? 0) + by;

/** Each has happened somewhere (election-day reference, facts 3 and 6), and must be called by its name. */
const PLANTS: readonly Plant[] = [
  {
    planted: 'a ballot without identification',
    expected: 'ballots-exceed-identified',
    spoil: (counts) => ({
      ...counts,
      ballotsUnused: more(counts.ballotsUnused, -1),
      ballotsInBox: more(counts.ballotsInBox, 1),
    }),
  },
  {
    planted: 'seven stubs too many (2017: 83 for 76 receipts)',
    expected: 'stubs-differ-from-receipts',
    spoil: (counts) => ({ ...counts, ballotStubs: more(counts.ballotStubs, 7) }),
  },
  {
    planted: 'a signature is missing in the paper list',
    expected: 'signatures-below-identified',
    spoil: (counts) => ({ ...counts, signatures: more(counts.signatures, -1) }),
  },
  {
    planted: 'a signature too many in the paper list',
    expected: 'signatures-exceed-identified',
    spoil: (counts) => ({ ...counts, signatures: more(counts.signatures, 1) }),
  },
  {
    planted: 'a receipt is missing from the collected ones',
    expected: 'receipts-collected-differ',
    spoil: (counts) => ({ ...counts, receiptsCollected: more(counts.receiptsCollected, -1) }),
  },
  {
    planted: 'a ballot was carried out of the station',
    expected: 'box-below-issued',
    spoil: (counts) => ({ ...counts, ballotsInBox: more(counts.ballotsInBox, -1) }),
  },
  {
    planted: 'a ballot was stuffed into the box',
    expected: 'box-exceeds-issued',
    spoil: (counts) => ({ ...counts, ballotsInBox: more(counts.ballotsInBox, 1) }),
  },
];

/** Types in one wrong count after the other and looks what the closing screen says of it. */
export async function plantDifferences(
  mock: MockLane,
  operator: MockOperator,
  count: HandCount,
): Promise<PlantedFinding[]> {
  const findings: PlantedFinding[] = [];
  for (const { planted, expected, spoil } of PLANTS) {
    const counts = spoil(count.figures());
    unwrap(await mock.desk.call('enterCounts', { counts, approvals: operator.approvals('member-3') }));
    const report = unwrap(await mock.desk.call('viewReport', { kind: 'closing' }));
    findings.push({ planted, expected, named: report.reconciliation.differences.map(({ name }) => name) });
  }
  return findings;
}

/** Named by its name, and by no other. */
export function isNamed({ expected, named }: PlantedFinding): boolean {
  return named.length === 1 && named[0] === expected;
}
