import type { Person } from '../../domain/roles.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { ErasedNote } from '../custody/erased-note.tsx';
import { formatLongDate, localDay } from '../format/format.ts';
import { useStation } from '../mirror/station-context.tsx';
import { ActButton } from '../parts/act-button.tsx';
import { ApprovalPanel } from '../parts/approval-panel.tsx';
import type { ApprovalNeed } from '../parts/approval-rules.ts';
import { Callout } from '../parts/callout.tsx';
import { StepFrame } from '../parts/step-frame.tsx';
import { useWords } from '../words/use-words.ts';

/** Two people unlock; after a restart on the same day one of them reopens alone. */
export function LockedView({
  snapshot,
  onBecome,
}: {
  readonly snapshot: DeskSnapshot;
  readonly onBecome: () => void;
}) {
  const { say, local, language } = useWords();
  const station = useStation();
  const restarted = snapshot.unlockPeopleNeeded === 1;
  const need: ApprovalNeed = { chair: 0, members: 0, either: snapshot.unlockPeopleNeeded };
  /** An envelope from the safe has a number, and no name. */
  const named = (person: Person): Person =>
    person.name === ''
      ? { ...person, name: say('locked.envelope', { number: person.id.replace(/\D/g, '') }) }
      : person;
  const { erased } = snapshot.custody;
  return (
    <StepFrame
      testId="locked"
      heading={say(
        erased !== null ? 'erase.done-heading' : restarted ? 'locked.heading-again' : 'locked.heading',
      )}
      hint={say(erased !== null ? 'erase.done-hint' : restarted ? 'locked.hint-again' : 'locked.hint')}
      wayOn={null}
      wayOut={null}
      aside={
        <div className="locked-place">
          <p className="locked-title">{local(snapshot.electionTitle)}</p>
          <p className="locked-date">{formatLongDate(snapshot.electionDate, language)}</p>
          <p className="locked-number numbers">{snapshot.stationNumber}</p>
          <p>{local(snapshot.stationName)}</p>
          <p className="soft">{say('locked.lane', { lane: snapshot.lane })}</p>
          {localDay(snapshot.nowMs, snapshot.timeZone) === snapshot.electionDate ? null : (
            <Callout tone="care">
              {say('locked.other-day', {
                day: formatLongDate(localDay(snapshot.nowMs, snapshot.timeZone), language),
              })}
            </Callout>
          )}
          {snapshot.becoming === null ? null : (
            <div className="stack-tight" data-testid="blank-laptop">
              <p>{say('become.note')}</p>
              <ActButton testId="become-open" icon="people" onPress={onBecome}>
                {say('become.title')}
              </ActButton>
            </div>
          )}
          {snapshot.practicePins === null || erased !== null ? null : (
            <Callout tone="calm">{say('locked.practice')}</Callout>
          )}
        </div>
      }
    >
      {erased === null ? (
        <ApprovalPanel
          key={restarted ? 'again' : 'first'}
          snapshot={{ ...snapshot, people: snapshot.people.map(named) }}
          need={need}
          onApproved={(approvals) => station.unlock({ approvals })}
        />
      ) : (
        // Nothing is behind the lock any more: the certificate is what is left to do.
        <ErasedNote erased={erased} />
      )}
    </StepFrame>
  );
}
