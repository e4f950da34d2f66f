import type { Timer } from '../src/domain/timer.ts';
import { isHeldByCardService } from './card-readers/card-service-holder.ts';
import { systemCardService } from './card-readers/pcsc/card-service.ts';
import { DeviceManager } from './device-manager.ts';
import type { DeviceSettings } from './device-settings.ts';
import { saveCalibration } from './device-settings-file.ts';
import { systemHidDevices } from './transports/hid-devices.ts';
import { LibusbBus } from './transports/libusb-bus.ts';
import { systemSerialPorts } from './transports/serial-ports.ts';

/**
 * The devices of this machine, through its own USB, serial ports and card service.
 * @param settingsFile where a calibration is kept; null where none can be set
 */
export function devicesOfThisMachine(
  timer: Timer,
  settings: DeviceSettings,
  settingsFile: string | null = null,
): DeviceManager {
  return new DeviceManager({
    bus: new LibusbBus({ timer }),
    serialPorts: systemSerialPorts(),
    hid: systemHidDevices(),
    cardService: systemCardService(timer),
    timer,
    settings,
    isHeldByCardService: (address) => isHeldByCardService(address),
    ...(settingsFile === null
      ? {}
      : { saveCalibration: (calibration) => saveCalibration(settingsFile, calibration) }),
  });
}
