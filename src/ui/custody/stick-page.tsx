import { useState } from 'react';
import type {
  StickChanges,
  StickContents,
  StickPackage,
  TakenChanges,
} from '../../station/api/custody-view.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { formatDate } from '../format/format.ts';
import { useStation } from '../mirror/station-context.tsx';
import { useAct } from '../mirror/use-act.ts';
import { ActButton } from '../parts/act-button.tsx';
import { ApprovalPanel } from '../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../parts/approval-rules.ts';
import { Callout, Chip, Problem } from '../parts/callout.tsx';
import { FocusedHeading } from '../parts/focused-heading.tsx';
import { useWords } from '../words/use-words.ts';

type Act =
  | { readonly what: 'changes'; readonly numbers: readonly number[]; readonly changes: number }
  | { readonly what: 'package'; readonly found: StickPackage };

/** What is on the sticks, whether it would be taken and why not, and two people who take it. */
export function StickPage({ snapshot }: { readonly snapshot: DeskSnapshot }) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [contents, setContents] = useState<StickContents | null>(null);
  const [chosen, setChosen] = useState<Act | null>(null);
  const [taken, setTaken] = useState<TakenChanges | null>(null);

  async function look(): Promise<void> {
    setChosen(null);
    setTaken(null);
    const found = await act.run(station.lookAtStick({}));
    setContents(found.ok ? found.value : null);
  }

  return (
    <div className="stack">
      {chosen === null ? (
        <>
          <p>{say('custody.stick-hint')}</p>
          <div className="row">
            <ActButton testId="stick-look" icon="search" disabled={act.pending} onPress={() => void look()}>
              {say(contents === null && taken === null ? 'custody.stick' : 'custody.stick-again')}
            </ActButton>
          </div>
          <Problem problem={act.problem} />
          {taken === null ? null : <Taken taken={taken} manyTables={snapshot.lanes !== null} />}
          {contents === null || taken !== null ? null : <Contents contents={contents} onChoose={setChosen} />}
        </>
      ) : (
        <Approve
          snapshot={snapshot}
          act={chosen}
          onBack={() => setChosen(null)}
          onTaken={(done) => {
            setTaken(done);
            setContents(null);
            setChosen(null);
          }}
        />
      )}
    </div>
  );
}

interface ContentsProps {
  readonly contents: StickContents;
  readonly onChoose: (act: Act) => void;
}

