import { useState } from 'react';
import { isOfCommission, type Person } from '../../domain/roles.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { useStation } from '../mirror/station-context.tsx';
import { useAct } from '../mirror/use-act.ts';
import { ApprovalPanel } from '../parts/approval-panel.tsx';
import type { ApprovalNeed } from '../parts/approval-rules.ts';
import { Callout, Problem } from '../parts/callout.tsx';
import { PersonList } from '../parts/person-list.tsx';
import { PinPad } from '../parts/pin-pad.tsx';
import { useWords } from '../words/use-words.ts';

const SHORTEST_NEW_PIN = 6;
const TWO_OF_COMMISSION: ApprovalNeed = { chair: 0, members: 0, either: 2 };

/** A PIN is asked for, one after the other; none is shown, and none stays in the page once it was used. */
type Question = 'old' | 'new' | 'again';

interface PageProps {
  readonly snapshot: DeskSnapshot;
}

/** The old PIN, and twice the new one. */
export function ChangePinPage({ snapshot }: PageProps) {
  const { say } = useWords();
  const station = useStation();
  const [person, setPerson] = useState<Person | null>(null);
  const [done, setDone] = useState(false);
  const act = useAct();

  return (
    <div className="stack">
      <p>{say('pin-set.change-hint')}</p>
      {done && person !== null ? <Done person={person} /> : null}
      {act.problem?.code === 'wrong-pin' ? (
        <Callout tone="care" urgent testId="pin-wrong-old">
          {say('pin-set.wrong-old')}
        </Callout>
      ) : (
        <Problem problem={act.problem} />
      )}
      {person === null ? (
        <Who snapshot={snapshot} onChoose={setPerson} />
      ) : done ? null : (
        <Questions
          person={person}
          asksOld
          busy={act.pending}
          onAnswered={async (pin, newPin) => {
            const changed = await act.run(station.changePin({ personId: person.id, pin, newPin }));
            setDone(changed.ok);
          }}
        />
      )}
    </div>
  );
}

/** The person chooses a new one, and two others answer for it. */
export function ForgottenPinPage({ snapshot }: PageProps) {
  const { say } = useWords();
  const station = useStation();
  const [person, setPerson] = useState<Person | null>(null);
  const [newPin, setNewPin] = useState<string | null>(null);
  const [done, setDone] = useState(false);
  const others = { ...snapshot, people: snapshot.people.filter(({ id }) => id !== person?.id) };

  return (
    <div className="stack">
      <p>{say('pin-set.forgotten-hint')}</p>
      {person === null ? (
        <>
          <Who snapshot={snapshot} onChoose={setPerson} />
          <Callout tone="calm">{say('pin-set.absent-hint')}</Callout>
        </>
      ) : done ? (
        <Done person={person} />
      ) : newPin === null ? (
        <Questions
          person={person}
          asksOld={false}
          busy={false}
          onAnswered={async (_, chosen) => setNewPin(chosen)}
        />
      ) : (
        <>
          <p data-testid="pin-answer">{say('pin-set.answer', { name: person.name })}</p>
          <ApprovalPanel
            snapshot={others}
            need={TWO_OF_COMMISSION}
            onApproved={async (approvals) => {
              const renewed = await station.renewPin({ personId: person.id, newPin, approvals });
              if (renewed.ok) {
                setNewPin(null);
                setDone(true);
              }
              return renewed;
            }}
          />
        </>
      )}
    </div>
  );
}

function Done({ person }: { readonly person: Person }) {
  const { say } = useWords();
  return (
    <Callout tone="good" testId="pin-done">
      {say('pin-set.done', { name: person.name })}
    </Callout>
  );
}

function Who({ snapshot, onChoose }: PageProps & { readonly onChoose: (person: Person) => void }) {
  const { say } = useWords();
  const people = snapshot.people.filter(({ role }) => isOfCommission(role) || role === 'operator');
  return (
    <>
      <h3>{say('pin-set.who')}</h3>
      <PersonList
        people={people}
        enabled={new Set(people.map(({ id }) => id))}
        chosen={null}
        practicePins={snapshot.practicePins}
        onChoose={onChoose}
      />
    </>
  );
}

interface QuestionsProps {
  readonly person: Person;
  readonly asksOld: boolean;
  readonly busy: boolean;
  readonly onAnswered: (old: string, chosen: string) => Promise<void>;
}

function Questions({ person, asksOld, busy, onAnswered }: QuestionsProps) {
  const { say } = useWords();
  const first: Question = asksOld ? 'old' : 'new';
  const [question, setQuestion] = useState<Question>(first);
  const [given, setGiven] = useState({ old: '', new: '' });
  const [pin, setPin] = useState('');
  const [differ, setDiffer] = useState(false);

  async function enter(): Promise<void> {
    setDiffer(false);
    setPin('');
    if (question !== 'again') {
      setGiven({ ...given, [question]: pin });
      setQuestion(question === 'old' ? 'new' : 'again');
      return;
    }
    setGiven({ old: '', new: '' });
    setQuestion(first);
    if (pin === given.new) await onAnswered(given.old, pin);
    else setDiffer(true);
  }

  const label = say(`pin-set.${question}`, { name: person.name });
  return (
    <div className="custody-pin" data-testid={`pin-question-${question}`}>
      {differ ? (
        <Callout tone="care" urgent testId="pin-differ">
          {say('pin-set.differ')}
        </Callout>
      ) : null}
      <p className="approval-who">{label}</p>
      <PinPad
        key={question}
        label={label}
        focus
        pin={pin}
        busy={busy}
        {...(question === 'old' ? {} : { shortest: SHORTEST_NEW_PIN })}
        onChange={setPin}
        onEnter={() => void enter()}
      />
    </div>
  );
}
