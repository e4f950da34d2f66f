import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { DeskSnapshot, UploadView } from '../../station/api/snapshot.ts';
import { formatCount } from '../format/format.ts';
import { Icon } from '../parts/icons.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { StationClock } from '../parts/station-clock.tsx';
import { useWords } from '../words/use-words.ts';
import { DeviceLights } from './device-lights.tsx';
import { MainMenu } from './main-menu.tsx';
import { OperatorChange } from './operator-change.tsx';

interface TopBarProps {
  readonly snapshot: DeskSnapshot;
  /** Opens the screen on which devices are tried; null while it is open. */
  readonly onTechnician: (() => void) | null;
}

/** Where one is, who sits here, what the devices do, what waits to be sent, the language, the time. */
export function TopBar({ snapshot, onTechnician }: TopBarProps) {
  const { say } = useWords();
  const [menuOpen, setMenuOpen] = useState(false);
  useHeadingAfter(menuOpen);
  const unlocked = snapshot.phase !== 'locked';
  return (
    <header className="bar">
      <span className="bar-product">{say('product.name')}</span>
      <span className="bar-place">
        {say('bar.place', { station: snapshot.stationNumber, lane: snapshot.lane })}
      </span>
      {unlocked ? <OperatorChange snapshot={snapshot} /> : null}
      <span className="bar-gap" />
      <DeviceLights snapshot={snapshot} onTechnician={onTechnician} />
      <Upload upload={snapshot.upload} />
      <LanguageSwitch />
      <StationClock timeZone={snapshot.timeZone} />
      {unlocked ? (
        <Button
          className="bar-button"
          data-testid="menu-open"
          aria-label={say('bar.menu')}
          onPress={() => setMenuOpen(true)}
        >
          <Icon name="menu" />
        </Button>
      ) : null}
      {menuOpen ? <MainMenu snapshot={snapshot} onClose={() => setMenuOpen(false)} /> : null}
    </header>
  );
}

/**
 * A page of the menu goes with the button that opened it, and the focus would be nowhere: it comes to the heading of the
 * screen below, where a screen reader reads on and Enter is the way on.
 */
function useHeadingAfter(menuOpen: boolean): void {
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !menuOpen && document.activeElement === document.body)
      document.querySelector<HTMLElement>('main h1')?.focus();
    wasOpen.current = menuOpen;
  }, [menuOpen]);
}

function Upload({ upload }: { readonly upload: UploadView }) {
  const { say } = useWords();
  if (upload.state === 'off' && upload.pending === 0) return null;
  const text =
    upload.state === 'reachable'
      ? upload.pending === 0
        ? say('upload.all-sent')
        : say('upload.sending', { count: formatCount(upload.pending) })
      : say('upload.offline', { count: formatCount(upload.pending) });
  return (
    <span className="upload" data-testid="upload" data-state={upload.state} title={text}>
      <Icon name={upload.state === 'reachable' ? 'cloud' : 'cloud-off'} size={22} />
      <span className="upload-text">{text}</span>
      <span className="upload-number" aria-hidden="true">
        {upload.pending === 0 ? '' : formatCount(upload.pending)}
      </span>
    </span>
  );
}
