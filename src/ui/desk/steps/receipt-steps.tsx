import type { DeskSnapshot, DeskStep } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { Callout, Chip } from '../../parts/callout.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountsLine } from '../counts-line.tsx';
import { VoterCard } from '../voter-card.tsx';
import { ReceiptPicture } from './pictures.tsx';

interface StepProps<Kind extends DeskStep['kind']> {
  readonly snapshot: DeskSnapshot;
  readonly step: Extract<DeskStep, { kind: Kind }>;
}

/** Decided and on record; the receipt is the next thing. */
export function VerifiedStep({ snapshot, step }: StepProps<'verified'>) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const { stepId, voter, receiptsDue, receiptsPrinted, uncertainReceipt } = step;
  return (
    <StepFrame
      testId="desk-step-verified"
      tone="good"
      heading={say('verified.heading')}
      hint={say(`verified.by.${step.method}`)}
      aside={<VoterCard voter={voter} />}
      problem={act.problem}
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={{ label: say('way.put-aside'), onPress: () => void act.run(station.leaveDesk({ stepId })) }}
      wayOn={{
        label: say(uncertainReceipt === null ? 'verified.print' : 'printer.again'),
        disabled: act.pending,
        onPress: () => void act.run(station.issueReceipt({ stepId })),
      }}
    >
      {uncertainReceipt === null ? (
        <p className="step-next">{say('verified.recorded')}</p>
      ) : (
        <div className="stack" data-testid="uncertain-receipt">
          <Callout tone="care">{say('verified.uncertain', { number: uncertainReceipt })}</Callout>
          <div className="row">
            <ActButton
              testId="receipt-came-out"
              icon="check"
              disabled={act.pending}
              onPress={() => void act.run(station.receiptCameOut({ stepId }))}
            >
              {say('verified.came-out')}
            </ActButton>
          </div>
        </div>
      )}
      <Receipts due={receiptsDue} printed={receiptsPrinted} />
      <ReceiptPicture />
    </StepFrame>
  );
}

export function PrintingStep({ snapshot, step }: StepProps<'printing'>) {
  const { say } = useWords();
  return (
    <StepFrame
      testId="desk-step-printing"
      heading={say('printing.heading')}
      hint={say('printing.hint')}
      aside={<VoterCard voter={step.voter} />}
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={null}
      wayOn={{ label: say('done.next'), disabled: true, onPress: () => undefined }}
    >
      <Receipts due={step.receiptsDue} printed={step.receiptsPrinted} />
      <div className="printing-picture">
        <ReceiptPicture />
      </div>
    </StepFrame>
  );
}

/** The voter counts as identified, but has no whole receipt: nobody is sent away, the receipt is printed again. */
export function PrinterProblemStep({ snapshot, step }: StepProps<'printer-problem'>) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const { stepId } = step;
  return (
    <StepFrame
      testId="desk-step-printer-problem"
      tone="care"
      heading={say(`printer.${step.problem}`)}
      hint={say('printer.safe')}
      aside={<VoterCard voter={step.voter} />}
      problem={act.problem}
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={{ label: say('way.put-aside'), onPress: () => void act.run(station.leaveDesk({ stepId })) }}
      wayOn={{
        label: say('printer.again'),
        disabled: act.pending,
        onPress: () => void act.run(station.issueReceipt({ stepId })),
      }}
    >
      <Receipts due={step.receiptsDue} printed={step.receiptsPrinted} />
      <ol className="compare">
        <li>{say(`printer.${step.problem}-next`)}</li>
        <li>{say('printer.torn')}</li>
        <li>{say('printer.then')}</li>
      </ol>
    </StepFrame>
  );
}

/** The receipt is out: hand it over, and say where the ballot is. */
export function DoneStep({ snapshot, step }: StepProps<'done'>) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const { stepId } = step;
  return (
    <StepFrame
      testId="desk-step-done"
      tone="good"
      heading={say('done.heading', { count: step.receiptNumbers.length })}
      hint={say('done.hint')}
      aside={<VoterCard voter={step.voter} />}
      problem={act.problem}
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={null}
      wayOn={{ label: say('done.next'), onPress: () => void act.run(station.leaveDesk({ stepId })) }}
    >
      <ul className="receipts">
        {step.receiptNumbers.map((number) => (
          <li key={number} className="receipt-number numbers" data-testid="receipt-number">
            {number}
          </li>
        ))}
      </ul>
      {snapshot.procedure?.inkStep === true ? (
        <p className="step-next" data-testid="ink-step">
          {say('done.ink')}
        </p>
      ) : null}
      <p className="step-next">{say('done.ballot')}</p>
      <ReceiptPicture />
    </StepFrame>
  );
}

function Receipts({ due, printed }: { readonly due: number; readonly printed: number }) {
  const { say } = useWords();
  return (
    <div className="row" data-testid="receipts" data-due={due} data-printed={printed}>
      <Chip tone={printed === due ? 'good' : 'calm'}>{say('receipts.printed', { printed, due })}</Chip>
    </div>
  );
}
