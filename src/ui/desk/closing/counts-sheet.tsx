import { useState } from 'react';
import type { CountedFigures } from '../../../domain/reconciliation.ts';
import type { ClosingView, DeskSnapshot } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { MEMBER } from '../../parts/approval-rules.ts';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountField } from './count-field.tsx';
import { parseCount } from './parse-count.ts';

const FIGURES = [
  'ballotsReceived',
  'ballotsUnused',
  'ballotsSpoiled',
  'ballotStubs',
  'receiptsCollected',
  'signatures',
  'ballotsInBox',
] as const satisfies readonly (keyof CountedFigures)[];

interface CountsSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly closing: ClosingView;
  readonly onClose: () => void;
}

/** The members type what they counted by hand; an empty field stays "not counted", it is never a zero. */
export function CountsSheet({ snapshot, closing, onClose }: CountsSheetProps) {
  const { say } = useWords();
  const station = useStation();
  const [signing, setSigning] = useState(false);
  const [texts, setTexts] = useState<Readonly<Record<keyof CountedFigures, string>>>(() =>
    startTexts(closing),
  );

  return (
    <Sheet testId="counts-sheet" title={say('closing.enter-counts')} wide onClose={onClose}>
      <div className="stack">
        <p className="soft">{say('closing.counts-hint')}</p>
        <div className="count-fields">
          {FIGURES.map((figure, index) => (
            <CountField
              key={figure}
              testId={`count-${figure}`}
              label={say(`counted.${figure}`)}
              value={texts[figure]}
              first={index === 0}
              onChange={(text) => {
                setSigning(false);
                setTexts({ ...texts, [figure]: text });
              }}
            />
          ))}
        </div>
        {signing ? (
          <ApprovalPanel
            snapshot={snapshot}
            need={MEMBER}
            onApproved={(approvals) => station.enterCounts({ counts: readTexts(texts), approvals })}
            onDone={onClose}
          />
        ) : (
          <ActButton testId="counts-sign" kind="way-on" onPress={() => setSigning(true)}>
            {say('closing.sign-counts')}
          </ActButton>
        )}
      </div>
    </Sheet>
  );
}

function startTexts(closing: ClosingView): Record<keyof CountedFigures, string> {
  const text = (figure: keyof CountedFigures): string => {
    const count = closing.counted[figure];
    return count === null ? '' : String(count);
  };
  return {
    ballotsReceived: text('ballotsReceived'),
    ballotsUnused: text('ballotsUnused'),
    ballotsSpoiled: text('ballotsSpoiled'),
    ballotStubs: text('ballotStubs'),
    receiptsCollected: text('receiptsCollected'),
    signatures: text('signatures'),
    ballotsInBox: text('ballotsInBox'),
  };
}

function readTexts(texts: Readonly<Record<keyof CountedFigures, string>>): CountedFigures {
  return {
    ballotsReceived: parseCount(texts.ballotsReceived),
    ballotsUnused: parseCount(texts.ballotsUnused),
    ballotsSpoiled: parseCount(texts.ballotsSpoiled),
    ballotStubs: parseCount(texts.ballotStubs),
    receiptsCollected: parseCount(texts.receiptsCollected),
    signatures: parseCount(texts.signatures),
    ballotsInBox: parseCount(texts.ballotsInBox),
  };
}
