import type { DeviceProblem } from '../../src/domain/devices.ts';
import { type DriverSurroundings, driveUsb } from '../device-drivers.ts';
import { matchUsb, type UsbMatch } from '../device-profiles.ts';
import { cardReadersOf } from '../device-settings.ts';
import type { JoinedDevices } from '../joined-devices.ts';
import type { UsbBus, UsbDeviceFound } from '../transports/usb-bus.ts';
import type { SeenDevice } from './seen-device.ts';

/** Opens what is ours on the USB, and says what keeps the rest from working. */
export class UsbFinder {
  private readonly bus: UsbBus;
  private readonly joined: JoinedDevices;
  private readonly isHeldByCardService: (address: string) => Promise<boolean>;

  constructor(
    bus: UsbBus,
    joined: JoinedDevices,
    isHeldByCardService: (address: string) => Promise<boolean>,
  ) {
    this.bus = bus;
    this.joined = joined;
    this.isHeldByCardService = isHeldByCardService;
  }

  /** All at once: a device that is slow to open keeps no other waiting. */
  async look(devices: readonly UsbDeviceFound[], around: DriverSurroundings): Promise<SeenDevice[]> {
    const seen = await Promise.all(devices.map((device) => this.lookAt(device, around)));
    return seen.flat();
  }

  /** The functions of one device one after the other: it is opened for the first of them. */
  private async lookAt(device: UsbDeviceFound, around: DriverSurroundings): Promise<SeenDevice[]> {
    const seen: SeenDevice[] = [];
    for (const match of matchUsb(device)) {
      // A reader belongs either to us or to the system's service, never to both.
      if (match.driver.name === 'ccid' && cardReadersOf(around.settings) !== 'usb') continue;
      seen.push(await this.join(device, match, around));
    }
    return seen;
  }

  private async join(
    device: UsbDeviceFound,
    match: UsbMatch,
    around: DriverSurroundings,
  ): Promise<SeenDevice> {
    const { kind, model, interfaceNumber, setting } = match;
    const { address } = device;
    const joined = await this.joined.join(kind, `${address}.${interfaceNumber}`, async () => {
      const transport = await this.bus.open(device, interfaceNumber, setting);
      return transport.ok ? driveUsb(match, transport.value, around) : transport;
    });
    const isTaken = match.driver.name === 'ccid' && joined.problem?.code === 'busy';
    const problem = isTaken ? await this.holderOf(address) : joined.problem;
    return { kind, model, port: address, ...joined, problem };
  }

  private async holderOf(address: string): Promise<DeviceProblem> {
    return { code: (await this.isHeldByCardService(address)) ? 'held-by-card-service' : 'busy' };
  }
}
