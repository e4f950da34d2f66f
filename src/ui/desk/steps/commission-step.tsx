import { useState } from 'react';
import { Label, TextArea, TextField } from 'react-aria-components';
import type { DeskSnapshot, DeskStep } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountsLine } from '../counts-line.tsx';
import { VoterCard } from '../voter-card.tsx';

interface CommissionStepProps {
  readonly snapshot: DeskSnapshot;
  readonly step: Extract<DeskStep, { kind: 'commission' }>;
}

/** No fingerprint decides: the commission compares face and document, and answers with its own PINs. */
export function CommissionStep({ snapshot, step }: CommissionStepProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [answer, setAnswer] = useState<'accept' | 'refuse' | null>(null);
  const [note, setNote] = useState('');
  const { stepId, voter } = step;
  const need = { chair: step.chairNeeded ? 1 : 0, members: step.membersNeeded, either: 0 };

  return (
    <StepFrame
      testId="desk-step-commission"
      heading={say('commission.heading')}
      hint={say(`commission.reason.${step.reason}`)}
      aside={<VoterCard voter={voter} />}
      problem={act.problem}
      tone="care"
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={{ label: say('way.put-aside'), onPress: () => void act.run(station.leaveDesk({ stepId })) }}
      wayOn={{ label: say('commission.accept'), onPress: () => setAnswer('accept') }}
    >
      <ol className="compare">
        <li>{say('commission.compare')}</li>
        <li>{say('commission.observers')}</li>
        <li>
          {step.chairNeeded
            ? say('commission.who-chair', { count: step.membersNeeded })
            : say('commission.who', { count: step.membersNeeded })}
        </li>
      </ol>
      <TextField className="field" value={note} onChange={setNote} maxLength={300}>
        <Label>{say('commission.note')}</Label>
        <TextArea data-testid="commission-note" rows={2} />
      </TextField>
      <div className="row">
        <ActButton testId="commission-refuse" kind="danger" icon="cross" onPress={() => setAnswer('refuse')}>
          {say('commission.refuse')}
        </ActButton>
      </div>
      {answer === null ? null : (
        <Sheet
          testId="commission-approval"
          title={say(answer === 'accept' ? 'commission.accept-title' : 'commission.refuse-title')}
          onClose={() => setAnswer(null)}
        >
          <ApprovalPanel
            snapshot={snapshot}
            need={need}
            onApproved={(approvals) =>
              station.decideByCommission({
                stepId,
                accept: answer === 'accept',
                note: note.trim(),
                approvals,
              })
            }
            onDone={() => setAnswer(null)}
          />
        </Sheet>
      )}
    </StepFrame>
  );
}
