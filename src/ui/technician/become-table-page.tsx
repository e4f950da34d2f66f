import { useEffect, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { throwIllegalValue } from '../../domain/assert.ts';
import type { BecomingStep, BecomingView } from '../../station/api/spare-view.ts';
import { useStation } from '../mirror/station-context.tsx';
import { useAct } from '../mirror/use-act.ts';
import { ActButton } from '../parts/act-button.tsx';
import { Callout } from '../parts/callout.tsx';
import { ComparedDigits } from '../parts/compared-digits.tsx';
import { StepFrame } from '../parts/step-frame.tsx';
import type { Way } from '../parts/use-way-keys.ts';
import { DOCUMENT_READER } from '../wedge/burst-decoder.ts';
import { useWedge } from '../wedge/use-wedge.ts';
import { useWords } from '../words/use-words.ts';

interface BecomeTableProps {
  readonly becoming: BecomingView;
  readonly onClose: () => void;
}

/** A laptop that belongs to no station becomes a table of one, from a table that lives. */
export function BecomeTablePage({ becoming, onClose }: BecomeTableProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [address, setAddress] = useState('');
  const [keeper, setKeeper] = useState<string | null>(null);
  const { step, sticks, keepsKey } = becoming;
  useEffect(() => void station.lookForTables({}), [station]);
  // A hand scanner types what the table's screen shows, as on a US keyboard, wherever the focus is.
  useWedge(DOCUMENT_READER, step.state === 'asking', ([code]) => {
    if (code?.toLowerCase().startsWith('tizme-') === true) setAddress(code);
  });
  // One choice is none.
  const only = !keepsKey && sticks.length === 1 ? (sticks[0] ?? null) : null;
  const stick = keeper ?? only;
  const canKeep = keepsKey || stick !== null;
  const cancel = () => act.run(station.cancelBecoming({}));

  const wayOut: Way | null =
    step.state === 'writing' || step.state === 'done'
      ? null
      : {
          label: say(step.state === 'asking' || step.state === 'failed' ? 'become.back' : 'become.cancel'),
          onPress: () => {
            void cancel();
            if (step.state === 'asking' || step.state === 'failed') onClose();
          },
        };
  const wayOn: Way | null =
    step.state === 'asking'
      ? {
          label: say('become.go'),
          disabled: act.pending || address.trim() === '' || !canKeep,
          onPress: () => void act.run(station.becomeTable({ address: address.trim(), stick })),
        }
      : step.state === 'failed'
        ? { label: say('become.again'), disabled: act.pending, onPress: () => void cancel() }
        : null;

  return (
    <StepFrame
      testId="become-table"
      heading={say(
        step.state === 'comparing'
          ? 'become.compare'
          : step.state === 'failed'
            ? 'become.failed'
            : 'become.title',
      )}
      {...(step.state === 'asking' ? { hint: say('become.hint') } : {})}
      problem={act.problem}
      wayOut={wayOut}
      wayOn={wayOn}
      {...(step.state === 'done' ? { tone: 'good' as const } : {})}
      focusHeading={step.state !== 'asking'}
    >
      <div className="stack" data-testid={`become-${step.state}`}>
        {step.state === 'asking' ? (
          <>
            <Address
              found={becoming.found}
              address={address}
              onAddress={setAddress}
              onEnter={() => {
                if (wayOn?.disabled !== true) wayOn?.onPress();
              }}
            />
            <Keeper becoming={becoming} stick={stick} onKeeper={setKeeper} />
            <div className="row">
              <ActButton
                testId="become-look"
                icon="search"
                disabled={act.pending}
                onPress={() => void act.run(station.lookForTables({}))}
              >
                {say('become.look')}
              </ActButton>
            </div>
          </>
        ) : (
          <Step
            step={step}
            pending={act.pending}
            onDecide={(same) => void act.run(station.compareTable({ same }))}
          />
        )}
      </div>
    </StepFrame>
  );
}

interface AddressProps {
  readonly found: readonly string[];
  readonly address: string;
  readonly onAddress: (address: string) => void;
  readonly onEnter: () => void;
}

function Address({ found, address, onAddress, onEnter }: AddressProps) {
  const { say } = useWords();
  return (
    <form
      className="stack-tight"
      onSubmit={(event) => {
        event.preventDefault();
        onEnter();
      }}
    >
      <TextField className="field" value={address} onChange={onAddress} maxLength={400} autoFocus>
        <Label>{say('become.address')}</Label>
        <Input data-testid="become-address" className="numbers" autoComplete="off" />
      </TextField>
      <h3>{say('become.found')}</h3>
      {found.length === 0 ? <p className="soft">{say('become.none-found')}</p> : null}
      <div className="row">
        {found.map((one) => (
          <ActButton key={one} testId="become-found" pressed={address === one} onPress={() => onAddress(one)}>
            {one}
          </ActButton>
        ))}
      </div>
    </form>
  );
}

interface KeeperProps {
  readonly becoming: BecomingView;
  readonly stick: string | null;
  readonly onKeeper: (stick: string | null) => void;
}

/** Where this laptop's half of the key is kept; nothing that protects less is ever chosen in silence. */
function Keeper({ becoming: { sticks, keepsKey }, stick, onKeeper }: KeeperProps) {
  const { say } = useWords();
  return (
    <section className="stack-tight">
      <h3>{say('become.keeper')}</h3>
      {!keepsKey && sticks.length === 0 ? (
        <Callout tone="care" testId="become-no-keeper">
          {say('become.no-keeper')}
        </Callout>
      ) : null}
      <div className="row">
        {keepsKey ? (
          <ActButton testId="become-keeper-self" pressed={stick === null} onPress={() => onKeeper(null)}>
            {say('become.keeper-self')}
          </ActButton>
        ) : null}
        {sticks.map((folder) => (
          <ActButton
            key={folder}
            testId="become-keeper-stick"
            pressed={stick === folder}
            onPress={() => onKeeper(folder)}
          >
            {say('become.keeper-stick', { folder })}
          </ActButton>
        ))}
      </div>
    </section>
  );
}

interface StepProps {
  readonly step: BecomingStep;
  readonly pending: boolean;
  readonly onDecide: (same: boolean) => void;
}

function Step({ step, pending, onDecide }: StepProps) {
  const { say } = useWords();
  switch (step.state) {
    case 'asking':
      return null;
    case 'connecting':
      return <Callout tone="calm">{say('become.connecting')}</Callout>;
    case 'comparing':
      return (
        <ComparedDigits digits={step.digits} agreed={step.agreed} pending={pending} onDecide={onDecide} />
      );
    case 'receiving':
    case 'writing': {
      const { station, lane, percent } = step;
      return <Callout tone="calm">{say(`become.${step.state}`, { station, lane, percent })}</Callout>;
    }
    case 'done':
      return <Callout tone="good">{say('become.done', { station: step.station, lane: step.lane })}</Callout>;
    case 'failed':
      return (
        <Callout tone="care" urgent testId={`become-failed-${step.why}`}>
          {say(`become.failed.${step.why}`)}
        </Callout>
      );
    default:
      return throwIllegalValue(step);
  }
}
