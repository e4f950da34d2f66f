import type { Timer } from '../src/domain/timer.ts';
import { isHeldByCardService } from './card-readers/card-service-holder.ts';
import { systemCardService } from './card-readers/pcsc/card-service.ts';
import { DeviceManager } from './device-manager.ts';
import type { DeviceSettings } from './device-settings.ts';
import { saveCalibration } from './device-settings-file.ts';
import type { PictureDecoders } from './fingerprint-scanners/sbi/finger-image-record.ts';
import { systemHidDevices } from './transports/hid-devices.ts';
import { LibusbBus } from './transports/libusb-bus.ts';
import { systemSerialPorts } from './transports/serial-ports.ts';

export interface SystemDevicesOptions {
  readonly settingsFile?: string;
  readonly decoders?: PictureDecoders;
}

/**
 * The devices of this machine, through its own USB, serial ports and card service.
 * @param more where a calibration is kept, without which none can be set; what decodes a maker's compressed pictures
 */
export function devicesOfThisMachine(
  timer: Timer,
  settings: DeviceSettings,
  { settingsFile, decoders }: SystemDevicesOptions = {},
): DeviceManager {
  return new DeviceManager({
    bus: new LibusbBus({ timer }),
    serialPorts: systemSerialPorts(),
    hid: systemHidDevices(),
    cardService: systemCardService(timer),
    timer,
    settings,
    isHeldByCardService: (address) => isHeldByCardService(address),
    ...(decoders && { decoders }),
    ...(settingsFile === undefined
      ? {}
      : { saveCalibration: (calibration) => saveCalibration(settingsFile, calibration) }),
  });
}
