import { useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Callout } from '../../parts/callout.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';
import { otherTableOfReceipt, parseReceiptSequence } from './parse-receipt-sequence.ts';

interface ResumeSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/**
 * Two people let a table own its voters, though nothing shows that its log is the newest. They have its last receipt
 * before them: a disk that was put back doesn't know how far the numbers went.
 */
export function ResumeSheet({ snapshot, onDone, onClose }: ResumeSheetProps) {
  const { say } = useWords();
  const station = useStation();
  const [number, setNumber] = useState('');
  const lastReceipt = parseReceiptSequence(number, snapshot.lane);
  const other = otherTableOfReceipt(number, snapshot.lane);
  return (
    <Sheet testId="lanes-resume" title={say('lanes.resume')} onClose={onClose}>
      <div className="stack">
        <p>{say('lanes.resume-hint')}</p>
        <TextField className="field" value={number} onChange={setNumber} maxLength={11} autoFocus>
          <Label>{say('lanes.resume-receipt', { lane: snapshot.lane })}</Label>
          <Input data-testid="resume-receipt" className="numbers" autoComplete="off" />
        </TextField>
        {other === null ? null : (
          <Callout tone="care" testId="resume-other-table">
            {say('lanes.resume-other-table', { other, lane: snapshot.lane })}
          </Callout>
        )}
        {lastReceipt === null ? (
          <p className="soft">{say('lanes.resume-first')}</p>
        ) : (
          <ApprovalPanel
            snapshot={snapshot}
            need={CHAIR_AND_MEMBER}
            onApproved={(approvals) => station.resumeLane({ lastReceipt, approvals })}
            onDone={onDone}
          />
        )}
      </div>
    </Sheet>
  );
}
