import { DEFAULT_SETTINGS } from '../../../native-bridges/device-settings.ts';
import { serveDevices } from '../../../native-bridges/devices-process.ts';
import { devicesOfThisMachine } from '../../../native-bridges/system-devices.ts';
import { systemTimer } from '../../../src/domain/timer.ts';
import { runDevices } from './run-devices.ts';

/** The devices process of a real desk: whatever is plugged in, as it is plugged in. */
runDevices(() => {
  const manager = devicesOfThisMachine(systemTimer(), DEFAULT_SETTINGS);
  void manager.scan();
  return (port) => {
    serveDevices(manager.devices, null, port);
  };
});
