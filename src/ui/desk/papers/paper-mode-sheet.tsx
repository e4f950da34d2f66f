import { useState } from 'react';
import { Label, TextArea, TextField } from 'react-aria-components';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR, CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Callout } from '../../parts/callout.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';
import { PaperLinesForm } from './paper-lines-form.tsx';

type Act = 'numbers' | 'declare' | 'end' | 'enter' | { readonly settle: number };

interface PaperModeSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly onClose: () => void;
}

/** The commission goes on without the laptop, and comes back to it: one act at a time, each by those it takes. */
export function PaperModeSheet({ snapshot, onClose }: PaperModeSheetProps) {
  const { say } = useWords();
  const [act, setAct] = useState<Act | null>(null);
  const { on, declared, lines, openDoubles } = snapshot.paperMode;
  return (
    <Sheet testId="paper-mode-sheet" title={say('paper-mode.title')} onClose={onClose}>
      <div className="stack">
        <p>{say('paper-mode.hint')}</p>
        <div className="row">
          <ActButton testId="paper-numbers" pressed={act === 'numbers'} onPress={() => setAct('numbers')}>
            {say('paper-mode.numbers')}
          </ActButton>
          {on ? (
            <ActButton testId="paper-end" pressed={act === 'end'} onPress={() => setAct('end')}>
              {say('paper-mode.end')}
            </ActButton>
          ) : (
            <ActButton testId="paper-declare" pressed={act === 'declare'} onPress={() => setAct('declare')}>
              {say('paper-mode.declare')}
            </ActButton>
          )}
          <ActButton
            testId="paper-enter"
            disabled={!declared}
            pressed={act === 'enter'}
            onPress={() => setAct('enter')}
          >
            {say('paper-mode.enter')}
          </ActButton>
        </div>
        {declared ? <p data-testid="paper-entered">{say('paper-mode.entered', { count: lines })}</p> : null}
        {act === null ? null : (
          <PaperAct
            key={JSON.stringify(act)}
            snapshot={snapshot}
            act={act}
            // An act that ends late, a strip being printed for instance, leaves the one that was begun since.
            onDone={() => setAct((now) => (now === act ? null : now))}
          />
        )}
        {openDoubles.map(({ line, listNumber, doubleOf, other }) => (
          <Callout key={line} tone="care">
            <div className="stack">
              <span>
                {say(`paper-mode.double-of-${doubleOf}`, { line, number: listNumber, other: other ?? '—' })}
              </span>
              <div className="row">
                <ActButton testId={`paper-settle-${line}`} onPress={() => setAct({ settle: line })}>
                  {say('paper-mode.settle')}
                </ActButton>
              </div>
            </div>
          </Callout>
        ))}
      </div>
    </Sheet>
  );
}

interface PaperActProps {
  readonly snapshot: DeskSnapshot;
  readonly act: Act;
  readonly onDone: () => void;
}

function PaperAct({ snapshot, act, onDone }: PaperActProps) {
  const { say, language } = useWords();
  const station = useStation();
  const [text, setText] = useState('');
  const note = text.trim();
  if (act === 'enter') return <PaperLinesForm snapshot={snapshot} onDone={onDone} />;
  const needsText = act === 'declare' || typeof act === 'object';
  return (
    <>
      {needsText ? (
        <TextField className="field" value={text} onChange={setText} maxLength={300} autoFocus>
          <Label>
            {typeof act === 'object'
              ? say('paper-mode.what-happened', { line: act.settle })
              : say('paper-mode.reason')}
          </Label>
          <TextArea data-testid="paper-text" rows={2} />
        </TextField>
      ) : null}
      {needsText && note.length < 3 ? null : (
        <ApprovalPanel
          snapshot={snapshot}
          need={act === 'numbers' ? CHAIR : CHAIR_AND_MEMBER}
          onApproved={(approvals) => {
            if (act === 'numbers') return station.printNumbers({ language, approvals });
            if (act === 'declare') return station.declarePaperMode({ reason: note, approvals });
            if (act === 'end') return station.endPaperMode({ approvals });
            return station.settlePaperLine({ line: act.settle, note, approvals });
          }}
          onDone={onDone}
        />
      )}
    </>
  );
}
