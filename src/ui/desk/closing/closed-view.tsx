import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountsLine } from '../counts-line.tsx';
import { ReportPanel } from '../papers/reports-sheet.tsx';

/** The day is over: the closing report stays to be looked at and printed as often as anyone asks. */
export function ClosedView({ snapshot }: { readonly snapshot: DeskSnapshot }) {
  const { say, language } = useWords();
  const station = useStation();
  const act = useAct();
  return (
    <StepFrame
      testId="closed"
      tone="good"
      heading={say('closed.heading')}
      hint={say('closed.hint')}
      problem={act.problem}
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={null}
      wayOn={{
        label: say('closed.print'),
        disabled: act.pending,
        onPress: () => void act.run(station.printReport({ kind: 'closing', language })),
      }}
    >
      <ReportPanel kind="closing" />
    </StepFrame>
  );
}
