import { useState } from 'react';
import type { LanesView } from '../../../station/api/lanes-view.ts';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { useWords } from '../../words/use-words.ts';
import { LanesSheet } from './lanes-sheet.tsx';
import { whyNotOwning } from './why-not-owning.ts';

interface StandingStripProps {
  readonly snapshot: DeskSnapshot;
  readonly lanes: LanesView;
}

/** Over the desk of a table that may identify nobody yet, or whose voters another table took over: said before one comes. */
export function StandingStrip({ snapshot, lanes }: StandingStripProps) {
  const { say } = useWords();
  const [open, setOpen] = useState(false);
  const [seen, setSeen] = useState<number | null>(null);
  const holder = lanes.lanes.find(({ lane }) => lane === snapshot.lane)?.heldBy ?? snapshot.lane;
  const waits = lanes.standing !== 'owning';
  if (!waits && (holder === snapshot.lane || seen === holder)) return null;
  return (
    <>
      <div
        className={waits ? 'closing-strip strip-care' : 'closing-strip'}
        role={waits ? 'alert' : 'status'}
        data-testid="standing-strip"
        data-standing={lanes.standing}
      >
        <strong>
          {lanes.standing === 'owning'
            ? say('lanes.strip.held', { lane: holder })
            : say(`lanes.strip.${whyNotOwning(lanes.standing, lanes.missing)}`, {
                lanes: lanes.missing.join(', '),
              })}
        </strong>
        {waits ? (
          <ActButton testId="standing-show" onPress={() => setOpen(true)}>
            {say('lanes.title')}
          </ActButton>
        ) : (
          <ActButton testId="standing-seen" onPress={() => setSeen(holder)}>
            {say('lanes.strip.seen')}
          </ActButton>
        )}
      </div>
      {open ? <LanesSheet snapshot={snapshot} lanes={lanes} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
