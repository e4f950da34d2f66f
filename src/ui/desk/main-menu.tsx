import { useState } from 'react';
import type { Result } from '../../domain/result.ts';
import type { StationError } from '../../station/api/errors.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { CustodySheet } from '../custody/custody-sheet.tsx';
import { useStation } from '../mirror/station-context.tsx';
import { useAct } from '../mirror/use-act.ts';
import { ActButton } from '../parts/act-button.tsx';
import { Problem } from '../parts/callout.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { soundIsOn, turnSound } from '../sounds/outcome-sounds.ts';
import { currentTheme, turnTheme } from '../theme/theme.ts';
import { useWords } from '../words/use-words.ts';
import { InsideSheet } from './closing/inside-sheet.tsx';
import { FingerSearchSheet } from './finger-search-sheet.tsx';
import { HandoversSheet } from './handovers.tsx';
import { LanesSheet } from './lanes/lanes-sheet.tsx';
import { SpareSheet } from './lanes/spare-sheet.tsx';
import { CarrySheet } from './papers/carry-sheet.tsx';
import { CountedSheet } from './papers/counted-sheet.tsx';
import { ExportSheet } from './papers/export-sheet.tsx';
import { PaperModeSheet } from './papers/paper-mode-sheet.tsx';
import { type ReceiptAct, ReceiptActSheet } from './papers/receipt-act-sheet.tsx';
import { ReportsSheet } from './papers/reports-sheet.tsx';
import { savePdf } from './papers/save-file.ts';

/** Practice ballots that one press saves. */
const PRACTICE_COPIES = 20;

type Page =
  | 'menu'
  | 'lanes'
  | 'spare'
  | 'paper-mode'
  | 'counted'
  | 'reports'
  | 'handovers'
  | 'inside'
  | 'export'
  | 'carry'
  | 'custody'
  | 'finger-search'
  | ReceiptAct;

interface MainMenuProps {
  readonly snapshot: DeskSnapshot;
  readonly onClose: () => void;
}

/** Everything that is not the next voter: papers, the chair's acts, the end of the day, day and night colours. */
export function MainMenu({ snapshot, onClose }: MainMenuProps) {
  const [page, setPage] = useState<Page>('menu');
  switch (page) {
    case 'reports':
      return <ReportsSheet first={snapshot.phase === 'closed' ? 'closing' : 'hourly'} onClose={onClose} />;
    case 'lanes':
      return snapshot.lanes === null ? null : (
        <LanesSheet snapshot={snapshot} lanes={snapshot.lanes} onClose={onClose} />
      );
    case 'spare':
      return snapshot.lanes === null ? null : (
        <SpareSheet snapshot={snapshot} lanes={snapshot.lanes} onClose={onClose} />
      );
    case 'handovers':
      return <HandoversSheet snapshot={snapshot} onClose={onClose} />;
    case 'inside':
      return <InsideSheet snapshot={snapshot} onClose={onClose} />;
    case 'counted':
      return <CountedSheet snapshot={snapshot} onClose={onClose} />;
    case 'paper-mode':
      return <PaperModeSheet snapshot={snapshot} onClose={onClose} />;
    case 'export':
      return <ExportSheet snapshot={snapshot} onClose={onClose} />;
    case 'carry':
      return <CarrySheet snapshot={snapshot} onClose={onClose} />;
    case 'custody':
      return <CustodySheet snapshot={snapshot} onClose={onClose} />;
    case 'finger-search':
      return <FingerSearchSheet snapshot={snapshot} onClose={onClose} />;
    case 'undo':
    case 'reprint':
      return <ReceiptActSheet snapshot={snapshot} act={page} handover={null} onClose={onClose} />;
    default:
      return <MenuPage snapshot={snapshot} onClose={onClose} onPage={setPage} />;
  }
}

