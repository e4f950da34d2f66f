import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { DockCommand } from '../../domain/dock.ts';
import type { DeskSnapshot, DockView } from '../../station/api/snapshot.ts';
import { useStation } from '../mirror/station-context.tsx';
import { useAct } from '../mirror/use-act.ts';
import { Problem } from '../parts/callout.tsx';
import { Icon } from '../parts/icons.tsx';
import { useWords } from '../words/use-words.ts';
import { DockCables } from './dock-cables.tsx';
import { DockCode } from './dock-code.tsx';
import { DockPeople } from './dock-people.tsx';
import { DockPrinter } from './dock-printer.tsx';

/** From this width on the table stands open beside the desk at first. */
const ROOMY = 1280;

export type PerformDock = (command: DockCommand) => void;

interface DockProps {
  readonly dock: DockView;
  readonly devices: DeskSnapshot['devices'];
}

/** The table of a mock election: pretend people with their documents and fingers, paper, cables. */
export function Dock({ dock, devices }: DockProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [open, setOpen] = useState(() => window.innerWidth >= ROOMY);
  const perform: PerformDock = (command) => void act.run(station.dock({ command }));

  return (
    <aside className={open ? 'dock dock-open' : 'dock'} data-testid="dock" aria-label={say('dock.title')}>
      <Button
        className="dock-toggle"
        data-testid="dock-toggle"
        aria-expanded={open}
        onPress={() => setOpen(!open)}
      >
        <Icon name="table" size={20} />
        <span>{say('dock.title')}</span>
      </Button>
      {open ? (
        <div className="dock-body">
          <Problem problem={act.problem} />
          <DockPeople dock={dock} perform={perform} />
          <DockCode perform={perform} />
          <DockPrinter state={dock.state} perform={perform} />
          <DockCables state={dock.state} devices={devices} perform={perform} />
        </div>
      ) : null}
    </aside>
  );
}
