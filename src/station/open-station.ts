import type { DockControl } from '../domain/dock.ts';
import type { Procedure } from '../domain/procedure.ts';
import { reconcile } from '../domain/reconciliation.ts';
import type { Report, ReportKind } from '../domain/report.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { giveUpAfter } from '../domain/timer.ts';
import { fullName } from '../domain/voter.ts';
import { tokenOf } from './adapters/station-register.ts';
import type { CallValue } from './api/api.ts';
import type { CallName, CallParameters } from './api/calls.ts';
import type { StationError } from './api/errors.ts';
import type { BlankCall } from './blank-laptop.ts';
import type { StationContext } from './context.ts';
import { type CustodyParts, custodyCalls } from './custody/custody-calls.ts';
import type { ErasureCall } from './custody/custody-desk.ts';
import { ElectionDay } from './day/election-day.ts';
import type { Machine } from './day/machine.ts';
import { answerCounted } from './desk/answer-counted.ts';
import { Desk } from './desk/desk.ts';
import { printerTrouble, reprintReceipt } from './desk/print-receipts.ts';
import { FingerSearch, type FingerSearchEngine } from './finger-search/finger-search.ts';
import { IssuingTable } from './issuing/issuing-table.ts';
import { laneCalls } from './lanes/lane-calls.ts';
import { SpareDoorKeeper } from './lanes/spare-door-keeper.ts';
import { localTime } from './local-time.ts';
import { PaperMode } from './paper-mode/paper-mode.ts';
import type { PinKeeper } from './people/pin-keeper.ts';
import type { HandoverRecord } from './projection/handover-rows.ts';
import { ledgerFigures } from './reports/ledger-figures.ts';
import { makeReport } from './reports/make-report.ts';
import type { UploadCarrier } from './stick/carry-upload.ts';
import { identifiedNumbers } from './stick/identified-numbers.ts';
import type { TechnicianCall } from './technician/technician.ts';

/** Another lane, or the stick, has it within this, or people are told. */
const COPY_PATIENCE_MS = 3_000;

/** A call whose approvals were checked: the people who agreed, instead of their PINs. */
export type ApprovedCall<Name extends CallName> = Omit<CallParameters<Name>, 'approvals'> & {
  readonly people: readonly string[];
};

/** Writes the whole log into a fresh folder. */
export type ExportLog = (level: 'public' | 'full') => Promise<Result<CallValue<'exportLog'>, StationError>>;

/** One handler, when which one it is is only known at run time: its call was parsed with its own schema. */
export type AnyHandler = (
  call: unknown,
) => Result<unknown, StationError> | Promise<Result<unknown, StationError>>;

export type Handlers = {
  readonly [Name in Exclude<
    CallName,
    'unlock' | 'dock' | 'dockStrip' | TechnicianCall | ErasureCall | BlankCall
  >]: (
    call: ApprovedCall<Name>,
  ) => Result<CallValue<Name>, StationError> | Promise<Result<CallValue<Name>, StationError>>;
};

/** Everything that exists once two people have unlocked: desk, issuing table, the day, and the reports. */
export class OpenStation {
  readonly context: StationContext;
  readonly day: ElectionDay;
  readonly desk: Desk;
  readonly fingerSearch: FingerSearch;
  readonly table: IssuingTable;
  readonly spareDoor: SpareDoorKeeper;
  readonly pins: PinKeeper;
  readonly handlers: Handlers;

