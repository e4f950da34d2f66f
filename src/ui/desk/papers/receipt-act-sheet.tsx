import { useState } from 'react';
import { Input, Label, TextArea, TextField } from 'react-aria-components';
import type { DeskSnapshot, HandoverView } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR, CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Callout } from '../../parts/callout.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';

export type ReceiptAct = 'undo' | 'reprint';

interface ReceiptActSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly act: ReceiptAct;
  /** The hand-over where it is known, from the list; null where a receipt's number is still to be typed. */
  readonly handover: HandoverView | null;
  readonly onClose: () => void;
}

/** The chair takes an identification back, with a reason, or prints a receipt again, marked as a copy. */
export function ReceiptActSheet({ snapshot, act, handover, onClose }: ReceiptActSheetProps) {
  const { say } = useWords();
  const station = useStation();
  const receiptNumbers = handover?.receiptNumbers ?? [];
  const [only, ...others] = receiptNumbers;
  // An undo takes the whole identification back, by whichever of its receipts; a reprint is of one.
  const choosing = act === 'reprint' && others.length > 0;
  const [number, setNumber] = useState(choosing ? '' : (only ?? ''));
  const [reason, setReason] = useState('');
  // An undo of a listed hand-over needs no number: a voter who is identified may have no receipt yet.
  const known = act === 'undo' && handover !== null;
  const ready = (known || number.trim() !== '') && (act === 'reprint' || reason.trim().length >= 3);

  return (
    <Sheet testId={`${act}-sheet`} title={say(`receipt-act.${act}-title`)} onClose={onClose}>
      <div className="stack">
        <p>{say(`receipt-act.${act}-hint`)}</p>
        {act === 'undo' && others.length > 0 ? (
          <Callout tone="care">
            {say('receipt-act.undo-all', { receipts: receiptNumbers.join(', ') })}
          </Callout>
        ) : null}
        {known ? (
          <p data-testid="undo-of">
            <strong>{handover.name}</strong>
            {only === undefined ? null : <span className="numbers"> · {receiptNumbers.join(', ')}</span>}
          </p>
        ) : choosing ? (
          <ReceiptChoice numbers={receiptNumbers} chosen={number} onChoose={setNumber} />
        ) : (
          <TextField className="field" value={number} onChange={setNumber} maxLength={32} autoFocus>
            <Label>{say('receipt-act.number')}</Label>
            <Input data-testid="receipt-number-input" autoComplete="off" />
          </TextField>
        )}
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
                    of: known ? { handoverId: handover.handoverId } : { receiptNumber: number.trim() },
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

interface ReceiptChoiceProps {
  readonly numbers: readonly string[];
  readonly chosen: string;
  readonly onChoose: (number: string) => void;
}

/** Which of a voter's receipts: the one for the President, or the one for the referendum. */
function ReceiptChoice({ numbers, chosen, onChoose }: ReceiptChoiceProps) {
  const { say } = useWords();
  return (
    <fieldset className="choice">
      <legend>{say('receipt-act.which')}</legend>
      <div className="row">
        {numbers.map((number) => (
          <ActButton
            key={number}
            testId={`receipt-choice-${number}`}
            pressed={number === chosen}
            onPress={() => onChoose(number)}
          >
            {number}
          </ActButton>
        ))}
      </div>
    </fieldset>
  );
}
