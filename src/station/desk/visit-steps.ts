import type { ExceptionReason } from '../../domain/outcome.ts';
import type { StationContext } from '../context.ts';
import type { HandoverRecord } from '../projection/handover-rows.ts';
import type { Step } from './desk-screen.ts';
import { FingerStep } from './finger-step.ts';
import { type Visitor, voterView } from './voter-view.ts';

/** The steps of a visit that goes on, made from the visitor and the projection. */

export function voterStep(context: StationContext, visitor: Visitor): Step {
  const fingers = FingerStep.enrolledFingers(context, visitor.voter);
  return { kind: 'voter', voter: voterView(visitor, context.register), fingers };
}

export function commissionStep(context: StationContext, visitor: Visitor, reason: ExceptionReason): Step {
  const { members, chair } = context.procedure.commissionDecision;
  const voter = voterView(visitor, context.register);
  return { kind: 'commission', voter, reason, membersNeeded: members, chairNeeded: chair };
}

export function verifiedStep(context: StationContext, visitor: Visitor, handover: HandoverRecord): Step {
  const uncertain = context.projection.receipts(handover.id).find((receipt) => receipt.state === 'started');
  return {
    kind: 'verified',
    voter: voterView(visitor, context.register),
    method: handover.counted?.method ?? 'commission',
    receiptsDue: handover.receiptsDue,
    receiptsPrinted: handover.receiptsPrinted.length,
    uncertainReceipt: uncertain?.number ?? null,
  };
}
