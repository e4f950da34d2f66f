import { formatCount } from '../../format/format.ts';
import { shortHash } from '../../format/mask.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import { ReportPanel } from '../papers/reports-sheet.tsx';
import type { StageProps } from './stage-props.ts';

/** Before opening everything must be zero; the paper says so, with the list's count and fingerprint. */
export function ZeroReportStage({ snapshot, list }: StageProps) {
  const { say, language } = useWords();
  const station = useStation();
  const act = useAct();
  const { register } = snapshot.opening;
  return (
    <StepFrame
      testId="preparing-zero-report"
      heading={say('zero.heading')}
      hint={say('zero.hint')}
      aside={list}
      problem={act.problem}
      wayOut={null}
      wayOn={{
        label: say('zero.print'),
        disabled: act.pending,
        onPress: () => void act.run(station.printReport({ kind: 'opening', language })),
      }}
    >
      {register === null ? null : (
        <p className="register-line">
          {say('zero.register', {
            voters: formatCount(register.voters),
            women: formatCount(register.women),
            men: formatCount(register.men),
            hash: shortHash(register.hash),
          })}
        </p>
      )}
      <ReportPanel kind="opening" />
    </StepFrame>
  );
}
