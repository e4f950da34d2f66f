import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Person } from '../../domain/roles.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { useStation } from '../mirror/station-context.tsx';
import { useAct } from '../mirror/use-act.ts';
import { Problem } from '../parts/callout.tsx';
import { Icon } from '../parts/icons.tsx';
import { PersonList } from '../parts/person-list.tsx';
import { PinPad } from '../parts/pin-pad.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useWords } from '../words/use-words.ts';

/** Who sits at the desk; another operator takes over in two taps. */
export function OperatorChange({ snapshot }: { readonly snapshot: DeskSnapshot }) {
  const { say } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button className="bar-operator" data-testid="operator" onPress={() => setOpen(true)}>
        <Icon name="person" size={20} />
        <span>{snapshot.operator?.name ?? say('operator.nobody')}</span>
      </Button>
      {open ? (
        <Sheet testId="operator-change" title={say('operator.title')} onClose={() => setOpen(false)}>
          <OperatorChoice snapshot={snapshot} onDone={() => setOpen(false)} />
        </Sheet>
      ) : null}
    </>
  );
}

interface OperatorChoiceProps {
  readonly snapshot: DeskSnapshot;
  readonly onDone?: () => void;
}

/** The operators of this station; with a PIN only where the procedure wants one. */
export function OperatorChoice({ snapshot, onDone }: OperatorChoiceProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [chosen, setChosen] = useState<Person | null>(null);
  const [pin, setPin] = useState('');
  const operators = snapshot.people.filter((person) => person.role === 'operator');
  const wantsPin = snapshot.procedure?.operatorChange !== 'tap';

  async function take(person: Person, withPin: string | null): Promise<void> {
    const who = { personId: person.id };
    const result = await act.run(station.takeDesk(withPin === null ? who : { ...who, pin: withPin }));
    setPin('');
    if (result.ok) onDone?.();
  }

  return (
    <div className="stack">
      <p className="soft">{say(wantsPin ? 'operator.hint-pin' : 'operator.hint-tap')}</p>
      <PersonList
        people={operators}
        enabled={new Set(operators.map((person) => person.id))}
        chosen={chosen?.id ?? snapshot.operator?.id ?? null}
        practicePins={wantsPin ? snapshot.practicePins : null}
        onChoose={(person) => {
          if (!wantsPin) void take(person, null);
          else setChosen(person);
        }}
      />
      {chosen === null ? null : (
        <PinPad
          key={chosen.id}
          label={say('approval.enter-pin', { name: chosen.name })}
          focus
          pin={pin}
          busy={act.pending}
          onChange={setPin}
          onEnter={() => void take(chosen, pin)}
        />
      )}
      <Problem problem={act.problem} />
    </div>
  );
}
