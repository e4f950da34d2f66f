import { useState } from 'react';
import { Label, TextArea, TextField } from 'react-aria-components';
import type { DeskSnapshot, FingerCandidate } from '../../station/api/snapshot.ts';
import { useStation } from '../mirror/station-context.tsx';
import { useAct } from '../mirror/use-act.ts';
import { ActButton } from '../parts/act-button.tsx';
import { ApprovalPanel } from '../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../parts/approval-rules.ts';
import { Callout, Problem } from '../parts/callout.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useWords } from '../words/use-words.ts';

const LEAST_REASON = 3;
/** Fewer strangers than this are not told apart. */
const FEW_STRANGERS = 0.001;

interface FingerSearchSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly onClose: () => void;
}

/** Chair and a member open the search for one sitting; then one finger after the other, and the wiping. */
export function FingerSearchSheet({ snapshot, onClose }: FingerSearchSheetProps) {
  const { say } = useWords();
  const { fingerSearch } = snapshot;
  return (
    <Sheet testId="finger-search-sheet" title={say('finger-search.title')} onClose={onClose}>
      <div className="stack">
        {fingerSearch.state === 'open' ? (
          <OpenSearch voters={fingerSearch.voters} onClose={onClose} />
        ) : (
          <OpeningAct snapshot={snapshot} />
        )}
      </div>
    </Sheet>
  );
}

function OpeningAct({ snapshot }: { readonly snapshot: DeskSnapshot }) {
  const { say } = useWords();
  const station = useStation();
  const [reason, setReason] = useState('');
  return (
    <>
      <p>{say('finger-search.hint')}</p>
      <TextField className="field" value={reason} onChange={setReason} maxLength={300} autoFocus>
        <Label>{say('finger-search.reason')}</Label>
        <TextArea data-testid="finger-search-reason" rows={2} />
      </TextField>
      {reason.trim().length >= LEAST_REASON ? (
        <ApprovalPanel
          snapshot={snapshot}
          need={CHAIR_AND_MEMBER}
          onApproved={(approvals) => station.openFingerSearch({ reason: reason.trim(), approvals })}
        />
      ) : (
        <p className="soft">{say('finger-search.first')}</p>
      )}
    </>
  );
}

function OpenSearch({ voters, onClose }: { readonly voters: number; readonly onClose: () => void }) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [found, setFound] = useState<readonly FingerCandidate[] | null>(null);

  async function take(): Promise<void> {
    setFound(null);
    const result = await act.run(station.searchFinger({}));
    if (result.ok) setFound(result.value);
  }

  async function close(): Promise<void> {
    const result = await station.closeFingerSearch({});
    if (result.ok) onClose();
  }

  return (
    <>
      <p data-testid="finger-search-open">
        <strong>{say('finger-search.open', { voters })}</strong>
      </p>
      <Callout tone="care">{say('finger-search.rule')}</Callout>
      <ActButton
        testId="finger-search-take"
        icon="fingerprint-scanner"
        disabled={act.pending}
        onPress={() => void take()}
      >
        {say(act.pending ? 'finger-search.waiting' : 'finger-search.take')}
      </ActButton>
      <Problem problem={act.problem} />
      {found === null ? null : <Candidates found={found} />}
      <ActButton testId="finger-search-close" onPress={() => void close()}>
        {say('finger-search.close')}
      </ActButton>
    </>
  );
}

function Candidates({ found }: { readonly found: readonly FingerCandidate[] }) {
  const { say, language } = useWords();
  if (found.length === 0) return <p>{say('finger-search.nobody')}</p>;
  return (
    <table className="candidates" data-testid="finger-search-candidates">
      <thead>
        <tr>
          <th scope="col">{say('finger-search.voter')}</th>
          <th scope="col">{say('finger-search.list-number')}</th>
          <th scope="col">{say('finger-search.score')}</th>
          <th scope="col">{say('finger-search.strangers')}</th>
        </tr>
      </thead>
      <tbody>
        {found.map((one) => (
          <tr key={one.voterId} className={one.strangersExpected >= 1 ? 'soft' : ''}>
            <th scope="row">
              {one.name}, {one.birthYear}
            </th>
            <td className="numbers">{one.listNumber}</td>
            <td className="numbers">{one.score}</td>
            <td>{strangersWord(one.strangersExpected)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );

  function strangersWord(expected: number): string {
    if (expected >= 1) return say('finger-search.says-nothing');
    const format = new Intl.NumberFormat(language === 'en' ? 'en' : 'ru', { maximumSignificantDigits: 1 });
    return expected < FEW_STRANGERS ? `< ${format.format(FEW_STRANGERS)}` : format.format(expected);
  }
}
