import { DEFAULT_SETTINGS } from '../../../native-bridges/device-settings.ts';
import { readDeviceSettings } from '../../../native-bridges/device-settings-file.ts';
import { serveDevices } from '../../../native-bridges/devices-process.ts';
import { devicesOfThisMachine } from '../../../native-bridges/system-devices.ts';
import { ok } from '../../../src/domain/result.ts';
import { systemTimer } from '../../../src/domain/timer.ts';
import { PICTURE_DECODERS } from './picture-decoders.ts';
import { runDevices } from './run-devices.ts';

/** The devices process of a real desk: whatever is plugged in, as it is plugged in. */
runDevices(async ({ settingsFile }) => {
  const settings =
    settingsFile === undefined
      ? ok(DEFAULT_SETTINGS)
      : await readDeviceSettings(settingsFile, 'means defaults');
  // A desk whose settings can't be read still has all devices that need none.
  if (!settings.ok) console.error(`device settings are left aside: ${settings.error}`);
  const manager = devicesOfThisMachine(systemTimer(), settings.ok ? settings.value : DEFAULT_SETTINGS, {
    ...(settingsFile && { settingsFile }),
    decoders: PICTURE_DECODERS,
  });
  void manager.scan();
  return (port) => {
    serveDevices({ devices: manager.devices, bench: manager, dock: null }, port);
  };
});
