import { DeviceManager } from '../../../native-bridges/device-manager.ts';
import { systemTimer } from '../../../src/domain/timer.ts';

/** A machine with nothing plugged in. */
export const bareMachine = (): DeviceManager =>
  new DeviceManager({
    bus: {
      list: async () => ({ ok: true, value: [] }),
      open: async () => ({ ok: false, error: { code: 'absent' } }),
      onChange: () => () => {},
      close: async () => {},
    } as unknown as ConstructorParameters<typeof DeviceManager>[0]['bus'],
    serialPorts: {
      list: async () => [],
    } as unknown as ConstructorParameters<typeof DeviceManager>[0]['serialPorts'],
    hid: { list: async () => [] } as unknown as ConstructorParameters<typeof DeviceManager>[0]['hid'],
    timer: systemTimer(),
  });
