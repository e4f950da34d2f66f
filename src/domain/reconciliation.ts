/**
 * The four-way reconciliation: identified = receipts = ballots = signatures. The desk's figures come from the
 * ledger; everything else is counted on paper by other members and typed in, never derived from the same
 * clicks. A difference is named, never averaged away.
 */
export interface LedgerFigures {
  /** Effective identifications (undone ones are out). */
  readonly identified: number;
  readonly undone: number;
  /** Receipts due for them: one for each ballot; a voter of another station may be due fewer than there are votes. */
  readonly receiptsDue: number;
  /** Receipts that the printer reported whole; reprints are counted apart. */
  readonly receiptsPrinted: number;
  readonly receiptsReprinted: number;
  /** Printed receipts of identifications that were undone afterwards; they lie in the box of collected ones. */
  readonly receiptsOfUndone: number;
  readonly openHandovers: number;
  /** Lines of paper mode, counted apart: what they handed out, and which contradict something and are not settled. */
  readonly onPaper?: { readonly lines: number; readonly receipts: number; readonly openDoubles: number };
}

/** What members counted by hand; null = not typed in yet. */
export interface CountedFigures {
  readonly ballotsReceived: number | null;
  readonly ballotsUnused: number | null;
  readonly ballotsSpoiled: number | null;
  /** Stubs left after tearing ballots off; null where ballots have no stub. */
  readonly ballotStubs: number | null;
  readonly receiptsCollected: number | null;
  readonly signatures: number | null;
  /** Ballots found in the box. */
  readonly ballotsInBox: number | null;
}

export const NO_COUNTS: CountedFigures = {
  ballotsReceived: null,
  ballotsUnused: null,
  ballotsSpoiled: null,
  ballotStubs: null,
  receiptsCollected: null,
  signatures: null,
  ballotsInBox: null,
};

export type DifferenceName =
  /** A ballot was given out without an identification: the reason for which stations' results were annulled. */
  | 'ballots-exceed-identified'
  | 'ballots-below-identified'
  | 'stubs-differ-from-receipts'
  | 'receipts-not-printed'
  | 'receipts-collected-differ'
  | 'signatures-exceed-identified'
  | 'signatures-below-identified'
  | 'box-exceeds-issued'
  | 'box-below-issued'
  | 'handovers-open'
  /** A line of paper mode contradicts another record, and two people have not yet said what happened. */
  | 'paper-doubles-open';

export interface Difference {
  readonly name: DifferenceName;
  readonly expected: number;
  readonly counted: number;
}

export interface Reconciliation {
  readonly ledger: LedgerFigures;
  readonly counted: CountedFigures;
  /** Received less unused and spoiled, per receipt of a voter; null until typed in. */
  readonly ballotsIssued: number | null;
  readonly differences: readonly Difference[];
  /** Everything was counted and agrees. */
  readonly agrees: boolean;
}

/**
 * What members have to find when they count. A ballot leaves a stub and its voter signs, at the desk and on paper alike;
 * a receipt is printed at the desk alone.
 */
export function expectedCounts(ledger: LedgerFigures): {
  readonly ballots: number;
  readonly stubs: number;
  readonly receiptsCollected: number;
  readonly signatures: number;
} {
  const { lines = 0, receipts: ballotsOnPaper = 0 } = ledger.onPaper ?? {};
  return {
    ballots: ledger.receiptsDue + ballotsOnPaper,
    stubs: ledger.receiptsPrinted + ballotsOnPaper,
    receiptsCollected: ledger.receiptsPrinted + ledger.receiptsOfUndone,
    signatures: ledger.identified + lines,
  };
}

export function reconcile(ledger: LedgerFigures, counted: CountedFigures): Reconciliation {
  const differences: Difference[] = [];
  const compare = (
    actual: number | null,
    expected: number,
    above: DifferenceName,
    below: DifferenceName,
  ): void => {
    if (actual !== null && actual !== expected)
      differences.push({ name: actual > expected ? above : below, expected, counted: actual });
  };
  const { ballotsReceived, ballotsUnused, ballotsSpoiled } = counted;
  const ballotsIssued =
    ballotsReceived === null || ballotsUnused === null || ballotsSpoiled === null
      ? null
      : ballotsReceived - ballotsUnused - ballotsSpoiled;
  const { openDoubles = 0 } = ledger.onPaper ?? {};
  const expected = expectedCounts(ledger);
  compare(ledger.receiptsPrinted, ledger.receiptsDue, 'receipts-not-printed', 'receipts-not-printed');
  compare(ballotsIssued, expected.ballots, 'ballots-exceed-identified', 'ballots-below-identified');
  compare(counted.ballotStubs, expected.stubs, 'stubs-differ-from-receipts', 'stubs-differ-from-receipts');
  compare(
    counted.receiptsCollected,
    expected.receiptsCollected,
    'receipts-collected-differ',
    'receipts-collected-differ',
  );
  compare(
    counted.signatures,
    expected.signatures,
    'signatures-exceed-identified',
    'signatures-below-identified',
  );
  if (ballotsIssued !== null)
    compare(counted.ballotsInBox, ballotsIssued, 'box-exceeds-issued', 'box-below-issued');
  if (ledger.openHandovers > 0)
    differences.push({ name: 'handovers-open', expected: 0, counted: ledger.openHandovers });
  if (openDoubles > 0) differences.push({ name: 'paper-doubles-open', expected: 0, counted: openDoubles });
  const complete =
    ballotsIssued !== null && counted.receiptsCollected !== null && counted.signatures !== null;
  return { ledger, counted, ballotsIssued, differences, agrees: complete && differences.length === 0 };
}
