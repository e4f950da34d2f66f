import { useState } from 'react';
import type { LaneView } from '../../station/api/lanes-view.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { useStation } from '../mirror/station-context.tsx';
import { ActButton } from '../parts/act-button.tsx';
import { ApprovalPanel } from '../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../parts/approval-rules.ts';
import { Callout } from '../parts/callout.tsx';
import { useWords } from '../words/use-words.ts';

/** What will go and what stays, before two people agree to it. */
export function ErasePage({ snapshot }: { readonly snapshot: DeskSnapshot }) {
  const { say } = useWords();
  const station = useStation();
  const [agreeing, setAgreeing] = useState(false);
  const { registered, identified } = snapshot.counts;
  const [gone, setGone] = useState<readonly number[]>([]);
  const others = (snapshot.lanes?.lanes ?? []).filter(({ day }) => day !== null && day !== 'closed');
  const serving = others.filter(({ day, up }) => up && day !== 'not-opened');
  const silent = others.filter(({ up }) => !up);
  const waits = serving.length > 0 || silent.some(({ lane }) => !gone.includes(lane));
  return (
    <div className="stack">
      <Callout tone="bad">{say('erase.hint')}</Callout>
      <div className="custody-end">
        <section>
          <h3>{say('erase.goes')}</h3>
          <ul data-testid="erase-goes">
            <li>{say('erase.goes-list', { count: registered })}</li>
            <li>{say('erase.goes-names')}</li>
            <li>{say('erase.goes-keys')}</li>
          </ul>
        </section>
        <section>
          <h3>{say('erase.stays')}</h3>
          <ul data-testid="erase-stays">
            <li>{say('erase.stays-figures', { count: identified })}</li>
            <li>{say('erase.stays-log')}</li>
            <li>{say('erase.stays-certificate')}</li>
          </ul>
        </section>
      </div>
      {serving.length + silent.length === 0 ? null : (
        <OtherTables serving={serving} silent={silent} gone={gone} onGone={setGone} />
      )}
      {agreeing && !waits ? (
        <ApprovalPanel
          snapshot={snapshot}
          need={CHAIR_AND_MEMBER}
          onApproved={(approvals) => station.eraseList({ gone: [...gone], approvals })}
        />
      ) : (
        <div className="row">
          <ActButton testId="erase-go-on" kind="danger" disabled={waits} onPress={() => setAgreeing(true)}>
            {say('erase.go-on')}
          </ActButton>
        </div>
      )}
    </div>
  );
}

interface OtherTablesProps {
  /** They answer, and are to be closed. */
  readonly serving: readonly LaneView[];
  /** They don't answer, and nobody here knows that they were closed. */
  readonly silent: readonly LaneView[];
  readonly gone: readonly number[];
  readonly onGone: (gone: readonly number[]) => void;
}

/** Which other tables stand in the way, and what to do about each. */
function OtherTables({ serving, silent, gone, onGone }: OtherTablesProps) {
  const { say } = useWords();
  return (
    <section className="stack" data-testid="erase-others">
      <h3>{say('erase.others')}</h3>
      {serving.map(({ lane }) => (
        <Callout key={lane} tone="care" testId={`erase-serving-${lane}`}>
          {say('erase.table-serving', { lane })}
        </Callout>
      ))}
      {silent.map(({ lane }) => (
        <div key={lane} className="stack">
          <Callout tone="care" testId={`erase-silent-${lane}`}>
            {say('erase.table-silent', { lane })}
          </Callout>
          <div className="row">
            <ActButton
              testId={`erase-gone-${lane}`}
              {...(gone.includes(lane) ? { icon: 'check' } : {})}
              pressed={gone.includes(lane)}
              onPress={() =>
                onGone(gone.includes(lane) ? gone.filter((one) => one !== lane) : [...gone, lane])
              }
            >
              {say('erase.table-gone', { lane })}
            </ActButton>
          </div>
        </div>
      ))}
    </section>
  );
}
