import { useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR } from '../../parts/approval-rules.ts';
import { Callout } from '../../parts/callout.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';

interface CountedSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly onClose: () => void;
}

/** Not yet, once, more than once. */
const TONES = ['calm', 'good', 'bad'] as const;

/** The chair tells a voter who is there in person how often they are counted; nothing is printed. */
export function CountedSheet({ snapshot, onClose }: CountedSheetProps) {
  const { say } = useWords();
  const station = useStation();
  const [text, setText] = useState('');
  const [counted, setCounted] = useState<number | null>(null);
  return (
    <Sheet testId="counted-sheet" title={say('counted.title')} onClose={onClose}>
      <div className="stack">
        <p>{say('counted.hint')}</p>
        <TextField
          className="field"
          value={text}
          onChange={(typed) => {
            setText(typed);
            setCounted(null);
          }}
          maxLength={100}
          autoFocus
        >
          <Label>{say('counted.number')}</Label>
          <Input data-testid="counted-text" autoComplete="off" />
        </TextField>
        {counted === null ? null : (
          <Callout tone={TONES[Math.min(counted, 2)] ?? 'bad'} testId="counted-answer">
            {say('counted.answer', { count: counted })}
          </Callout>
        )}
        {text.trim() === '' || counted !== null ? null : (
          <ApprovalPanel
            snapshot={snapshot}
            need={CHAIR}
            onApproved={async (approvals) => {
              const answer = await station.answerCounted({ text: text.trim(), approvals });
              if (answer.ok) setCounted(answer.value.counted);
              return answer;
            }}
          />
        )}
      </div>
    </Sheet>
  );
}
