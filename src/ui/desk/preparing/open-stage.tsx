import { useState } from 'react';
import { useStation } from '../../mirror/station-context.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Sheet } from '../../parts/sheet.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import type { StageProps } from './stage-props.ts';

/** All is ready: two people open the station, which then goes straight to the first voter. */
export function OpenStage({ snapshot, list }: StageProps) {
  const { say } = useWords();
  const station = useStation();
  const [signing, setSigning] = useState(false);
  const opens = snapshot.procedure?.voting.opens ?? '';
  const closes = snapshot.procedure?.voting.closes ?? '';
  return (
    <StepFrame
      testId="preparing-open"
      tone="good"
      heading={say('open.heading')}
      hint={say('open.hint', { opens, closes })}
      aside={list}
      wayOut={null}
      wayOn={{ label: say('open.open'), onPress: () => setSigning(true) }}
    >
      <ol className="compare">
        <li>{say('open.boxes')}</li>
        <li>{say('open.paper-list')}</li>
        <li>{say('open.observers')}</li>
      </ol>
      {signing ? (
        <Sheet testId="open-approval" title={say('open.title')} onClose={() => setSigning(false)}>
          <ApprovalPanel
            snapshot={snapshot}
            need={CHAIR_AND_MEMBER}
            onApproved={(approvals) => station.openStation({ approvals })}
            onDone={() => setSigning(false)}
          />
        </Sheet>
      ) : null}
    </StepFrame>
  );
}
