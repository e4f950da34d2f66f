import { z } from 'zod';
import { DEVICE_KINDS } from '../../domain/devices.ts';
import { dockCommandSchema } from '../../domain/dock.ts';
import { FINGER_POSITIONS } from '../../domain/finger.ts';
import { LANGUAGES } from '../../domain/language.ts';
import { EXCEPTION_REASONS } from '../../domain/outcome.ts';
import { REPORT_KINDS } from '../../domain/report.ts';
import { DRAWN_JOBS } from '../../domain/roles.ts';
import { CHECK_NAMES } from './snapshot.ts';

/**
 * Every call that a screen can make: one named-parameter object each, parsed on arrival in the station, and
 * answered with a `Result`. Who may call what stands in ../permissions.ts.
 */
const approval = z.strictObject({ personId: z.string().max(64), pin: z.string().min(4).max(12) });
const approvals = z.array(approval).min(1).max(3);
const stepId = z.string().max(64);
const newPin = z.string().regex(/^\d{6,12}$/);
const count = z.int().min(0).max(100_000);
const calibration = z.strictObject({
  dpi: z.number().min(100).max(1_200),
  flipRows: z.boolean(),
  flipColumns: z.boolean(),
});
const reason = z.string().trim().min(3).max(300);

export const CALLS = {
  // The day
  unlock: z.strictObject({ approvals }),
  confirmClock: z.strictObject({ approvals }),
  runChecks: z.strictObject({}),
  /** A failed or missing check that the chair takes on record (a laptop without a battery). */
  acceptCheck: z.strictObject({ check: z.enum(CHECK_NAMES), approvals }),
  recordDraw: z.strictObject({ job: z.enum(DRAWN_JOBS), personId: z.string().max(64) }),
  takeDesk: z.strictObject({ personId: z.string().max(64), pin: z.string().min(4).max(12).optional() }),
  openStation: z.strictObject({ approvals }),
  enterInside: z.strictObject({ inside: count, approvals }),
  enterCounts: z.strictObject({
    counts: z.strictObject({
      ballotsReceived: count.nullable(),
      ballotsUnused: count.nullable(),
      ballotsSpoiled: count.nullable(),
      ballotStubs: count.nullable(),
      receiptsCollected: count.nullable(),
      signatures: count.nullable(),
      ballotsInBox: count.nullable(),
    }),
    approvals,
  }),
  closeStation: z.strictObject({ reason: z.string().trim().max(300), approvals }),

  // The lanes
  /** The code that the owning table's operator read aloud, for the voter on the stop screen. */
  /** Asks the table that didn't give the voter's right once more. */
  askLaneAgain: z.strictObject({ stepId }),
  enterLaneCode: z.strictObject({ stepId, code: z.string().trim().min(8).max(12) }),
  /** Two people let this lane identify the voter on the stop screen, whom another lane owns. */
  overrideLane: z.strictObject({ stepId, approvals }),
  giveByCode: z.strictObject({ listNumber: z.int().min(1).max(99_999), lane: z.int().min(1).max(10) }),
  takeOverLane: z.strictObject({ lane: z.int().min(1).max(10), approvals }),
  /** `lastReceipt`: the highest number of this laptop's receipts that is on paper, 0 for none. */
  resumeLane: z.strictObject({ lastReceipt: z.int().min(0).max(9_999_999), approvals }),
  goAlone: z.strictObject({ approvals }),
  settleMatter: z.strictObject({ matter: z.string().min(1).max(600), approvals }),
  /** Where another table is, as its screen shows it. */
  connectLane: z.strictObject({ address: z.string().trim().min(1).max(400) }),
  /** Two people let a blank laptop on this network become table `lane`, in the place of the one that was. */
  letSpareIn: z.strictObject({ lane: z.int().min(1).max(10), approvals }),
  /** Whether the blank laptop shows the digits that stand here. */
  compareSpare: z.strictObject({ same: z.boolean() }),
  /** Shuts the door, or puts away what came of it. */
  shutSpareDoor: z.strictObject({}),
  /** Pulls this laptop's network cable out, or puts it back: a rehearsal of a dead switch. */
  plugNetwork: z.strictObject({ plugged: z.boolean() }),
  /** The sign over this table, on the receipt printer: which list numbers come here. */
  printLaneSign: z.strictObject({ language: z.enum(LANGUAGES) }),
  /** The signs of all tables, a sheet each. */
  laneSignsPdf: z.strictObject({ language: z.enum(LANGUAGES) }),

  // The desk
  lookUp: z.strictObject({ stepId, text: z.string().trim().min(1).max(100) }),
  /** Text from a reader that types like a keyboard, already cut into lines. */
  typedByReader: z.strictObject({ lines: z.array(z.string().max(400)).min(1).max(3) }),
  chooseVoter: z.strictObject({ stepId, voterId: z.string().max(64) }),
  takeFinger: z.strictObject({ stepId, position: z.literal(FINGER_POSITIONS).optional() }),
  askCommission: z.strictObject({ stepId, reason: z.enum(EXCEPTION_REASONS) }),
  decideByCommission: z.strictObject({
    stepId,
    accept: z.boolean(),
    note: z.string().trim().max(300),
    approvals,
  }),
  issueReceipt: z.strictObject({ stepId }),
  /** After a power cut in the middle of printing: the receipt lies there, whole. */
  receiptCameOut: z.strictObject({ stepId }),
  /** Puts the voter aside: a decided one stays in the open hand-overs, an undecided one is released. */
  leaveDesk: z.strictObject({ stepId }),
  resumeHandover: z.strictObject({ handoverId: z.string().max(64) }),
  disputeStop: z.strictObject({ stepId, note: reason, approvals }),
  printSlip: z.strictObject({ stepId, language: z.enum(LANGUAGES) }),

  // The chair
  /** By a receipt that the voter holds, or by the hand-over in the list: one may have no receipt yet. */
  undoIdentification: z.strictObject({
    of: z.union([
      z.strictObject({ receiptNumber: z.string().max(32) }),
      z.strictObject({ handoverId: z.string().max(64) }),
    ]),
    reason,
    approvals,
  }),
  /** The list numbers that are taken, on the receipt printer, to go on beside the paper list. */
  printNumbers: z.strictObject({ language: z.enum(LANGUAGES), approvals }),
  /** "Am I counted once?", asked in person with the document; only where the procedure allows it. */
  answerCounted: z.strictObject({ text: z.string().trim().min(1).max(100), approvals }),
  declarePaperMode: z.strictObject({ reason, approvals }),
  endPaperMode: z.strictObject({ approvals }),
  /** Lines of the paper form, as two people read them out and type them in. */
  enterPaperLines: z.strictObject({
    lines: z
      .array(
        z.strictObject({
          line: z.int().min(1).max(100_000),
          listNumber: z.int().min(1).max(100_000),
          receipts: z.int().min(0).max(10),
        }),
      )
      .min(1)
      .max(200),
    approvals,
  }),
  settlePaperLine: z.strictObject({ line: z.int().min(1).max(100_000), note: reason, approvals }),
  reprintReceipt: z.strictObject({ receiptNumber: z.string().max(32), approvals }),

  // Searching for one finger among all voters
  openFingerSearch: z.strictObject({ reason, approvals }),
  searchFinger: z.strictObject({}),
  closeFingerSearch: z.strictObject({}),

  // The issuing table
  confirmBallot: z.strictObject({ code: z.string().trim().min(1).max(80) }),
  confirmSignature: z.strictObject({ handoverId: z.string().max(64) }),

  // Paper
  viewReport: z.strictObject({ kind: z.enum(REPORT_KINDS) }),
  printReport: z.strictObject({ kind: z.enum(REPORT_KINDS), language: z.enum(LANGUAGES) }),
  reportPdf: z.strictObject({ kind: z.enum(REPORT_KINDS), language: z.enum(LANGUAGES) }),
  paperListPdf: z.strictObject({ language: z.enum(LANGUAGES) }),
  practiceBallotsPdf: z.strictObject({ language: z.enum(LANGUAGES), copies: z.int().min(1).max(50) }),

  /** Writes the signed log for the observers (public parts) or for the commission (everything). */
  exportLog: z.strictObject({ level: z.enum(['public', 'full']), approvals }),

  /** Writes what the centre has no receipt for to the stick, where there is no network. */
  carryUpload: z.strictObject({ approvals }),
  /** Takes the centre's receipts from the stick that came back. */
  takeUploadReceipts: z.strictObject({ approvals }),

  // The laptop's package and list, and who may open it
  /** What lies on the sticks: newer packages, and changes of the list. */
  lookAtStick: z.strictObject({}),
  /** Carries out every change on the sticks that is next, in order. */
  takeChanges: z.strictObject({ approvals }),
  /** `file`: as `lookAtStick` named it. The station locks itself, and begins again with it. */
  replacePackage: z.strictObject({ file: z.string().min(1).max(300), approvals }),
  changePin: z.strictObject({ personId: z.string().max(64), pin: z.string().min(4).max(12), newPin }),
  /** Two others of the commission answer for whoever forgot the PIN. */
  renewPin: z.strictObject({ personId: z.string().max(64), newPin, approvals }),
  /**
   * After the election: the list is destroyed. The station locks itself for good. `gone`: tables that don't answer, of
   * which the same two people say that nobody is served there any more.
   */
  eraseList: z.strictObject({ gone: z.array(z.int().min(1).max(99)).max(99), approvals }),
  erasureCertificate: z.strictObject({ language: z.enum(LANGUAGES) }),
  printErasure: z.strictObject({ language: z.enum(LANGUAGES) }),

  // A laptop that belongs to no station yet
  /** Tables on this network that let a spare in, and sticks for its half of the key. */
  lookForTables: z.strictObject({}),
  /** Knocks at such a table. `stick`: keeps this laptop's half of the key; null: the laptop itself. */
  becomeTable: z.strictObject({
    address: z.string().trim().min(1).max(400),
    stick: z.string().min(1).max(300).nullable(),
  }),
  /** Whether the table shows the digits that stand here. */
  compareTable: z.strictObject({ same: z.boolean() }),
  cancelBecoming: z.strictObject({}),

  // The technician
  lookForDevices: z.strictObject({}),
  /** Begins a test, which goes on in the snapshots. `language`: of the strip that a printer is tried with. */
  testDevice: z.strictObject({ kind: z.enum(DEVICE_KINDS), language: z.enum(LANGUAGES) }),
  /** Ends a test or a calibration, and puts its result away. */
  stopTest: z.strictObject({}),
  startCalibration: z.strictObject({}),
  printTarget: z.strictObject({}),
  /** While the station is locked, before anybody's PIN can be asked for. */
  setUpScanner: z.strictObject({ calibration }),
  calibrateScanner: z.strictObject({ calibration, approvals }),
  devicesPdf: z.strictObject({ language: z.enum(LANGUAGES) }),

  // The mock table
  dock: z.strictObject({ command: dockCommandSchema }),
  /** The last strips that came out of the simulated printer, as PNG. */
  dockStrip: z.strictObject({ stripId: z.int().min(0) }),
} as const;

export type CallName = keyof typeof CALLS;
export type CallParameters<Name extends CallName> = z.infer<(typeof CALLS)[Name]>;
