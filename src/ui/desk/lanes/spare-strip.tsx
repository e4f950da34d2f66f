import { useState } from 'react';
import type { LanesView } from '../../../station/api/lanes-view.ts';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import type { SpareDoorView } from '../../../station/api/spare-view.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { useWords } from '../../words/use-words.ts';
import { SpareSheet } from './spare-sheet.tsx';

interface SpareStripProps {
  readonly snapshot: DeskSnapshot;
  readonly lanes: LanesView;
  readonly door: SpareDoorView;
}

/** Over the desk while a spare is let in: the queue goes on, and nobody overlooks that digits are to be compared. */
export function SpareStrip({ snapshot, lanes, door }: SpareStripProps) {
  const { say } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <div
        className="closing-strip"
        role={isUrgent(door) ? 'alert' : 'status'}
        data-testid="spare-strip"
        data-state={door.state}
      >
        <strong>{say(stripWord(door), wordsOf(door))}</strong>
        <ActButton testId="spare-show" onPress={() => setOpen(true)}>
          {say('spare.show')}
        </ActButton>
      </div>
      {open ? <SpareSheet snapshot={snapshot} lanes={lanes} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function isUrgent(door: SpareDoorView): boolean {
  return door.state === 'comparing' || (door.state === 'waiting' && door.differed);
}

function stripWord(
  door: SpareDoorView,
):
  | 'spare.strip.waiting'
  | 'spare.strip.differed'
  | 'spare.strip.comparing'
  | 'spare.handing'
  | 'spare.admitted'
  | 'spare.ended' {
  switch (door.state) {
    case 'waiting':
      return door.differed ? 'spare.strip.differed' : 'spare.strip.waiting';
    case 'comparing':
      return 'spare.strip.comparing';
    case 'handing':
      return 'spare.handing';
    case 'admitted':
      return 'spare.admitted';
    case 'ended':
      return 'spare.ended';
  }
}

function wordsOf(door: SpareDoorView): { readonly lane: number; readonly percent?: number } {
  return door.state === 'handing' ? { lane: door.lane, percent: door.percent } : { lane: door.lane };
}
