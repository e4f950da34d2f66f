import { type KeyboardEvent, useRef, useState } from 'react';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Callout } from '../../parts/callout.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountField } from '../closing/count-field.tsx';
import { parseCount } from '../closing/parse-count.ts';

interface Line {
  readonly line: number;
  readonly listNumber: number;
  readonly receipts: number;
}

/** Read out in one go, and signed for by two people; the rest comes in the next one. */
const MOST_LINES = 50;

interface PaperLinesFormProps {
  readonly snapshot: DeskSnapshot;
  readonly onDone: () => void;
}

/** One reads out, one types: lines are gathered here and entered together, by two people. */
export function PaperLinesForm({ snapshot, onDone }: PaperLinesFormProps) {
  const { say } = useWords();
  const station = useStation();
  const [line, setLine] = useState('');
  const [listNumber, setListNumber] = useState('');
  const [receipts, setReceipts] = useState('1');
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [doubles, setDoubles] = useState<readonly number[]>([]);
  const [notCompared, setNotCompared] = useState<readonly number[]>([]);
  const typed = readLine(line, listNumber, receipts);
  const isThere = typed !== null && lines.some((one) => one.line === typed.line);
  const isNew = typed !== null && lines.length < MOST_LINES && !isThere;
  const form = useRef<HTMLFormElement>(null);

  function add(): void {
    if (typed === null || !isNew) return;
    setLines([...lines, typed]);
    setLine(String(typed.line + 1));
    setListNumber('');
    // The next line has the next number; what is read out is the number in the list.
    form.current?.querySelector<HTMLInputElement>('[data-testid="paper-list-number"]')?.focus();
  }

  /** Lines are typed one after the other: Enter is quicker than the way to the button. */
  function addByEnter(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    add();
  }

  return (
    <>
      <form ref={form} className="stack" onKeyDown={addByEnter} onSubmit={(event) => event.preventDefault()}>
        <CountField
          testId="paper-line"
          label={say('paper-mode.line')}
          value={line}
          onChange={setLine}
          first
        />
        <CountField
          testId="paper-list-number"
          label={say('paper-mode.list-number')}
          value={listNumber}
          onChange={setListNumber}
        />
        <CountField
          testId="paper-receipts"
          label={say('paper-mode.receipts')}
          value={receipts}
          onChange={setReceipts}
        />
        <ActButton testId="paper-add" disabled={!isNew} onPress={add}>
          {say('paper-mode.add')}
        </ActButton>
        {isThere ? (
          <Callout tone="care" testId="paper-line-there">
            {say('paper-mode.line-there', { line: typed.line })}
          </Callout>
        ) : null}
        {lines.length < MOST_LINES ? null : (
          <p className="soft">{say('paper-mode.enough', { count: MOST_LINES })}</p>
        )}
      </form>
      {doubles.length === 0 ? null : (
        <Callout tone="bad">{say('paper-mode.doubles', { lines: doubles.join(', ') })}</Callout>
      )}
      {notCompared.length === 0 ? null : (
        <Callout tone="care" testId="paper-not-compared">
          {say('paper-mode.not-compared', { lines: notCompared.join(', ') })}
        </Callout>
      )}
      {lines.length === 0 ? null : (
        <>
          <p>{say('paper-mode.to-enter')}</p>
          <div className="row" data-testid="paper-lines">
            {lines.map((one) => (
              <ActButton
                key={one.line}
                testId={`paper-take-out-${one.line}`}
                icon="cross"
                label={say('paper-mode.take-out', { line: one.line, number: one.listNumber })}
                onPress={() => setLines(lines.filter(({ line: other }) => other !== one.line))}
              >
                {`${one.line} → ${one.listNumber}`}
              </ActButton>
            ))}
          </div>
          <ApprovalPanel
            snapshot={snapshot}
            need={CHAIR_AND_MEMBER}
            onApproved={async (approvals) => {
              const entered = await station.enterPaperLines({ lines: [...lines], approvals });
              if (!entered.ok) return entered;
              setLines([]);
              const { doubles: raised, notCompared: without } = entered.value;
              setDoubles(raised);
              setNotCompared(without);
              if (raised.length + without.length === 0) onDone();
              return entered;
            }}
          />
        </>
      )}
    </>
  );
}

function readLine(line: string, listNumber: string, receipts: string): Line | null {
  const [first, second, third] = [parseCount(line), parseCount(listNumber), parseCount(receipts)];
  if (first === null || second === null || third === null) return null;
  return first > 0 && second > 0 && third <= 10 ? { line: first, listNumber: second, receipts: third } : null;
}
