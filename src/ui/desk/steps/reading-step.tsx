import type { DeskSnapshot, DeskStep } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountsLine } from '../counts-line.tsx';
import { ReaderPicture } from './pictures.tsx';

interface ReadingStepProps {
  readonly snapshot: DeskSnapshot;
  readonly step: Extract<DeskStep, { kind: 'reading-document' }>;
}

export function ReadingStep({ snapshot, step }: ReadingStepProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const heading = say(step.centre === true ? 'reading.centre-heading' : 'reading.heading');
  return (
    <StepFrame
      testId="desk-step-reading-document"
      heading={heading}
      hint={say(step.centre === true ? 'reading.centre-hint' : 'reading.hint')}
      problem={act.problem}
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={{
        label: say('way.stop'),
        onPress: () => void act.run(station.leaveDesk({ stepId: step.stepId })),
      }}
      wayOn={null}
    >
      <div className="reading-picture">
        <ReaderPicture />
        <span className="progress" role="progressbar" aria-label={heading}>
          <span />
        </span>
      </div>
    </StepFrame>
  );
}
