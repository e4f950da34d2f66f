import type { WindowKind } from '../domain/window-kind.ts';
import type { CallName } from './api/calls.ts';
import type { Phase } from './api/snapshot.ts';

/** How many people have to agree, each with an own PIN. */
export interface ApprovalRule {
  readonly chair: number;
  readonly members: number;
  /** So many of the commission in all, the chair among them or not. */
  readonly ofCommission?: number;
}

export interface CallPermission {
  readonly windows: readonly WindowKind[];
  readonly phases: readonly Phase[];
  /** An operator has to be signed in at the desk. */
  readonly operator?: true;
  /** `by-procedure`: as the procedure's commissionDecision says. */
  readonly approvals?: ApprovalRule | 'by-procedure' | 'unlock';
  /** Only in a mock election. */
  readonly mockOnly?: true;
}

const DESK: readonly WindowKind[] = ['desk'];
const ISSUING: readonly WindowKind[] = ['issuing'];
const UNLOCKED: readonly Phase[] = ['preparing', 'open', 'closing', 'closed'];
const PREPARING: readonly Phase[] = ['preparing'];
/** Identification goes on in `closing`: whoever is inside at the end still gets a ballot. */
const IDENTIFYING: readonly Phase[] = ['open', 'closing'];
/** Devices are tried before the commission comes, and whenever one fails. */
const TECHNICIAN = { windows: DESK, phases: ['locked', ...UNLOCKED] } as const;
const OPERATING = { windows: DESK, phases: IDENTIFYING, operator: true } as const;
const CHAIR: ApprovalRule = { chair: 1, members: 0 };
const CHAIR_AND_MEMBER: ApprovalRule = { chair: 1, members: 1 };

/**
 * The one place that says who may do what. It is asked in the station for every call, whatever a screen shows;
 * the observers' window may call nothing at all.
 */
