import { useState } from 'react';
import type { ClosingView as Closing, DeskSnapshot } from '../../../station/api/snapshot.ts';
import { formatCount } from '../../format/format.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
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

/** The end of the day: what members counted against what the log says, then the closing report. */
export function ClosingView({ snapshot, closing, onBack }: ClosingViewProps) {
  const { say } = useWords();
  const [open, setOpen] = useState<'none' | 'counts' | 'close' | 'report'>('none');
  const counted = Object.values(closing.counted).some((figure) => figure !== null);
  const hide = (): void => setOpen('none');
  return (
    <StepFrame
      testId="closing"
      heading={counted ? say('closing.compare-heading') : say('closing.count-heading')}
      hint={counted ? say('closing.compare-hint') : say('closing.count-hint')}
      foot={<Inside closing={closing} />}
      wayOut={{ label: say('closing.back'), onPress: onBack }}
      wayOn={
        counted
          ? { label: say('closing.close'), onPress: () => setOpen('close') }
          : { label: say('closing.enter-counts'), onPress: () => setOpen('counts') }
      }
    >
      <div className="row">
        <ActButton testId="closing-counts" onPress={() => setOpen('counts')}>
          {say('closing.enter-counts')}
        </ActButton>
        <ActButton testId="closing-report" icon="report" onPress={() => setOpen('report')}>
          {say('report.closing')}
        </ActButton>
      </div>
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
