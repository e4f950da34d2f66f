import { useEffect, useRef, useState } from 'react';
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
import { useWords } from '../words/use-words.ts';

type Act = { readonly what: 'changes' } | { readonly what: 'package'; readonly found: StickPackage };

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
      <p>{say('custody.stick-hint')}</p>
      <div className="row">
        <ActButton testId="stick-look" icon="search" disabled={act.pending} onPress={() => void look()}>
          {say('custody.stick')}
        </ActButton>
      </div>
      <Problem problem={act.problem} />
      {taken === null ? null : <Taken taken={taken} manyTables={snapshot.lanes !== null} />}
      {contents === null || taken !== null ? null : (
        <Contents contents={contents} chosen={chosen} onChoose={setChosen} />
      )}
      {chosen === null || taken !== null ? null : (
        <Approve
          snapshot={snapshot}
          act={chosen}
          onTaken={(done) => {
            setTaken(done);
            setContents(null);
          }}
        />
      )}
    </div>
  );
}

interface ContentsProps {
  readonly contents: StickContents;
  readonly chosen: Act | null;
  readonly onChoose: (act: Act) => void;
}

function Contents({ contents: { changes, packages }, chosen, onChoose }: ContentsProps) {
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
              <ActButton
                testId="stick-take"
                icon="check"
                pressed={chosen?.what === 'changes'}
                onPress={() => onChoose({ what: 'changes' })}
              >
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
              <PackageLine key={found.file} found={found} chosen={chosen} onChoose={onChoose} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function ChangesLine({ one: { sequence, changes, state, refused } }: { readonly one: StickChanges }) {
  const { say } = useWords();
  return (
    <li data-state={state}>
      <span>
        {sequence === null
          ? say('custody.changes-unreadable')
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
  chosen,
  onChoose,
}: Omit<ContentsProps, 'contents'> & { readonly found: StickPackage }) {
  const { say } = useWords();
  const { version, voters, expires, signedBy, refused } = found;
  return (
    <li data-state={refused ?? 'newer'}>
      <span>
        {version === null
          ? say('custody.package-unreadable')
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
          pressed={chosen?.what === 'package' && chosen.found.file === found.file}
          onPress={() => onChoose({ what: 'package', found })}
        >
          {say('custody.replace', { version: version ?? 0 })}
        </ActButton>
      )}
    </li>
  );
}

interface ApproveProps {
  readonly snapshot: DeskSnapshot;
  readonly act: Act;
  readonly onTaken: (taken: TakenChanges) => void;
}

function Approve({ snapshot, act, onTaken }: ApproveProps) {
  const { say } = useWords();
  const station = useStation();
  const panel = useRef<HTMLDivElement>(null);
  // What is on the stick may be long: who is asked now comes into view.
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div className="stack" ref={panel}>
      {act.what === 'package' ? (
        <Callout tone="care" testId="replace-hint">
          {say('custody.replace-hint', { version: act.found.version ?? 0 })}
        </Callout>
      ) : null}
      <ApprovalPanel
        key={act.what === 'package' ? act.found.file : 'changes'}
        snapshot={snapshot}
        need={CHAIR_AND_MEMBER}
        onApproved={async (approvals) => {
          if (act.what === 'package') return station.replacePackage({ file: act.found.file, approvals });
          const taken = await station.takeChanges({ approvals });
          if (taken.ok) onTaken(taken.value);
          return taken;
        }}
      />
    </div>
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
          {refused.sequence === null ? null : <>{say('custody.stopped-at', { number: refused.sequence })} </>}
          {say(`custody.refused.${refused.why}`)}
        </Callout>
      )}
      {taken.taken > 0 && manyTables ? <Callout tone="calm">{say('custody.others-get')}</Callout> : null}
    </>
  );
}
