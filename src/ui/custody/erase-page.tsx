import { useState } from 'react';
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
      {agreeing ? (
        <ApprovalPanel
          snapshot={snapshot}
          need={CHAIR_AND_MEMBER}
          onApproved={(approvals) => station.eraseList({ approvals })}
        />
      ) : (
        <div className="row">
          <ActButton testId="erase-go-on" kind="danger" onPress={() => setAgreeing(true)}>
            {say('erase.go-on')}
          </ActButton>
        </div>
      )}
    </div>
  );
}
