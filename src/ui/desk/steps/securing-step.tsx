import { useState } from 'react';
import type { DeskSnapshot, DeskStep } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Sheet } from '../../parts/sheet.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountsLine } from '../counts-line.tsx';
import { VoterCard } from '../voter-card.tsx';

interface SecuringStepProps {
  readonly snapshot: DeskSnapshot;
  readonly step: Extract<DeskStep, { kind: 'securing' }>;
}

/** The identification lies on this laptop only: it is confirmed once another lane has it, or two people say so. */
export function SecuringStep({ snapshot, step }: SecuringStepProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [deciding, setDeciding] = useState(false);
  return (
    <StepFrame
      testId="desk-step-securing"
      heading={say('securing.heading')}
      hint={say('securing.hint')}
      aside={<VoterCard voter={step.voter} />}
      problem={act.problem}
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={{
        label: say('way.stop'),
        onPress: () => void act.run(station.leaveDesk({ stepId: step.stepId })),
      }}
      wayOn={null}
    >
      <span className="progress" role="progressbar" aria-label={say('securing.heading')}>
        <span />
      </span>
      <div className="row">
        <ActButton testId="go-alone" icon="people" onPress={() => setDeciding(true)}>
          {say('securing.alone')}
        </ActButton>
      </div>
      {deciding ? <GoAloneSheet snapshot={snapshot} onClose={() => setDeciding(false)} /> : null}
    </StepFrame>
  );
}

function GoAloneSheet({
  snapshot,
  onClose,
}: {
  readonly snapshot: DeskSnapshot;
  readonly onClose: () => void;
}) {
  const { say } = useWords();
  const station = useStation();
  return (
    <Sheet testId="go-alone-sheet" title={say('securing.alone')} onClose={onClose}>
      <div className="stack">
        <p>{say('securing.alone-hint')}</p>
        <ApprovalPanel
          snapshot={snapshot}
          need={CHAIR_AND_MEMBER}
          onApproved={(approvals) => station.goAlone({ approvals })}
          onDone={onClose}
        />
      </div>
    </Sheet>
  );
}
