import { useState } from 'react';
import type { ClosingView as Closing, DeskSnapshot } from '../../../station/api/snapshot.ts';
import { formatCount } from '../../format/format.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
import type { Way } from '../../parts/use-way-keys.ts';
import { useWords } from '../../words/use-words.ts';
import { ReportsSheet } from '../papers/reports-sheet.tsx';
import { CloseSheet } from './close-sheet.tsx';
import { CountsSheet } from './counts-sheet.tsx';
import { ReconciliationTable } from './reconciliation-table.tsx';

interface ClosingViewProps {
  readonly snapshot: DeskSnapshot;
  readonly closing: Closing;
  readonly onBack: () => void;
}

type Stage = 'count' | 'report' | 'close';

/** Counted, reported, closed: each comes after the one before, and any can be done again. */
export function closingStage(closing: Closing): Stage {
  const counted = Object.values(closing.counted).some((figure) => figure !== null);
  if (!counted) return 'count';
  return closing.closingReportNumber === null ? 'report' : 'close';
}

/** The end of the day: what members counted against what the log says, then the closing report, then closing. */
export function ClosingView({ snapshot, closing, onBack }: ClosingViewProps) {
  const { say, language } = useWords();
  const station = useStation();
  const act = useAct();
  const [open, setOpen] = useState<'none' | 'counts' | 'close' | 'report'>('none');
  const stage = closingStage(closing);
  const hide = (): void => setOpen('none');
  const waysOn: Readonly<Record<Stage, Way>> = {
    count: { label: say('closing.enter-counts'), onPress: () => setOpen('counts') },
    report: {
      label: say('closed.print'),
      disabled: act.pending,
      onPress: () => void act.run(station.printReport({ kind: 'closing', language })),
    },
    close: { label: say('closing.close'), onPress: () => setOpen('close') },
  };
  const number = closing.closingReportNumber ?? 0;
  return (
    <StepFrame
      testId="closing"
      heading={say(`closing.${stage}-heading`)}
      hint={say(`closing.${stage}-hint`, { number })}
      problem={act.problem}
      foot={<Inside closing={closing} />}
      wayOut={{ label: say('closing.back'), onPress: onBack }}
      wayOn={waysOn[stage]}
    >
      <div className="row" data-testid={`closing-stage-${stage}`}>
        <ActButton testId="closing-counts" onPress={() => setOpen('counts')}>
          {say('closing.enter-counts')}
        </ActButton>
        <ActButton testId="closing-report" icon="report" onPress={() => setOpen('report')}>
          {say('report.closing')}
        </ActButton>
      </div>
      {stage === 'count' || closing.reconciliation.agrees ? null : (
        <p className="soft">{say('closing.compare-hint')}</p>
      )}
      <ReconciliationTable reconciliation={closing.reconciliation} />
      {open === 'counts' ? <CountsSheet snapshot={snapshot} closing={closing} onClose={hide} /> : null}
      {open === 'close' ? <CloseSheet snapshot={snapshot} closing={closing} onClose={hide} /> : null}
      {open === 'report' ? <ReportsSheet first="closing" onClose={hide} /> : null}
    </StepFrame>
  );
}

function Inside({ closing }: { readonly closing: Closing }) {
  const { say } = useWords();
  return (
    <p className="counts" data-testid="still-inside" data-value={closing.stillInside}>
      <span>
        {say('closing.still-inside', {
          count: formatCount(closing.stillInside),
          total: formatCount(closing.inside),
        })}
      </span>
    </p>
  );
}
