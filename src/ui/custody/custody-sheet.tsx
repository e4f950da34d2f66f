import { useEffect, useState } from 'react';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { ActButton } from '../parts/act-button.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useWords } from '../words/use-words.ts';
import { ErasePage } from './erase-page.tsx';
import { PackageFacts } from './package-facts.tsx';
import { ChangePinPage, ForgottenPinPage } from './pin-pages.tsx';
import { StickPage } from './stick-page.tsx';

const PAGES = ['stick', 'change-pin', 'forgotten-pin', 'erase'] as const;
type Page = (typeof PAGES)[number];

interface CustodySheetProps {
  readonly snapshot: DeskSnapshot;
  readonly onClose: () => void;
}

/** What two people do with the laptop itself: its package, changes of its list, their PINs, the end of the list. */
export function CustodySheet({ snapshot, onClose }: CustodySheetProps) {
  const { say } = useWords();
  const [page, setPage] = useState<Page | null>(null);
  const isLocked = snapshot.phase === 'locked';
  // What two people did here ended with the laptop locked: the lock screen goes on from there.
  useEffect(() => {
    if (isLocked) onClose();
  }, [isLocked, onClose]);
  const titles: Readonly<Record<Page, string>> = {
    stick: say('custody.stick'),
    'change-pin': say('pin-set.change'),
    'forgotten-pin': say('pin-set.forgotten'),
    erase: say('erase.title'),
  };
  return (
    <Sheet
      testId="custody-sheet"
      title={page === null ? say('custody.title') : titles[page]}
      wide
      onClose={onClose}
    >
      {page === null ? (
        <div className="stack">
          <h3>{say('custody.package')}</h3>
          <PackageFacts custody={snapshot.custody} />
          <div className="row">
            <ActButton
              testId="custody-stick"
              icon="list"
              disabled={snapshot.custody.package === null}
              onPress={() => setPage('stick')}
            >
              {titles.stick}
            </ActButton>
            <ActButton testId="custody-change-pin" icon="person" onPress={() => setPage('change-pin')}>
              {titles['change-pin']}
            </ActButton>
            <ActButton testId="custody-forgotten-pin" icon="people" onPress={() => setPage('forgotten-pin')}>
              {titles['forgotten-pin']}
            </ActButton>
            {snapshot.phase === 'closed' && snapshot.custody.package !== null ? (
              <ActButton testId="custody-erase" kind="danger" icon="erase" onPress={() => setPage('erase')}>
                {titles.erase}
              </ActButton>
            ) : null}
          </div>
        </div>
      ) : (
        <PageOf page={page} snapshot={snapshot} />
      )}
    </Sheet>
  );
}

function PageOf({ page, snapshot }: { readonly page: Page; readonly snapshot: DeskSnapshot }) {
  switch (page) {
    case 'stick':
      return <StickPage snapshot={snapshot} />;
    case 'change-pin':
      return <ChangePinPage snapshot={snapshot} />;
    case 'forgotten-pin':
      return <ForgottenPinPage snapshot={snapshot} />;
    case 'erase':
      return <ErasePage snapshot={snapshot} />;
  }
}
