import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import { OperatorChoice } from '../operator-change.tsx';
import type { StageProps } from './stage-props.ts';

export function OperatorStage({ snapshot, list }: StageProps) {
  const { say } = useWords();
  return (
    <StepFrame
      testId="preparing-operator"
      heading={say('operator.title')}
      aside={list}
      wayOut={null}
      wayOn={null}
    >
      <OperatorChoice snapshot={snapshot} />
    </StepFrame>
  );
}
