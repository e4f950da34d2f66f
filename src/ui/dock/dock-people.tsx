import { useState } from 'react';
import { Button, Input, TextField } from 'react-aria-components';
import type { DockPerson } from '../../domain/dock.ts';
import type { DockView } from '../../station/api/snapshot.ts';
import { moveByArrows } from '../parts/arrow-keys.ts';
import { useWords } from '../words/use-words.ts';
import type { PerformDock } from './dock.tsx';

interface DockPeopleProps {
  readonly dock: DockView;
  readonly perform: PerformDock;
}

/** The queue, and the hands of whoever is at the front: documents and fingers. */
export function DockPeople({ dock, perform }: DockPeopleProps) {
  const { say, local } = useWords();
  const [key, setKey] = useState<string | null>(null);
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = dock.people.filter((one) =>
    `${local(one.label)} ${local(one.hint)}`.toLocaleLowerCase().includes(wanted),
  );
  const person = dock.people.find((one) => one.key === key) ?? dock.people[0];
  return (
    <section className="dock-part">
      <h3>{say('dock.queue')}</h3>
      <TextField aria-label={say('dock.filter')} value={filter} onChange={setFilter} maxLength={60}>
        <Input
          className="dock-filter"
          data-testid="dock-filter"
          autoComplete="off"
          spellCheck="false"
          placeholder={say('dock.filter')}
        />
      </TextField>
      <ul className="dock-queue" onKeyDown={moveByArrows}>
        {shown.map((one) => (
          <li key={one.key}>
            <Button
              className="dock-person"
              data-testid={`dock-person-${one.key}`}
              aria-pressed={one.key === person?.key}
              onPress={() => setKey(one.key)}
            >
              <span className="dock-name">{local(one.label)}</span>
              {local(one.hint) === '' ? null : <span className="dock-hint">{local(one.hint)}</span>}
            </Button>
          </li>
        ))}
      </ul>
      {person === undefined ? null : <Hands person={person} dock={dock} perform={perform} />}
    </section>
  );
}

function Hands({ person, dock, perform }: DockPeopleProps & { readonly person: DockPerson }) {
  const { say, local } = useWords();
  const { document, finger } = dock.state;
  return (
    <>
      <h4>{say('dock.documents')}</h4>
      {person.documents.map((one) => (
        <div className="dock-line" key={one.key}>
          <span className="dock-label">{local(one.label)}</span>
          <Button
            className="dock-act"
            data-testid={`dock-insert-${one.key}`}
            aria-pressed={document?.document === one.key}
            onPress={() => perform({ type: 'insert-document', person: person.key, document: one.key })}
          >
            {say('dock.insert')}
          </Button>
          <Button
            className="dock-act"
            data-testid={`dock-scan-${one.key}`}
            onPress={() => perform({ type: 'scan-mrz', person: person.key, document: one.key })}
          >
            {say('dock.scan')}
          </Button>
        </div>
      ))}
      <Button
        className="dock-act"
        data-testid="dock-remove-document"
        isDisabled={document === null}
        onPress={() => perform({ type: 'remove-document' })}
      >
        {say('dock.remove')}
      </Button>
      <h4>{say('dock.fingers')}</h4>
      <div className="dock-fingers">
        {person.fingers.map((one) => (
          <Button
            key={one.position}
            className="dock-act"
            data-testid={`dock-finger-${one.position}`}
            aria-pressed={finger?.person === person.key && finger.position === one.position}
            onPress={() => perform({ type: 'lay-finger', person: person.key, position: one.position })}
          >
            {local(one.label)}
          </Button>
        ))}
        <Button
          className="dock-act"
          data-testid="dock-target"
          onPress={() => perform({ type: 'lay-target' })}
        >
          {say('dock.target')}
        </Button>
        <Button
          className="dock-act dock-lift"
          data-testid="dock-lift"
          isDisabled={finger === null}
          onPress={() => perform({ type: 'lift-finger' })}
        >
          {say('dock.lift')}
        </Button>
      </div>
    </>
  );
}
