import { DeviceManager } from '../../../native-bridges/device-manager.ts';
import { serveDevices } from '../../../native-bridges/devices-process.ts';
import { systemHidDevices } from '../../../native-bridges/transports/hid-devices.ts';
import { LibusbBus } from '../../../native-bridges/transports/libusb-bus.ts';
import { systemSerialPorts } from '../../../native-bridges/transports/serial-ports.ts';
import { systemTimer } from '../../../src/domain/timer.ts';
import { runDevices } from './run-devices.ts';

/** The devices process of a real desk: whatever is plugged in, as it is plugged in. */
runDevices(() => {
  const timer = systemTimer();
  const manager = new DeviceManager(new LibusbBus({ timer }), systemSerialPorts(), systemHidDevices(), timer);
  void manager.scan();
  return (port) => {
    serveDevices(manager.devices, null, port);
  };
});
