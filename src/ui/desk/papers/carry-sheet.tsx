import { useState } from 'react';
import type { CarriedUpload, TakenReceipts } from '../../../station/api/api.ts';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Callout } from '../../parts/callout.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';

const ACTS = ['write', 'take'] as const;
type Act = (typeof ACTS)[number];

interface CarrySheetProps {
  readonly snapshot: DeskSnapshot;
  readonly onClose: () => void;
}

/** Chair and a second member carry to the centre what the network can't, and take its receipts back. */
export function CarrySheet({ snapshot, onClose }: CarrySheetProps) {
  const { say } = useWords();
  const station = useStation();
  const [act, setAct] = useState<Act | null>(null);
  const [written, setWritten] = useState<CarriedUpload | null>(null);
  const [taken, setTaken] = useState<TakenReceipts | null>(null);

  return (
    <Sheet testId="carry-sheet" title={say('carry.title')} onClose={onClose}>
      <div className="stack">
        <p>{say('carry.hint')}</p>
        <Callout tone="calm">{say('carry.sealed')}</Callout>
        <fieldset className="choice">
          <legend>{say('carry.act')}</legend>
          <div className="row">
            {ACTS.map((one) => (
              <ActButton
                key={one}
                testId={`carry-${one}`}
                pressed={one === act}
                onPress={() => {
                  setAct(one);
                  setWritten(null);
                  setTaken(null);
                }}
              >
                {say(`carry.${one}`)}
              </ActButton>
            ))}
          </div>
        </fieldset>
        {written === null ? null : (
          <Callout tone="good" testId="carry-done">
            {say('carry.written', { ...written })}
          </Callout>
        )}
        {taken === null ? null : <Taken {...taken} />}
        {act === null || written !== null || taken !== null ? null : (
          <ApprovalPanel
            key={act}
            snapshot={snapshot}
            need={CHAIR_AND_MEMBER}
            onApproved={async (approvals) => {
              if (act === 'write') {
                const carried = await station.carryUpload({ approvals });
                if (carried.ok) setWritten(carried.value);
                return carried;
              }
              const back = await station.takeUploadReceipts({ approvals });
              if (back.ok) setTaken(back.value);
              return back;
            }}
          />
        )}
      </div>
    </Sheet>
  );
}

function Taken({ receipts, through, cleared, verified }: TakenReceipts) {
  const { say } = useWords();
  const removed = cleared === 0 ? null : <Callout tone="calm">{say('carry.cleared', { cleared })}</Callout>;
  if (through === null)
    return (
      <>
        <Callout tone="calm" testId="carry-done">
          {say('carry.nothing-new')}
        </Callout>
        {removed}
      </>
    );
  return (
    <>
      <Callout tone="good" testId="carry-done">
        {say('carry.taken', { receipts, through })}
      </Callout>
      {removed}
      {verified ? null : <Callout tone="care">{say('carry.unverified')}</Callout>}
    </>
  );
}