  constructor(
    context: StationContext,
    machine: Machine,
    pins: PinKeeper,
    exportLog: ExportLog,
    carrier: UploadCarrier,
    fingerSearchEngine: FingerSearchEngine,
    custody: CustodyParts,
  ) {
    this.context = context;
    this.pins = pins;
    this.day = new ElectionDay(context, machine);
    this.desk = new Desk(context);
    this.fingerSearch = new FingerSearch(context, fingerSearchEngine, () => this.desk.step());
    this.table = new IssuingTable(context);
    this.spareDoor = new SpareDoorKeeper(context, custody.opened);
    const { day, desk, table, fingerSearch } = this;
    const paperMode = new PaperMode(context);
    this.handlers = {
      confirmClock: ({ people }) => day.confirmClock(people),
      runChecks: () => day.runChecks(),
      acceptCheck: ({ check, people }) => day.acceptCheck(check, people),
      recordDraw: ({ job, personId }) => day.recordDraw(job, pins.person(personId)),
      takeDesk: (call) => this.#takeDesk(call),
      openStation: ({ people }) => {
        const opened = day.open(people);
        if (opened.ok) context.lanes.opened(people);
        return opened;
      },
      ...laneCalls(context, desk, this.spareDoor),
      ...custodyCalls(context, pins, custody),
      enterInside: ({ inside, people }) => day.enterInside(inside, people),
      enterCounts: ({ counts, people }) => day.enterCounts(counts, people),
      closeStation: ({ reason, people }) => this.#close(reason, people),
      lookUp: ({ stepId, text }) => desk.lookUp(stepId, text),
      typedByReader: ({ lines }) => desk.typedByReader(lines),
      chooseVoter: ({ stepId, voterId }) => desk.chooseVoter(stepId, voterId),
      takeFinger: ({ stepId, position }) => desk.takeFinger(stepId, position),
      askCommission: ({ stepId, reason }) => desk.askCommission(stepId, reason),
      decideByCommission: ({ stepId, accept, note, people }) =>
        desk.decideByCommission(stepId, accept, note, people),
      issueReceipt: ({ stepId }) => desk.issueReceipt(stepId),
      receiptCameOut: ({ stepId }) => desk.receiptCameOut(stepId),
      leaveDesk: ({ stepId }) => desk.leave(stepId),
      resumeHandover: ({ handoverId }) => desk.resume(handoverId),
      disputeStop: ({ stepId, note, people }) => desk.dispute(stepId, note, people),
      printSlip: ({ stepId, language }) => this.#printSlip(stepId, language),
      undoIdentification: async ({ of, reason, people }) => {
        const undone = this.#undo(of, reason, people);
        return undone.ok ? whenCopied(context) : undone;
      },
      reprintReceipt: async ({ receiptNumber, people }) =>
        valueless(await reprintReceipt(context, receiptNumber, people)),
      openFingerSearch: ({ reason, people }) => fingerSearch.open(reason, people),
      searchFinger: () => fingerSearch.search(),
      closeFingerSearch: () => fingerSearch.close('people'),
      printNumbers: ({ language, people }) => this.#printNumbers(language, people),
      answerCounted: ({ text, people }) => answerCounted(context, text, people),
      declarePaperMode: ({ reason, people }) => paperMode.declare(reason, people),
      endPaperMode: ({ people }) => paperMode.end(people),
      enterPaperLines: ({ lines, people }) => paperMode.enterLines(lines, people),
      settlePaperLine: ({ line, note, people }) => paperMode.settle(line, note, people),
      confirmBallot: ({ code }) => table.confirmBallot(code),
      confirmSignature: ({ handoverId }) => table.confirmSignature(handoverId),
      viewReport: ({ kind }) => ok(this.#report(kind)),
      printReport: ({ kind, language }) => this.#printReport(kind, language),
      exportLog: async ({ level }) => {
        await context.countersign();
        return exportLog(level);
      },
      carryUpload: ({ people }) => carrier.carry(context, people),
      takeUploadReceipts: ({ people }) => carrier.take(context, people),
      reportPdf: async ({ kind, language }) => this.#reportPdf(kind, language),
      paperListPdf: async ({ language }) =>
        ok(pdf('list', await context.paper.paperListPdf(this.#paperList(), language))),
      practiceBallotsPdf: async ({ language, copies }) =>
        ok(pdf('practice-ballots', await context.paper.practiceBallotsPdf(this.#ballots(copies), language))),
    };
  }

  async #takeDesk(call: ApprovedCall<'takeDesk'>): Promise<Result<undefined, StationError>> {
    const { personId, pin } = call;
    if (this.context.procedure.operatorChange === 'pin') {
      if (pin === undefined) return err({ code: 'wrong-pin' });
      const verified = await this.pins.verify({ personId, pin });
      if (!verified.ok) return verified;
    }
    return this.day.takeDesk(this.pins.person(personId));
  }

  #undo(
    of: CallParameters<'undoIdentification'>['of'],
    reason: string,
    people: readonly string[],
  ): Result<undefined, StationError> {
    const { journal } = this.context;
    const found = this.#handoverToUndo(of);
    if (!found.ok) return found;
    const handover = found.value;
    if (handover.state === 'undone') return err({ code: 'already-done' });
    if (this.desk.isPrinting(handover.id)) return err({ code: 'desk-moved-on' });
    const { counted } = handover;
    if (counted === null) return err({ code: 'handover-not-found' });
    const recorded = journal.record([
      {
        ...{ type: 'identification-undone', handover: handover.id, counted, reason, people },
        ...(this.context.register.visitors.has(handover.voterId) ? { visitor: true as const } : {}),
        ...tokenOf(this.context.register, handover.voterId),
      },
    ]);
    if (!recorded.ok) return recorded;
    this.desk.handoverChanged(handover.id);
    return ok(undefined);
  }

  #handoverToUndo(of: CallParameters<'undoIdentification'>['of']): Result<HandoverRecord, StationError> {
    const { projection } = this.context;
    if ('handoverId' in of) {
      const handover = projection.handover(of.handoverId);
      return handover === null ? err({ code: 'handover-not-found' }) : ok(handover);
    }
    const receipt = projection.receipt(of.receiptNumber);
    const handover = receipt === null ? null : projection.handover(receipt.handoverId);
    return handover === null ? err({ code: 'receipt-not-found' }) : ok(handover);
  }

  #close(reason: string, people: readonly string[]): Result<undefined, StationError> {
    const { projection } = this.context;
    if (projection.lastReport('closing') === null) return err({ code: 'wrong-phase' });
    const { agrees } = reconcile(ledgerFigures(this.context), projection.counts());
    const open = this.context.lanes.view()?.matters.some(({ settled }) => !settled) ?? false;
    return this.day.close(reason, people, agrees && !open);
  }

  #report(kind: ReportKind): Report {
    return makeReport(this.context, kind, this.context.projection.reportNumber() + 1);
  }

  async #printReport(
    kind: ReportKind,
    language: Parameters<StationContext['paper']['reportStrip']>[1],
  ): Promise<Result<{ number: number }, StationError>> {
    if ((await printerTrouble(this.context)) !== null) return err({ code: 'printer-problem' });
    const covered = await this.#coverAndCountersign();
    if (!covered.ok) return covered;
    const report = this.#report(kind);
    const recorded = this.#record(report, report.published);
    if (!recorded.ok) return recorded;
    const strip = await this.context.paper.reportStrip(
      report,
      language,
      this.context.devices.printer.dotsAcross,
    );
    const printed = await this.context.devices.printer.print(strip);
    return printed.ok ? ok({ number: report.number }) : err({ code: 'printer-problem' });
  }

  async #reportPdf(
    kind: ReportKind,
    language: Parameters<StationContext['paper']['reportPdf']>[1],
  ): Promise<Result<{ fileName: string; base64: string }, StationError>> {
    const covered = await this.#coverAndCountersign();
    if (!covered.ok) return covered;
    const report = this.#report(kind);
    const recorded = this.#record(report);
    if (!recorded.ok) return recorded;
    return ok(pdf(`${kind}-${report.number}`, await this.context.paper.reportPdf(report, language)));
  }

