import { useEffect, useRef, useState } from 'react';
import type { Result } from '../../domain/result.ts';
import { type Approval, isOfCommission } from '../../domain/roles.ts';
import type { StationError } from '../../station/api/errors.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { useAct } from '../mirror/use-act.ts';
import { useWords } from '../words/use-words.ts';
import { type ApprovalNeed, needAfterRefusal, peopleNeeded, whoMayApprove } from './approval-rules.ts';
import { Problem } from './callout.tsx';
import { PersonList } from './person-list.tsx';
import { PinPad } from './pin-pad.tsx';

interface ApprovalPanelProps {
  readonly snapshot: DeskSnapshot;
  readonly need: ApprovalNeed;
  /** Called once everybody who is needed has agreed. */
  readonly onApproved: (approvals: Approval[]) => Promise<Result<unknown, StationError>>;
  readonly onDone?: () => void;
}

/** Whose consent is wanted where one person is enough. */
function onePersonWord(need: ApprovalNeed): 'approval.chair' | 'approval.member' | 'approval.either' {
  if (need.chair > 0) return 'approval.chair';
  return need.members > 0 ? 'approval.member' : 'approval.either';
}

/** One person after the other chooses their name and enters their own PIN. */
export function ApprovalPanel({ snapshot, need: firstNeed, onApproved, onDone }: ApprovalPanelProps) {
  const { say } = useWords();
  const act = useAct();
  const [need, setNeed] = useState(firstNeed);
  const [given, setGiven] = useState<readonly Approval[]>([]);
  const [personId, setPersonId] = useState<string | null>(null);
  const [pin, setPin] = useState('');

  const total = peopleNeeded(need);
  const allowed = new Set(whoMayApprove(snapshot.people, given, need).map((person) => person.id));
  const list = useRef<HTMLDivElement>(null);
  const asked = useRef(false);
  // After a PIN the next person chooses a name; before the first one the focus stays where people work.
  const waitsForName = personId === null && !act.pending && allowed.size > 0;
  useEffect(() => {
    if (asked.current && waitsForName)
      list.current?.querySelector<HTMLButtonElement>('.person:not([disabled])')?.focus();
  }, [waitsForName]);

  const listed = snapshot.people.filter((person) => isOfCommission(person.role));
  const chosen = listed.find((person) => person.id === personId) ?? null;

  async function enter(): Promise<void> {
    if (chosen === null) return;
    const approvals = [...given, { personId: chosen.id, pin }];
    asked.current = true;
    setPin('');
    setPersonId(null);
    setGiven(approvals);
    act.clear();
    if (approvals.length < total) return;
    const result = await act.run(onApproved(approvals));
    if (result.ok) {
      onDone?.();
      return;
    }
    const next = needAfterRefusal(need, result.error.code);
    if (next !== null) setNeed(next.need);
    setGiven(next?.keepGiven === true ? approvals : []);
  }

  return (
    <div className="approval" data-testid="approval-panel">
      <Problem problem={act.problem} />
      <div className="approval-people" ref={list}>
        <p className="approval-progress" role="status">
          {total > 1
            ? say('approval.person-of', { number: Math.min(given.length + 1, total), total })
            : say(onePersonWord(need))}
        </p>
        <PersonList
          people={listed}
          enabled={allowed}
          chosen={personId}
          done={new Set(given.map((approval) => approval.personId))}
          practicePins={snapshot.practicePins}
          onChoose={(person) => {
            setPersonId(person.id);
            setPin('');
          }}
        />
      </div>
      <div className="approval-pin">
        <p className="approval-who">
          {chosen === null ? say('approval.choose-name') : say('approval.enter-pin', { name: chosen.name })}
        </p>
        <PinPad
          key={personId ?? 'nobody'}
          label={
            chosen === null ? say('approval.choose-name') : say('approval.enter-pin', { name: chosen.name })
          }
          focus={chosen !== null}
          pin={pin}
          busy={act.pending || chosen === null}
          onChange={setPin}
          onEnter={() => void enter()}
        />
      </div>
    </div>
  );
}
