import { useState } from 'react';
import type { ScannedTable } from '../../../station/api/lanes-view.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { Callout } from '../../parts/callout.tsx';
import { useWords } from '../../words/use-words.ts';
import type { WordKey } from '../../words/words.ts';

interface ScannedProps {
  readonly scanned: ScannedTable | null;
}

/** What came of the code of another table's screen, which any reader of this desk may have read. */
export function ScannedOutcome({ scanned }: ScannedProps) {
  const { say } = useWords();
  if (scanned === null) return null;
  const { outcome } = scanned;
  const tone = outcome === 'found' ? 'good' : outcome === 'connecting' ? 'calm' : 'care';
  return (
    <Callout tone={tone} testId={`scanned-${outcome}`}>
      {say(wordOf(outcome))}
    </Callout>
  );
}

/** The same over the desk, until somebody has seen it: the code may be read with no sheet open. */
export function ScannedStrip({ scanned }: ScannedProps) {
  const { say } = useWords();
  const [seen, setSeen] = useState(0);
  if (scanned === null || seen === scanned.number) return null;
  const { outcome } = scanned;
  const failed = outcome !== 'found' && outcome !== 'connecting';
  return (
    <div
      className={failed ? 'closing-strip strip-care' : 'closing-strip'}
      role="status"
      data-testid="scanned-strip"
      data-outcome={outcome}
    >
      <strong>{say(wordOf(outcome))}</strong>
      <ActButton testId="scanned-seen" onPress={() => setSeen(scanned.number)}>
        {say('lanes.strip.seen')}
      </ActButton>
    </div>
  );
}

function wordOf(outcome: ScannedTable['outcome']): WordKey {
  if (outcome === 'found') return 'lanes.found';
  return outcome === 'connecting' ? 'lanes.scanned' : `error.${outcome}`;
}
