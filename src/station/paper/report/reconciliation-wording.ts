import { type DifferenceName, expectedCounts, type Reconciliation } from '../../../domain/reconciliation.ts';
import { formatCount, formatSigned } from '../format.ts';
import type { PaperWordKey, Say } from '../words/paper-words.ts';
import type { ReportRow } from './report-tables.ts';

/** One pair of figures that must agree. */
export interface ReconciliationRow {
  readonly label: string;
  readonly expected: string;
  readonly found: string;
  readonly difference: string;
  readonly state: 'agrees' | 'differs' | 'not-counted';
}

export interface ReconciliationWording {
  readonly rows: readonly ReconciliationRow[];
  /** Figures that belong to the picture but have no counterpart. */
  readonly facts: readonly ReportRow[];
  /** The result in one sentence. */
  readonly verdict: string;
  readonly agrees: boolean;
  /** Each difference in a sentence of its own. */
  readonly differences: readonly string[];
}

/** The reconciliation in words. What differs is taken from the domain's own list, never compared anew here. */
export function wordReconciliation(reconciliation: Reconciliation, say: Say): ReconciliationWording {
  const { ledger, counted, ballotsIssued, differences, agrees } = reconciliation;
  const due = expectedCounts(ledger);
  const row = (
    label: PaperWordKey,
    expected: number | null,
    found: number | null,
    names: readonly DifferenceName[],
  ): ReconciliationRow => {
    const difference = differences.find(({ name }) => names.includes(name));
    const compared = expected !== null && found !== null;
    return {
      label: say(label),
      expected: figure(difference?.expected ?? expected, say),
      found: figure(difference?.counted ?? found, say),
      difference:
        difference === undefined
          ? compared
            ? '0'
            : '–'
          : formatSigned(difference.counted - difference.expected),
      state: difference !== undefined ? 'differs' : compared ? 'agrees' : 'not-counted',
    };
  };
  return {
    rows: [
      row('count.receipts-printed', ledger.receiptsDue, ledger.receiptsPrinted, ['receipts-not-printed']),
      // One ballot for each receipt that is due: the procedure lists both together.
      row('count.ballots-issued', due.ballots, ballotsIssued, [
        'ballots-exceed-identified',
        'ballots-below-identified',
      ]),
      row('count.ballot-stubs', due.stubs, counted.ballotStubs, ['stubs-differ-from-receipts']),
      row('count.receipts-collected', due.receiptsCollected, counted.receiptsCollected, [
        'receipts-collected-differ',
      ]),
      row('count.signatures', due.signatures, counted.signatures, [
        'signatures-exceed-identified',
        'signatures-below-identified',
      ]),
      row('count.ballots-in-box', ballotsIssued, counted.ballotsInBox, [
        'box-exceeds-issued',
        'box-below-issued',
      ]),
      row('count.handovers-open', 0, ledger.openHandovers, ['handovers-open']),
    ],
    facts: [
      fact('figure.identified', ledger.identified, say),
      fact('figure.undone', ledger.undone, say),
      fact('count.receipts-reprinted', ledger.receiptsReprinted, say),
      fact('count.receipts-of-undone', ledger.receiptsOfUndone, say),
      fact('count.ballots-received', counted.ballotsReceived, say),
      fact('count.ballots-unused', counted.ballotsUnused, say),
      fact('count.ballots-spoiled', counted.ballotsSpoiled, say),
    ],
    verdict: agrees
      ? say('reconciliation.agrees')
      : differences.length > 0
        ? say('reconciliation.differs', { count: differences.length })
        : say('reconciliation.incomplete'),
    agrees,
    differences: differences.map(({ name, expected, counted: found }) =>
      say(`difference.${name}`, {
        expected: formatCount(expected),
        counted: formatCount(found),
        by: formatCount(Math.abs(found - expected)),
      }),
    ),
  };
}

function fact(label: PaperWordKey, count: number | null, say: Say): ReportRow {
  return { label: say(label), value: figure(count, say), bar: null };
}

function figure(count: number | null, say: Say): string {
  return count === null ? say('count.not-counted') : formatCount(count);
}
