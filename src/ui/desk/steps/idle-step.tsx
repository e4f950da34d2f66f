import { type FormEvent, useRef, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { DeskSnapshot, DeskStep } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { Callout, Problem } from '../../parts/callout.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountsLine } from '../counts-line.tsx';
import { OpenHandovers } from '../handovers.tsx';
import { ReaderPicture } from './pictures.tsx';

interface IdleStepProps {
  readonly snapshot: DeskSnapshot;
  readonly step: Extract<DeskStep, { kind: 'idle' }>;
}

/** The free desk: a document on the reader, or one field for a name or any number. */
export function IdleStep({ snapshot, step }: IdleStepProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);

  const problem = act.problem ?? (step.problem === null ? null : { code: step.problem });

  async function search(event?: FormEvent): Promise<void> {
    event?.preventDefault();
    const typed = (field.current?.value ?? text).trim();
    if (typed === '') return;
    await act.run(station.lookUp({ stepId: step.stepId, text: typed }));
  }

  return (
    <StepFrame
      testId="desk-step-idle"
      heading={say('idle.heading')}
      hint={say('idle.hint')}
      focusHeading={false}
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={null}
      wayOn={{
        label: say('idle.search'),
        disabled: text.trim() === '' || act.pending,
        onPress: () => void search(),
      }}
    >
      <div className="idle">
        <ReaderPicture />
        <form className="stack" onSubmit={(event) => void search(event)}>
          <TextField className="field field-big" value={text} onChange={setText} autoFocus>
            <Label>{say('idle.field')}</Label>
            <Input
              ref={field}
              data-testid="search-input"
              autoComplete="off"
              spellCheck="false"
              maxLength={100}
              placeholder={say('idle.placeholder')}
              onKeyDown={(event) => {
                if (event.key === 'Escape') setText('');
              }}
            />
          </TextField>
          <Problem problem={problem} />
          {step.last === null ? null : (
            <Callout tone="good" testId="last-handover">
              {say('idle.last', { name: step.last.name, receipts: step.last.receiptNumbers.join(', ') })}
            </Callout>
          )}
          <OpenHandovers snapshot={snapshot} />
          {snapshot.mock && snapshot.procedure?.issuing === 'scan' ? (
            <p className="soft" data-testid="practice-issuing">
              {say('idle.practice-issuing')}
            </p>
          ) : null}
        </form>
      </div>
    </StepFrame>
  );
}
