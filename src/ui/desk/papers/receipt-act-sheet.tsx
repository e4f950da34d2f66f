import { useState } from 'react';
import { Input, Label, TextArea, TextField } from 'react-aria-components';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR, CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';

export type ReceiptAct = 'undo' | 'reprint';

interface ReceiptActSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly act: ReceiptAct;
  /** Filled in where the hand-over is known. */
  readonly receiptNumber: string;
  readonly onClose: () => void;
}

/** The chair takes an identification back, with a reason, or prints a receipt again, marked as a copy. */
export function ReceiptActSheet({ snapshot, act, receiptNumber, onClose }: ReceiptActSheetProps) {
  const { say } = useWords();
  const station = useStation();
  const [number, setNumber] = useState(receiptNumber);
  const [reason, setReason] = useState('');
  const ready = number.trim() !== '' && (act === 'reprint' || reason.trim().length >= 3);

  return (
    <Sheet testId={`${act}-sheet`} title={say(`receipt-act.${act}-title`)} onClose={onClose}>
      <div className="stack">
        <p>{say(`receipt-act.${act}-hint`)}</p>
        <TextField className="field" value={number} onChange={setNumber} maxLength={32} autoFocus>
          <Label>{say('receipt-act.number')}</Label>
          <Input data-testid="receipt-number-input" autoComplete="off" />
        </TextField>
        {act === 'undo' ? (
          <TextField className="field" value={reason} onChange={setReason} maxLength={300}>
            <Label>{say('receipt-act.reason')}</Label>
            <TextArea data-testid="undo-reason" rows={2} />
          </TextField>
        ) : null}
        {ready ? (
          <ApprovalPanel
            snapshot={snapshot}
            need={act === 'undo' ? CHAIR_AND_MEMBER : CHAIR}
            onApproved={(approvals) =>
              act === 'undo'
                ? station.undoIdentification({
                    receiptNumber: number.trim(),
                    reason: reason.trim(),
                    approvals,
                  })
                : station.reprintReceipt({ receiptNumber: number.trim(), approvals })
            }
            onDone={onClose}
          />
        ) : (
          <p className="soft">{say('receipt-act.first')}</p>
        )}
      </div>
    </Sheet>
  );
}
