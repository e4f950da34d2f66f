import { useState } from 'react';
import { throwIllegalValue } from '../../../domain/assert.ts';
import type { LanesView } from '../../../station/api/lanes-view.ts';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import type { SpareDoorView } from '../../../station/api/spare-view.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { AddressCode } from '../../parts/address-code.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Callout, Chip, Problem } from '../../parts/callout.tsx';
import { ComparedDigits } from '../../parts/compared-digits.tsx';
import { FocusedHeading } from '../../parts/focused-heading.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';

interface SpareSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly lanes: LanesView;
  readonly onClose: () => void;
}

/** A spare laptop takes a table's place over the network: two people, digits on both screens, and it is on record. */
export function SpareSheet({ snapshot, lanes, onClose }: SpareSheetProps) {
  const { say } = useWords();
  const { spareDoor } = snapshot;
  return (
    <Sheet testId="spare-sheet" title={say('spare.title')} wide onClose={onClose}>
      {spareDoor === null ? (
        <OpenDoor snapshot={snapshot} lanes={lanes} />
      ) : (
        <Door key={spareDoor.state} door={spareDoor} onClose={onClose} />
      )}
    </Sheet>
  );
}

function OpenDoor({ snapshot, lanes }: Omit<SpareSheetProps, 'onClose'>) {
  const { say } = useWords();
  const station = useStation();
  const [chosen, setChosen] = useState<number | null>(null);
  const others = lanes.lanes.filter(({ lane }) => lane !== snapshot.lane);
  return (
    <div className="stack">
      <p>{say('spare.hint')}</p>
      <h3>{say('spare.which')}</h3>
      <ul className="custody-found">
        {others.map(({ lane, up }) => (
          <li key={lane} data-up={up}>
            <ActButton testId={`spare-for-${lane}`} pressed={chosen === lane} onPress={() => setChosen(lane)}>
              {say('lanes.table', { lane })}
            </ActButton>
            <Chip tone={up ? 'care' : 'calm'}>{say(up ? 'spare.answers' : 'lanes.down')}</Chip>
          </li>
        ))}
      </ul>
      {chosen === null ? null : (
        <>
          <Callout tone="care">{say('spare.approve-hint', { lane: chosen })}</Callout>
          <ApprovalPanel
            key={chosen}
            snapshot={snapshot}
            need={CHAIR_AND_MEMBER}
            onApproved={(approvals) => station.letSpareIn({ lane: chosen, approvals })}
          />
        </>
      )}
    </div>
  );
}

function Door({ door, onClose }: { readonly door: SpareDoorView; readonly onClose: () => void }) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  async function shut(): Promise<void> {
    const done = await act.run(station.shutSpareDoor({}));
    if (done.ok && (door.state === 'admitted' || door.state === 'ended')) onClose();
  }
  return (
    <div className="stack" data-testid={`spare-${door.state}`}>
      <DoorState
        door={door}
        pending={act.pending}
        onDecide={(same) => void act.run(station.compareSpare({ same }))}
      />
      <Problem problem={act.problem} />
      <div className="row">
        <ActButton testId="spare-shut" disabled={act.pending} onPress={() => void shut()}>
          {say(door.state === 'admitted' || door.state === 'ended' ? 'spare.ok' : 'spare.shut')}
        </ActButton>
      </div>
    </div>
  );
}

interface DoorStateProps {
  readonly door: SpareDoorView;
  readonly pending: boolean;
  readonly onDecide: (same: boolean) => void;
}

function DoorState({ door, pending, onDecide }: DoorStateProps) {
  const { say } = useWords();
  switch (door.state) {
    case 'waiting':
      return (
        <>
          {door.differed ? (
            <Callout tone="bad" testId="spare-differed">
              {say('spare.differed')}
            </Callout>
          ) : null}
          <FocusedHeading>{say('spare.waiting', { lane: door.lane })}</FocusedHeading>
          <div className="row">
            <AddressCode text={door.code} label={say('spare.code-alt')} />
            <div className="stack-tight">
              <p>{say('spare.waiting-hint')}</p>
              {door.addresses.map((one) => (
                <strong key={one} className="numbers fact-large" data-testid="spare-address">
                  {one}
                </strong>
              ))}
            </div>
          </div>
        </>
      );
    case 'comparing':
      return (
        <>
          <FocusedHeading>{say('spare.compare')}</FocusedHeading>
          <ComparedDigits digits={door.digits} agreed={door.agreed} pending={pending} onDecide={onDecide} />
        </>
      );
    case 'handing':
      return (
        <>
          <Callout tone="calm">{say('spare.handing', { lane: door.lane, percent: door.percent })}</Callout>
          <p>{say('spare.handing-hint')}</p>
        </>
      );
    case 'admitted':
      return <Callout tone="good">{say('spare.admitted', { lane: door.lane })}</Callout>;
    case 'ended':
      return (
        <Callout tone="care">
          {say('spare.ended')} {say(`spare.ended.${door.why}`)}
        </Callout>
      );
    default:
      return throwIllegalValue(door);
  }
}
