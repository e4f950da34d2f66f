import { useState } from 'react';
import { Label, TextArea, TextField } from 'react-aria-components';
import type { ClosingView, DeskSnapshot } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Callout } from '../../parts/callout.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';

interface CloseSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly closing: ClosingView;
  readonly onClose: () => void;
}

/** Two people close the station; where figures differ they say why as far as they know. */
export function CloseSheet({ snapshot, closing, onClose }: CloseSheetProps) {
  const { say } = useWords();
  const station = useStation();
  const [reason, setReason] = useState('');
  const differs = !closing.reconciliation.agrees;
  const ready = !differs || reason.trim().length >= 3;
  return (
    <Sheet testId="close-sheet" title={say('closing.close-title')} onClose={onClose}>
      <div className="stack">
        {closing.stillInside > 0 ? (
          <Callout tone="care">{say('closing.still-inside-warning', { count: closing.stillInside })}</Callout>
        ) : null}
        {differs ? (
          <>
            <Callout tone="care">{say('closing.differs')}</Callout>
            <TextField className="field" value={reason} onChange={setReason} maxLength={300} autoFocus>
              <Label>{say('closing.reason')}</Label>
              <TextArea data-testid="close-reason" rows={2} />
            </TextField>
          </>
        ) : (
          <Callout tone="good">{say('reconciliation.agrees')}</Callout>
        )}
        {ready ? (
          <ApprovalPanel
            snapshot={snapshot}
            need={CHAIR_AND_MEMBER}
            onApproved={(approvals) => station.closeStation({ reason: reason.trim(), approvals })}
            onDone={onClose}
          />
        ) : (
          <p className="soft">{say('reason.first')}</p>
        )}
      </div>
    </Sheet>
  );
}
