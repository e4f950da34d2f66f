import { Button } from 'react-aria-components';
import { DEVICE_KINDS } from '../../domain/devices.ts';
import type { DockState } from '../../domain/dock.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { Icon } from '../parts/icons.tsx';
import { useWords } from '../words/use-words.ts';
import type { PerformDock } from './dock.tsx';

interface DockCablesProps {
  readonly state: DockState;
  readonly devices: DeskSnapshot['devices'];
  readonly perform: PerformDock;
}

/** Each device's cable, and the crash that a vendor's library can cause. */
export function DockCables({ state, devices, perform }: DockCablesProps) {
  const { say } = useWords();
  return (
    <section className="dock-part">
      <h3>{say('dock.cables')}</h3>
      {DEVICE_KINDS.map((kind) => {
        const plugged = state.plugged[kind];
        return (
          <div className="dock-line" key={kind}>
            <Icon name={kind} size={20} />
            <span className="dock-label">
              {say(`device.name.${kind}`)}
              <span className="soft small"> · {say(`dock.state.${devices[kind].status.state}`)}</span>
            </span>
            <Button
              className="dock-act"
              data-testid={`dock-${plugged ? 'unplug' : 'plug'}-${kind}`}
              onPress={() => perform({ type: plugged ? 'unplug' : 'plug', kind })}
            >
              {say(plugged ? 'dock.unplug' : 'dock.plug')}
            </Button>
          </div>
        );
      })}
      <Button
        className="dock-act dock-crash"
        data-testid="dock-crash"
        onPress={() => perform({ type: 'crash-devices-process' })}
      >
        {say('dock.crash')}
      </Button>
    </section>
  );
}