  /**
   * A report shows how long the log is. The tables, and the issuing table, go on while others sign, so what they wrote
   * in the meantime is covered, too: once more with signatures, and at last without.
   */
  async #coverAndCountersign(): Promise<Result<void, StationError>> {
    const { journal, countersign } = this.context;
    for (let turn = 0; turn < 2; turn += 1) {
      const covered = journal.cover();
      if (!covered.ok) return covered;
      await countersign();
      if (journal.isCovered()) return ok();
    }
    return journal.cover();
  }

  #record(report: Report, published: Report['published'] | null = null): Result<void, StationError> {
    const { kind, number, checkpoint } = report;
    return this.context.journal.record([
      {
        ...{ type: 'report-made', report: kind, number, checkpoint },
        ...(published === null ? {} : { published }),
      },
    ]);
  }

  async #printSlip(
    stepId: string,
    language: CallParameters<'printSlip'>['language'],
  ): Promise<Result<undefined, StationError>> {
    const { identity, paper, devices } = this.context;
    const step = this.desk.step();
    if (step.stepId !== stepId || step.kind !== 'stop') return err({ code: 'desk-moved-on' });
    // A slip that says "identified already" would prove outside that somebody took part.
    if (!step.details.slip) return err({ code: 'bad-request' });
    if ((await printerTrouble(this.context)) !== null) return err({ code: 'printer-problem' });
    const strip = await paper.slip(
      {
        mock: identity.mock,
        stationNumber: identity.stationNumber,
        outcome: step.outcome,
        elsewhere: step.details.elsewhere,
        day: identity.electionDate,
      },
      language,
      devices.printer.dotsAcross,
    );
    const printed = await devices.printer.print(strip);
    return printed.ok ? ok(undefined) : err({ code: 'printer-problem' });
  }

  /** On record before it is printed: a paper with everybody's numbers has to be accounted for. */
  async #printNumbers(
    language: CallParameters<'printNumbers'>['language'],
    people: readonly string[],
  ): Promise<Result<undefined, StationError>> {
    const { identity, paper, devices, projection, register, journal, clock, procedure } = this.context;
    if ((await printerTrouble(this.context)) !== null) return err({ code: 'printer-problem' });
    const { listNumbers, lanes } = identifiedNumbers(
      projection,
      register,
      identity.lane,
      this.context.lanes.elsewhere(),
    );
    const recorded = journal.record([{ type: 'numbers-printed', count: listNumbers.length, people }]);
    if (!recorded.ok) return recorded;
    const { date, time } = localTime(clock.wallMs(), procedure.timeZone);
    const { mock, stationNumber } = identity;
    const strip = await paper.numbersStrip(
      {
        ...{ mock, stationNumber, listNumbers, lanes },
        listLength: register.info().voters,
        printedAt: `${date} ${time}`,
      },
      language,
      devices.printer.dotsAcross,
    );
    const printed = await devices.printer.print(strip);
    return printed.ok ? ok(undefined) : err({ code: 'printer-problem' });
  }

  #paperList(): Parameters<StationContext['paper']['paperListPdf']>[0] {
    const { identity, register } = this.context;
    return {
      mock: identity.mock,
      electionTitle: identity.electionTitle,
      stationNumber: identity.stationNumber,
      rows: (function* rows() {
        for (const voter of register.all())
          yield { listNumber: voter.listNumber, name: fullName(voter.name) };
      })(),
    };
  }

  #ballots(copies: number): Parameters<StationContext['paper']['practiceBallotsPdf']>[0] {
    const { identity, procedure } = this.context;
    return {
      electionTitle: identity.electionTitle,
      stationNumber: identity.stationNumber,
      titles: procedure.receipts.map((receipt) => receipt.title),
      copies,
    };
  }
}

