import type { Timer } from '../src/domain/timer.ts';
import { systemCardService } from './card-readers/pcsc/card-service.ts';
import { DeviceManager } from './device-manager.ts';
import type { DeviceSettings } from './device-settings.ts';
import { systemHidDevices } from './transports/hid-devices.ts';
import { LibusbBus } from './transports/libusb-bus.ts';
import { systemSerialPorts } from './transports/serial-ports.ts';

/** The devices of this machine, through its own USB, serial ports and card service. */
export function devicesOfThisMachine(timer: Timer, settings: DeviceSettings): DeviceManager {
  return new DeviceManager({
    bus: new LibusbBus({ timer }),
    serialPorts: systemSerialPorts(),
    hid: systemHidDevices(),
    cardService: systemCardService(timer),
    timer,
    settings,
  });
}
