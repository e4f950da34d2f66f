import { useState } from 'react';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR } from '../../parts/approval-rules.ts';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountField } from './count-field.tsx';
import { parseCount } from './parse-count.ts';

interface InsideSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly onClose: () => void;
}

/** The doors are shut: the chair enters how many voters are still inside, and the desk counts them down. */
export function InsideSheet({ snapshot, onClose }: InsideSheetProps) {
  const { say } = useWords();
  const station = useStation();
  const [text, setText] = useState('');
  const inside = parseCount(text);
  return (
    <Sheet testId="inside-sheet" title={say('closing.inside-title')} onClose={onClose}>
      <div className="stack">
        <p>{say('closing.inside-hint')}</p>
        <CountField
          testId="inside-count"
          label={say('closing.inside')}
          value={text}
          onChange={setText}
          first
        />
        {inside === null ? (
          <p className="soft">{say('closing.inside-first')}</p>
        ) : (
          <ApprovalPanel
            snapshot={snapshot}
            need={CHAIR}
            onApproved={(approvals) => station.enterInside({ inside, approvals })}
            onDone={onClose}
          />
        )}
      </div>
    </Sheet>
  );
}