function Contents({ contents: { changes, packages }, onChoose }: ContentsProps) {
  const { say } = useWords();
  if (changes.length + packages.length === 0)
    return (
      <Callout tone="calm" testId="stick-empty">
        {say('custody.stick-empty')}
      </Callout>
    );
  return (
    <>
      {changes.length === 0 ? null : (
        <section className="stack">
          <h3>{say('custody.changes-on-stick')}</h3>
          <ul className="custody-found" data-testid="stick-changes">
            {changes.map((one) => (
              <ChangesLine key={one.file} one={one} />
            ))}
          </ul>
          {changes.some(({ state }) => state === 'next') ? (
            <div className="row">
              <ActButton testId="stick-take" icon="check" onPress={() => onChoose(allThatAreNext(changes))}>
                {say('custody.take')}
              </ActButton>
            </div>
          ) : null}
        </section>
      )}
      {packages.length === 0 ? null : (
        <section className="stack">
          <h3>{say('custody.packages-on-stick')}</h3>
          <ul className="custody-found" data-testid="stick-packages">
            {packages.map((found) => (
              <PackageLine key={found.file} found={found} onChoose={onChoose} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function ChangesLine({ one: { file, sequence, changes, state, refused } }: { readonly one: StickChanges }) {
  const { say } = useWords();
  return (
    <li data-state={state}>
      <span>
        {sequence === null
          ? say('custody.changes-unreadable', { file: nameOf(file) })
          : say('custody.changes-file', { number: sequence, count: changes })}
      </span>
      {state === 'refused' ? (
        <Chip tone="care">{say(`custody.refused.${refused ?? 'malformed'}`)}</Chip>
      ) : (
        <Chip tone={state === 'next' ? 'good' : 'calm'}>{say(`custody.state.${state}`)}</Chip>
      )}
    </li>
  );
}

function PackageLine({
  found,
  onChoose,
}: Omit<ContentsProps, 'contents'> & { readonly found: StickPackage }) {
  const { say } = useWords();
  const { file, version, voters, expires, signedBy, refused } = found;
  return (
    <li data-state={refused ?? 'newer'}>
      <span>
        {version === null
          ? say('custody.package-unreadable', { file: nameOf(file) })
          : say('custody.package-file', {
              ...{ version, count: voters ?? 0, people: signedBy.join(', ') },
              day: formatDate(expires ?? ''),
            })}
      </span>
      {refused !== null ? (
        <Chip tone={refused === 'package-same' ? 'calm' : 'care'}>{say(`error.${refused}`)}</Chip>
      ) : (
        <ActButton
          testId={`stick-replace-${version}`}
          icon="check"
          onPress={() => onChoose({ what: 'package', found })}
        >
          {say('custody.replace', { version: version ?? 0 })}
        </ActButton>
      )}
    </li>
  );
}

function allThatAreNext(changes: readonly StickChanges[]): Act {
  const next = changes.filter(({ state }) => state === 'next');
  return {
    what: 'changes',
    numbers: next.flatMap(({ sequence }) => sequence ?? []),
    changes: next.reduce((total, one) => total + one.changes, 0),
  };
}

/** As it stands on the stick, for whoever has to copy it again. */
function nameOf(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}

interface ApproveProps {
  readonly snapshot: DeskSnapshot;
  readonly act: Act;
  readonly onBack: () => void;
  readonly onTaken: (taken: TakenChanges) => void;
}

/** One thing at a time: what was chosen, and the two who answer for it; the rest of the stick is one press back. */
function Approve({ snapshot, act, onBack, onTaken }: ApproveProps) {
  const { say } = useWords();
  const station = useStation();
  return (
    <>
      <FocusedHeading>
        {act.what === 'package'
          ? say('custody.replace', { version: act.found.version ?? 0 })
          : say('custody.take-these', { numbers: act.numbers.join(', '), count: act.changes })}
      </FocusedHeading>
      {act.what === 'package' ? (
        <Callout tone="care" testId="replace-hint">
          {say('custody.replace-hint', { version: act.found.version ?? 0 })}
        </Callout>
      ) : null}
      <ApprovalPanel
        snapshot={snapshot}
        need={CHAIR_AND_MEMBER}
        onApproved={async (approvals) => {
          if (act.what === 'package') return station.replacePackage({ file: act.found.file, approvals });
          const taken = await station.takeChanges({ approvals });
          if (taken.ok) onTaken(taken.value);
          return taken;
        }}
      />
      <div className="row">
        <ActButton testId="stick-back" icon="back" onPress={onBack}>
          {say('custody.stick-back')}
        </ActButton>
      </div>
    </>
  );
}

function Taken({ taken, manyTables }: { readonly taken: TakenChanges; readonly manyTables: boolean }) {
  const { say } = useWords();
  const { effects, overtaken, refused } = taken;
  const { atHome: home, ...others } = effects;
  return (
    <>
      <Callout tone={taken.taken === 0 ? 'calm' : 'good'} testId="stick-taken">
        {taken.taken === 0 ? say('custody.taken-none') : say('custody.taken', { ...others, home })}
      </Callout>
      {overtaken === 0 ? null : (
        <Callout tone="calm">{say('custody.overtaken', { count: overtaken })}</Callout>
      )}
      {refused === null ? null : (
        <Callout tone="care" urgent testId={`stick-refused-${refused.why}`}>
          {refused.sequence === null
            ? say('custody.left-out')
            : say('custody.stopped-at', { number: refused.sequence })}{' '}
          {say(`custody.refused.${refused.why}`)}
        </Callout>
      )}
      {taken.taken > 0 && manyTables ? <Callout tone="calm">{say('custody.others-get')}</Callout> : null}
    </>
  );
}
