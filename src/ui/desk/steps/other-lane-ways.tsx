import { useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { DeskSnapshot, StopDetails } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Callout, Problem } from '../../parts/callout.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';
import { ResumeSheet } from '../lanes/resume-sheet.tsx';

interface OtherLaneProps {
  readonly snapshot: DeskSnapshot;
  readonly stepId: string;
  readonly otherLane: NonNullable<StopDetails['otherLane']>;
}

interface OtherLaneWaysProps extends OtherLaneProps {
  /** A code is read aloud for a number of the list: not for a voter of another station. */
  readonly byCode: boolean;
}

/** Which table it is, and why it did not give the voter. */
export function OtherLaneFact({ lane, why }: NonNullable<StopDetails['otherLane']>) {
  const { say } = useWords();
  return (
    <div className="row" data-testid="other-lane-fact">
      <span>{say('other-lane.table')}</span>
      <strong className="fact-large numbers">{lane}</strong>
      <Callout tone="care" testId="other-lane-why">
        {say(`other-lane.why.${why}`, { lane })}
      </Callout>
    </div>
  );
}

/** The voter belongs to another table: ask again, the code that it reads aloud, and two people as the last way. */
export function OtherLaneWays({ snapshot, stepId, otherLane, byCode }: OtherLaneWaysProps) {
  const { say } = useWords();
  const [open, setOpen] = useState<'code' | 'override' | null>(null);
  const close = (): void => setOpen(null);
  return (
    <>
      <div className="row">
        <AskAgain stepId={stepId} />
        {byCode ? (
          <ActButton testId="lane-code" icon="list" onPress={() => setOpen('code')}>
            {say('other-lane.code')}
          </ActButton>
        ) : null}
        <ActButton testId="lane-override" icon="people" onPress={() => setOpen('override')}>
          {say('other-lane.override')}
        </ActButton>
      </div>
      {open === 'code' ? <CodeSheet stepId={stepId} lane={otherLane.lane} onClose={close} /> : null}
      {open === 'override' ? <OverrideSheet snapshot={snapshot} stepId={stepId} onClose={close} /> : null}
    </>
  );
}

/** This table owns nothing yet: ask again once the others are heard, or two people let it go on, and it is asked. */
export function TableWaitsWays({ snapshot, stepId }: Omit<OtherLaneProps, 'otherLane'>) {
  const { say } = useWords();
  const station = useStation();
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <div className="row">
        <AskAgain stepId={stepId} />
        <ActButton testId="lane-resume" icon="people" onPress={() => setOpen(true)}>
          {say('lanes.resume')}
        </ActButton>
      </div>
      {open ? (
        <ResumeSheet
          snapshot={snapshot}
          onDone={() => {
            close();
            void station.askLaneAgain({ stepId });
          }}
          onClose={close}
        />
      ) : null}
    </>
  );
}

function AskAgain({ stepId }: { readonly stepId: string }) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  return (
    <>
      <ActButton
        testId="lane-ask-again"
        disabled={act.pending}
        onPress={() => void act.run(station.askLaneAgain({ stepId }))}
      >
        {say('other-lane.ask-again')}
      </ActButton>
      <Problem problem={act.problem} />
    </>
  );
}

interface CodeSheetProps {
  readonly stepId: string;
  readonly lane: number;
  readonly onClose: () => void;
}

function CodeSheet({ stepId, lane, onClose }: CodeSheetProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [code, setCode] = useState('');
  const digits = code.replaceAll(/\s/g, '');
  async function enter(): Promise<void> {
    const result = await act.run(station.enterLaneCode({ stepId, code: digits }));
    if (result.ok) onClose();
  }
  return (
    <Sheet testId="lane-code-sheet" title={say('other-lane.code-title', { lane })} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <TextField
          className="field"
          value={code}
          onChange={setCode}
          maxLength={12}
          autoFocus
          inputMode="numeric"
        >
          <Label>{say('other-lane.code-field')}</Label>
          <Input data-testid="lane-code-field" className="numbers" />
        </TextField>
        <Problem problem={act.problem} />
        <ActButton
          testId="lane-code-enter"
          kind="way-on"
          disabled={digits.length !== 8 || act.pending}
          onPress={() => void enter()}
        >
          {say('other-lane.code')}
        </ActButton>
      </form>
    </Sheet>
  );
}

interface OverrideSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly stepId: string;
  readonly onClose: () => void;
}

function OverrideSheet({ snapshot, stepId, onClose }: OverrideSheetProps) {
  const { say } = useWords();
  const station = useStation();
  return (
    <Sheet testId="lane-override-sheet" title={say('other-lane.override-title')} onClose={onClose}>
      <div className="stack">
        <p>{say('other-lane.override-hint')}</p>
        <ApprovalPanel
          snapshot={snapshot}
          need={CHAIR_AND_MEMBER}
          onApproved={(approvals) => station.overrideLane({ stepId, approvals })}
          onDone={onClose}
        />
      </div>
    </Sheet>
  );
}
