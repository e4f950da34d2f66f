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

interface OtherLaneWaysProps {
  readonly snapshot: DeskSnapshot;
  readonly stepId: string;
  readonly otherLane: NonNullable<StopDetails['otherLane']>;
  /** A code is read aloud for a number of the list: not for a voter of another station. */
  readonly byCode: boolean;
}

/** The voter belongs to another table: the code that it reads aloud, and two people's decision as the last way. */
export function OtherLaneWays({ snapshot, stepId, otherLane, byCode }: OtherLaneWaysProps) {
  const { say } = useWords();
  const [open, setOpen] = useState<'code' | 'override' | null>(null);
  const { lane, why } = otherLane;
  const close = (): void => setOpen(null);
  return (
    <>
      <Callout tone="care" testId="other-lane-why">
        {say(`other-lane.why.${why}`, { lane })}
      </Callout>
      <div className="row">
        {byCode ? (
          <ActButton testId="lane-code" icon="list" onPress={() => setOpen('code')}>
            {say('other-lane.code')}
          </ActButton>
        ) : null}
        <ActButton testId="lane-override" icon="people" onPress={() => setOpen('override')}>
          {say('other-lane.override')}
        </ActButton>
      </div>
      {open === 'code' ? <CodeSheet stepId={stepId} lane={lane} onClose={close} /> : null}
      {open === 'override' ? <OverrideSheet snapshot={snapshot} stepId={stepId} onClose={close} /> : null}
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