/** Confirmed once more than this disk knows it; what stands on one disk alone is said to be just that. */
function whenCopied({ lanes, timer }: StationContext): Promise<Result<undefined, StationError>> {
  return new Promise((resolve) => {
    const cancel = giveUpAfter(timer, COPY_PATIENCE_MS, () => resolve(err({ code: 'on-one-disk' })));
    lanes.whenCopied(() => {
      cancel();
      resolve(ok(undefined));
    });
  });
}

/** How many have to agree where the procedure decides that. */
export function commissionRule(procedure: Procedure): { chair: number; members: number } {
  const { members, chair } = procedure.commissionDecision;
  return { members, chair: chair ? 1 : 0 };
}

/** Calls to the table of a mock election; they work while the station is locked, too. */
export async function callDock(
  dock: DockControl,
  parameters: CallParameters<'dock'> | CallParameters<'dockStrip'>,
  stripPng: StationContext['paper']['stripPng'],
): Promise<Result<unknown, StationError>> {
  if ('command' in parameters) {
    const done = await dock.perform(parameters.command);
    return done.ok ? ok(undefined) : err({ code: 'bad-request' });
  }
  const strip = await dock.strip(parameters.stripId);
  if (!strip.ok) return err({ code: 'bad-request' });
  return ok({ pngBase64: Buffer.from(await stripPng(strip.value)).toString('base64') });
}

function valueless(result: Result<void, StationError>): Result<undefined, StationError> {
  return result.ok ? ok(undefined) : result;
}

function pdf(name: string, bytes: Uint8Array): { fileName: string; base64: string } {
  return { fileName: `tizme-${name}.pdf`, base64: Buffer.from(bytes).toString('base64') };
}
