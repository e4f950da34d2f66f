import { throwIllegalValue } from '../../../domain/assert.ts';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { CommissionStep } from './commission-step.tsx';
import { FingerStep } from './finger-step.tsx';
import { IdleStep } from './idle-step.tsx';
import { ReadingStep } from './reading-step.tsx';
import { DoneStep, PrinterProblemStep, PrintingStep, VerifiedStep } from './receipt-steps.tsx';
import { SearchResultsStep } from './search-results-step.tsx';
import { SecuringStep } from './securing-step.tsx';
import { StopStep } from './stop-step.tsx';
import { VoterStep } from './voter-step.tsx';

/** The screen of whatever is on the desk; keyed by step, so that no screen inherits what another was told. */
export function DeskStepView({ snapshot }: { readonly snapshot: DeskSnapshot }) {
  const step = snapshot.desk;
  switch (step.kind) {
    case 'idle':
      return <IdleStep key={step.stepId} snapshot={snapshot} step={step} />;
    case 'reading-document':
      return <ReadingStep key={step.stepId} snapshot={snapshot} step={step} />;
    case 'search-results':
      return <SearchResultsStep key={step.stepId} snapshot={snapshot} step={step} />;
    case 'voter':
      return <VoterStep key={step.stepId} snapshot={snapshot} step={step} />;
    case 'finger':
      return <FingerStep key={step.stepId} snapshot={snapshot} step={step} />;
    case 'commission':
      return <CommissionStep key={step.stepId} snapshot={snapshot} step={step} />;
    case 'securing':
      return <SecuringStep key={step.stepId} snapshot={snapshot} step={step} />;
    case 'verified':
      return <VerifiedStep key={step.stepId} snapshot={snapshot} step={step} />;
    case 'printing':
      return <PrintingStep key={step.stepId} snapshot={snapshot} step={step} />;
    case 'printer-problem':
      return <PrinterProblemStep key={step.stepId} snapshot={snapshot} step={step} />;
    case 'done':
      return <DoneStep key={step.stepId} snapshot={snapshot} step={step} />;
    case 'stop':
      return <StopStep key={step.stepId} snapshot={snapshot} step={step} />;
    default:
      throwIllegalValue(step);
  }
}
