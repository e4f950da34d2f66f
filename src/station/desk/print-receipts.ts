import { assertDefined } from '../../domain/assert.ts';
import { nextReceipt } from '../../domain/handover.ts';
import { receiptsOf } from '../../domain/procedure.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { fullName, type Voter } from '../../domain/voter.ts';
import type { StationError } from '../api/errors.ts';
import type { ReceiptContent, StationContext } from '../context.ts';
import { localTime } from '../local-time.ts';
import type { HandoverRecord } from '../projection/handover-rows.ts';
import { receiptCode, receiptNumber } from '../receipt-code.ts';

export type PrinterTrouble = 'paper-out' | 'cover-open' | 'absent' | 'no-answer';

/**
 * Prints what is still due of one hand-over. Before each strip an event says that it begins, after it one says
 * that it is whole: whatever happens in between, a restart knows which receipt to look for, and a second print
 * is marked as a repeat.
 */
export async function printDueReceipts(
  context: StationContext,
  handoverId: string,
  voter: Voter,
): Promise<Result<'all-printed' | PrinterTrouble, StationError>> {
  for (;;) {
    const handover = assertDefined(context.projection.handover(handoverId), 'hand-over');
    const index = nextReceipt({ ...handover });
    if (index === null || handover.state !== 'verified') return ok('all-printed');
    const paper = await printerTrouble(context);
    if (paper !== null) return ok(paper);
    const printed = await printOne(context, handover, index, voter);
    if (!printed.ok) return printed;
    if (printed.value !== null) return ok(printed.value);
  }
}

async function printOne(
  context: StationContext,
  handover: HandoverRecord,
  index: number,
  voter: Voter,
): Promise<Result<PrinterTrouble | null, StationError>> {
  const started = context.projection.receipts(handover.id).find((receipt) => receipt.index === index);
  const number =
    started?.number ?? receiptNumber(context.identity.lane, context.projection.receiptSequence() + 1);
  const copy = (started?.copies ?? 0) + 1;
  const begun = context.journal.record([
    { type: 'receipt-started', handover: handover.id, number, index, copy },
  ]);
  if (!begun.ok) return begun;
  const strip = await context.paper.receipt(
    receiptContent(context, voter, number, index, copy),
    context.devices.printer.dotsAcross,
  );
  const outcome = await context.devices.printer.print(strip);
  if (!outcome.ok) {
    const problem = troubleOf(outcome.error.code);
    const failed = context.journal.record([
      { type: 'receipt-failed', handover: handover.id, number, problem },
    ]);
    return failed.ok ? ok(problem) : failed;
  }
  const whole = context.journal.record([{ type: 'receipt-printed', handover: handover.id, number, index }]);
  return whole.ok ? ok(null) : whole;
}

/** The chair's reprint of a receipt that was whole once: same number, marked, counted apart. */
export async function reprintReceipt(
  context: StationContext,
  number: string,
  people: readonly string[],
): Promise<Result<void, StationError>> {
  const receipt = context.projection.receipt(number);
  const handover = receipt === null ? null : context.projection.handover(receipt.handoverId);
  const voter = handover === null ? null : context.register.byId(handover.voterId);
  if (receipt === null || handover === null || voter === null || receipt.state !== 'printed')
    return err({ code: 'receipt-not-found' });
  if (handover.state === 'undone') return err({ code: 'already-done' });
  if ((await printerTrouble(context)) !== null) return err({ code: 'printer-problem' });
  const recorded = context.journal.record([
    { type: 'receipt-reprinted', handover: handover.id, number, people },
  ]);
  if (!recorded.ok) return recorded;
  const content = receiptContent(context, voter, number, receipt.index, receipt.copies + 1);
  const printed = await context.devices.printer.print(
    await context.paper.receipt(content, context.devices.printer.dotsAcross),
  );
  return printed.ok ? ok() : err({ code: 'printer-problem' });
}

/** What stands in the way of a whole receipt, or null: asked before anything is committed to paper. */
export async function printerTrouble(
  context: Pick<StationContext, 'devices'>,
): Promise<PrinterTrouble | null> {
  const status = await context.devices.printer.paper();
  if (!status.ok) return troubleOf(status.error.code);
  if (status.value.coverOpen) return 'cover-open';
  return status.value.paper === 'out' ? 'paper-out' : null;
}

function troubleOf(code: string): PrinterTrouble {
  if (code === 'paper-out' || code === 'cover-open' || code === 'no-answer') return code;
  return code === 'absent' || code === 'restarting' || code === 'access-denied' ? 'absent' : 'no-answer';
}

function receiptContent(
  context: StationContext,
  voter: Voter,
  number: string,
  index: number,
  copy: number,
): ReceiptContent {
  const { identity, procedure } = context;
  const receipt = assertDefined(receiptsOf(procedure, voter.ballotStyles)[index], 'receipt of the procedure');
  return {
    mock: identity.mock,
    electionTitle: identity.electionTitle,
    receiptTitle: receipt.title,
    stationNumber: identity.stationNumber,
    lane: identity.lane,
    number,
    copy,
    fields: procedure.receiptFields,
    listNumber: voter.listNumber,
    visitorFrom: context.register.visitors.has(voter.id)
      ? { stationNumber: voter.stationNumber, districtNumber: voter.districtNumber }
      : null,
    voterName: fullName(voter.name),
    time: localTime(context.clock.wallMs(), procedure.timeZone).time,
    code: receiptCode(context.receiptCodeKey, identity.stationNumber, identity.lane, number),
  };
}