function MenuPage({ snapshot, onClose, onPage }: MainMenuProps & { readonly onPage: (page: Page) => void }) {
  const { say, language } = useWords();
  const station = useStation();
  const act = useAct();
  const [theme, setTheme] = useState(currentTheme());
  const [sound, setSound] = useState(soundIsOn());
  const exportable = snapshot.phase === 'closing' || snapshot.phase === 'closed';
  const working = snapshot.phase === 'open' || snapshot.phase === 'closing';

  async function save(
    answer: Promise<Result<{ readonly fileName: string; readonly base64: string }, StationError>>,
  ): Promise<void> {
    const result = await act.run(answer);
    if (result.ok) savePdf(result.value);
  }

  return (
    <Sheet testId="menu" title={say('bar.menu')} side="right" onClose={onClose}>
      <div className="menu">
        <ActButton testId="menu-reports" icon="report" onPress={() => onPage('reports')}>
          {say('reports.title')}
        </ActButton>
        <ActButton testId="menu-handovers" icon="people" onPress={() => onPage('handovers')}>
          {say('handovers.title')}
        </ActButton>
        {snapshot.lanes === null ? null : (
          <>
            <ActButton testId="menu-lanes" icon="people" onPress={() => onPage('lanes')}>
              {say('lanes.title')}
            </ActButton>
            <ActButton
              testId="menu-spare"
              icon="people"
              disabled={snapshot.phase === 'closed'}
              onPress={() => onPage('spare')}
            >
              {say('spare.title')}
            </ActButton>
          </>
        )}
        <ActButton testId="menu-reprint" icon="receipt" disabled={!working} onPress={() => onPage('reprint')}>
          {say('receipt-act.reprint-title')}
        </ActButton>
        <ActButton testId="menu-undo" icon="undo" disabled={!working} onPress={() => onPage('undo')}>
          {say('receipt-act.undo-title')}
        </ActButton>
        {snapshot.fingerSearch.state === 'off' ? null : (
          <ActButton
            testId="menu-finger-search"
            icon="search"
            disabled={!working}
            onPress={() => onPage('finger-search')}
          >
            {say('finger-search.title')}
          </ActButton>
        )}
        <hr />
        <ActButton
          testId="menu-paper-list"
          icon="list"
          disabled={act.pending}
          onPress={() => void save(station.paperListPdf({ language }))}
        >
          {say('papers.list')}
        </ActButton>
        <ActButton
          testId="menu-practice-ballots"
          icon="ballot"
          disabled={act.pending || !snapshot.mock}
          onPress={() => void save(station.practiceBallotsPdf({ language, copies: PRACTICE_COPIES }))}
        >
          {say('papers.practice-ballots', { count: PRACTICE_COPIES })}
        </ActButton>
        <hr />
        <ActButton testId="menu-closing" icon="clock" disabled={!working} onPress={() => onPage('inside')}>
          {say('closing.begin')}
        </ActButton>
        {snapshot.procedure?.answersCountedOnce === true ? (
          <ActButton testId="menu-counted" icon="people" onPress={() => onPage('counted')}>
            {say('counted.title')}
          </ActButton>
        ) : null}
        <ActButton testId="menu-paper-mode" icon="list" onPress={() => onPage('paper-mode')}>
          {say('paper-mode.title')}
        </ActButton>
        <ActButton testId="menu-export" icon="list" disabled={!exportable} onPress={() => onPage('export')}>
          {say('export.title')}
        </ActButton>
        <ActButton
          testId="menu-carry"
          icon="list"
          disabled={!working && snapshot.phase !== 'closed'}
          onPress={() => onPage('carry')}
        >
          {say('carry.title')}
        </ActButton>
        <ActButton testId="menu-custody" icon="people" onPress={() => onPage('custody')}>
          {say('custody.title')}
        </ActButton>
        <ActButton testId="menu-theme" icon="moon" onPress={() => setTheme(turnTheme())}>
          {say(theme === 'dark' ? 'menu.day' : 'menu.night')}
        </ActButton>
        <ActButton testId="menu-sound" icon="sound" onPress={() => setSound(turnSound())}>
          {say(sound ? 'menu.sound-off' : 'menu.sound-on')}
        </ActButton>
        <Problem problem={act.problem} />
      </div>
    </Sheet>
  );
}