export const PERMISSIONS: Readonly<Record<CallName, CallPermission>> = {
  unlock: { windows: DESK, phases: ['locked'], approvals: 'unlock' },
  confirmClock: { windows: DESK, phases: UNLOCKED, approvals: CHAIR_AND_MEMBER },
  runChecks: { windows: DESK, phases: UNLOCKED },
  acceptCheck: { windows: DESK, phases: PREPARING, approvals: CHAIR },
  recordDraw: { windows: DESK, phases: PREPARING },
  takeDesk: { windows: DESK, phases: ['preparing', 'open', 'closing'] },
  openStation: { windows: DESK, phases: PREPARING, operator: true, approvals: CHAIR_AND_MEMBER },
  enterInside: { windows: DESK, phases: IDENTIFYING, approvals: CHAIR },
  enterCounts: { windows: DESK, phases: ['open', 'closing', 'closed'], approvals: { chair: 0, members: 1 } },
  closeStation: { windows: DESK, phases: ['closing'], approvals: CHAIR_AND_MEMBER },
  askLaneAgain: OPERATING,
  enterLaneCode: OPERATING,
  overrideLane: { ...OPERATING, approvals: CHAIR_AND_MEMBER },
  giveByCode: OPERATING,
  takeOverLane: { windows: DESK, phases: IDENTIFYING, approvals: CHAIR_AND_MEMBER },
  resumeLane: { windows: DESK, phases: ['preparing', ...IDENTIFYING], approvals: CHAIR_AND_MEMBER },
  goAlone: { windows: DESK, phases: ['preparing', ...IDENTIFYING], approvals: CHAIR_AND_MEMBER },
  settleMatter: { windows: DESK, phases: UNLOCKED, approvals: CHAIR_AND_MEMBER },
  connectLane: { windows: DESK, phases: UNLOCKED },
  // Over the network a spare is let in as long as somebody may be identified at it.
  letSpareIn: { windows: DESK, phases: ['preparing', ...IDENTIFYING], approvals: CHAIR_AND_MEMBER },
  compareSpare: { windows: DESK, phases: UNLOCKED },
  shutSpareDoor: { windows: DESK, phases: UNLOCKED },
  plugNetwork: { windows: DESK, phases: UNLOCKED, mockOnly: true },
  printLaneSign: { windows: DESK, phases: UNLOCKED },
  laneSignsPdf: { windows: DESK, phases: UNLOCKED },
  lookUp: OPERATING,
  // The code of another table's screen is read before the opening, too; a document is of no use then.
  typedByReader: { windows: DESK, phases: UNLOCKED },
  chooseVoter: OPERATING,
  takeFinger: OPERATING,
  askCommission: OPERATING,
  decideByCommission: { ...OPERATING, approvals: 'by-procedure' },
  issueReceipt: OPERATING,
  receiptCameOut: OPERATING,
  leaveDesk: OPERATING,
  resumeHandover: OPERATING,
  disputeStop: { ...OPERATING, approvals: CHAIR },
  printSlip: OPERATING,
  undoIdentification: { windows: DESK, phases: IDENTIFYING, approvals: CHAIR_AND_MEMBER },
  reprintReceipt: { windows: DESK, phases: IDENTIFYING, approvals: CHAIR },
  openFingerSearch: { ...OPERATING, approvals: CHAIR_AND_MEMBER },
  searchFinger: OPERATING,
  closeFingerSearch: { windows: DESK, phases: UNLOCKED },
  printNumbers: { windows: DESK, phases: UNLOCKED, approvals: CHAIR },
  answerCounted: { windows: DESK, phases: UNLOCKED, approvals: CHAIR },
  declarePaperMode: { windows: DESK, phases: IDENTIFYING, approvals: CHAIR_AND_MEMBER },
  endPaperMode: { windows: DESK, phases: IDENTIFYING, approvals: CHAIR_AND_MEMBER },
  enterPaperLines: { windows: DESK, phases: ['open', 'closing', 'closed'], approvals: CHAIR_AND_MEMBER },
  settlePaperLine: { windows: DESK, phases: ['open', 'closing', 'closed'], approvals: CHAIR_AND_MEMBER },
  confirmBallot: { windows: ISSUING, phases: IDENTIFYING },
  confirmSignature: { windows: ISSUING, phases: IDENTIFYING },
  viewReport: { windows: DESK, phases: UNLOCKED },
  printReport: { windows: DESK, phases: UNLOCKED },
  reportPdf: { windows: DESK, phases: UNLOCKED },
  paperListPdf: { windows: DESK, phases: UNLOCKED },
  practiceBallotsPdf: { windows: DESK, phases: UNLOCKED, mockOnly: true },
  exportLog: { windows: DESK, phases: ['closing', 'closed'], approvals: CHAIR_AND_MEMBER },
  // Centre parts leave the station: two people answer for the stick.
  carryUpload: { windows: DESK, phases: ['open', 'closing', 'closed'], approvals: CHAIR_AND_MEMBER },
  takeUploadReceipts: { windows: DESK, phases: ['open', 'closing', 'closed'], approvals: CHAIR_AND_MEMBER },
  lookAtStick: { windows: DESK, phases: UNLOCKED },
  // Corrections of the list come as long as somebody may be identified by it.
  takeChanges: { windows: DESK, phases: ['preparing', ...IDENTIFYING], approvals: CHAIR_AND_MEMBER },
  // Refused during the day, with what to do instead: the station says it, so that the screen can.
  replacePackage: { windows: DESK, phases: UNLOCKED, approvals: CHAIR_AND_MEMBER },
  // By the old PIN.
  changePin: { windows: DESK, phases: UNLOCKED },
  renewPin: { windows: DESK, phases: UNLOCKED, approvals: { chair: 0, members: 0, ofCommission: 2 } },
  eraseList: { windows: DESK, phases: ['closed'], approvals: CHAIR_AND_MEMBER },
  erasureCertificate: { windows: DESK, phases: ['locked'] },
  printErasure: { windows: DESK, phases: ['locked'] },
  // Only a laptop that belongs to no station can: the station asks which one it is.
  lookForTables: { windows: DESK, phases: ['locked'] },
  becomeTable: { windows: DESK, phases: ['locked'] },
  compareTable: { windows: DESK, phases: ['locked'] },
  cancelBecoming: { windows: DESK, phases: ['locked'] },
  lookForDevices: TECHNICIAN,
  testDevice: TECHNICIAN,
  stopTest: TECHNICIAN,
  startCalibration: TECHNICIAN,
  printTarget: TECHNICIAN,
  setUpScanner: { windows: DESK, phases: ['locked'] },
  // A mirrored picture matches nobody: on the day two people answer for it.
  calibrateScanner: { windows: DESK, phases: UNLOCKED, approvals: CHAIR_AND_MEMBER },
  devicesPdf: TECHNICIAN,
  dock: { windows: DESK, phases: ['locked', ...UNLOCKED], mockOnly: true },
  dockStrip: { windows: DESK, phases: ['locked', ...UNLOCKED], mockOnly: true },
};
