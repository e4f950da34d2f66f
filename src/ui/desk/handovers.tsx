import { useState } from 'react';
import type { DeskSnapshot, HandoverView } from '../../station/api/snapshot.ts';
import { sayListNumber } from '../format/say-list-number.ts';
import { useStation } from '../mirror/station-context.tsx';
import { useAct } from '../mirror/use-act.ts';
import { ActButton } from '../parts/act-button.tsx';
import { Chip, Problem } from '../parts/callout.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useWords } from '../words/use-words.ts';
import { type ReceiptAct, ReceiptActSheet } from './papers/receipt-act-sheet.tsx';

/** An open hand-over older than this wants a look. */
const OLD_MINUTES = 15;

/** A button where anything is open, and the list behind it: resume, or the chair's undo and reprint. */
export function OpenHandovers({ snapshot }: { readonly snapshot: DeskSnapshot }) {
  const { say } = useWords();
  const [open, setOpen] = useState(false);
  if (snapshot.handoversOpen === 0) return null;
  return (
    <div className="row">
      <ActButton testId="handovers-open" icon="people" onPress={() => setOpen(true)}>
        {say('handovers.button', { count: snapshot.handoversOpen })}
      </ActButton>
      {open ? <HandoversSheet snapshot={snapshot} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}

interface HandoversSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly onClose: () => void;
}

export function HandoversSheet({ snapshot, onClose }: HandoversSheetProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [receiptAct, setReceiptAct] = useState<{ act: ReceiptAct; handover: HandoverView } | null>(null);

  async function resume(handoverId: string): Promise<void> {
    const result = await act.run(station.resumeHandover({ handoverId }));
    if (result.ok) onClose();
  }

  if (receiptAct !== null)
    return (
      <ReceiptActSheet
        snapshot={snapshot}
        act={receiptAct.act}
        handover={receiptAct.handover}
        onClose={() => setReceiptAct(null)}
      />
    );
  return (
    <Sheet testId="handovers" title={say('handovers.title')} side="right" onClose={onClose}>
      <p className="soft">{say('handovers.hint')}</p>
      <Problem problem={act.problem} />
      {snapshot.handovers.length === 0 ? <p>{say('handovers.none')}</p> : null}
      <EarlierHandovers count={snapshot.handoversOpen - snapshot.handovers.length} />
      <ul className="handovers">
        {snapshot.handovers.map((handover) => (
          <HandoverLine
            key={handover.handoverId}
            handover={handover}
            mine={handover.lane === snapshot.lane}
            pending={act.pending}
            onResume={() => void resume(handover.handoverId)}
            onReceiptAct={(kind) => setReceiptAct({ act: kind, handover })}
          />
        ))}
      </ul>
    </Sheet>
  );
}

/** How many are open and not listed; they are found by their receipt's number. */
export function EarlierHandovers({ count }: { readonly count: number }) {
  const { say } = useWords();
  return count > 0 ? <p data-testid="handovers-earlier">{say('handovers.earlier', { count })}</p> : null;
}

interface HandoverLineProps {
  readonly handover: HandoverView;
  readonly mine: boolean;
  readonly pending: boolean;
  readonly onResume: () => void;
  readonly onReceiptAct: (act: ReceiptAct) => void;
}

function HandoverLine({ handover, mine, pending, onResume, onReceiptAct }: HandoverLineProps) {
  const { say } = useWords();
  const atDesk = handover.state === 'found' || handover.state === 'verified';
  const withReceipt = handover.receiptNumbers.length > 0;
  return (
    <li className="handover" data-testid={`handover-${handover.handoverId}`} data-state={handover.state}>
      <div className="handover-text">
        <strong>{handover.name}</strong>
        <span className="soft numbers">
          {sayListNumber(handover.listNumber, say)} · {say('handovers.lane', { lane: handover.lane })}
          {withReceipt ? ` · ${handover.receiptNumbers.join(', ')}` : ''}
        </span>
        <span className="row">
          <Chip tone={handover.minutes >= OLD_MINUTES ? 'care' : 'calm'}>
            {say(`handover.${handover.state}`)} · {say('handovers.minutes', { minutes: handover.minutes })}
          </Chip>
        </span>
      </div>
      <div className="row">
        {atDesk && mine ? (
          <ActButton testId={`resume-${handover.handoverId}`} disabled={pending} onPress={onResume}>
            {say('handovers.resume')}
          </ActButton>
        ) : null}
        {withReceipt ? (
          <ActButton testId={`reprint-${handover.handoverId}`} onPress={() => onReceiptAct('reprint')}>
            {say('receipt-act.reprint')}
          </ActButton>
        ) : null}
        {handover.state === 'found' ? null : (
          <ActButton testId={`undo-${handover.handoverId}`} onPress={() => onReceiptAct('undo')}>
            {say('receipt-act.undo')}
          </ActButton>
        )}
      </div>
    </li>
  );
}
