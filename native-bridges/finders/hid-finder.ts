import { ok } from '../../src/domain/result.ts';
import { type DriverSurroundings, driveHid, hidModel } from '../device-drivers.ts';
import type { JoinedDevices } from '../joined-devices.ts';
import type { HidDeviceFound, HidDevices } from '../transports/hid-devices.ts';
import type { UsbDeviceFound } from '../transports/usb-bus.ts';
import type { SeenDevice } from './seen-device.ts';

/** Listing HID devices costs much, so it is done after a change of the bus; some become ready a little later. */
const LISTINGS = 3;
/** Readers of codes and documents (USB-IF, HID Point of Sale Usage Tables). */
const POINT_OF_SALE_PAGE = 0x8c;

/** Opens code and document readers of the HID class. */
export class HidFinder {
  private readonly hid: HidDevices;
  private readonly joined: JoinedDevices;
  private found: readonly HidDeviceFound[] = [];
  /** The devices of the bus at the last change, and how many listings are due since. */
  private listedFor = '';
  private listings = 0;

  constructor(hid: HidDevices, joined: JoinedDevices) {
    this.hid = hid;
    this.joined = joined;
  }

  async look(bus: readonly UsbDeviceFound[], { timer }: DriverSurroundings): Promise<SeenDevice[]> {
    await this.list(bus.map(({ address }) => address).join(' '));
    const seen: SeenDevice[] = [];
    for (const device of this.found) {
      const joined = await this.joined.join('mrz-reader', device.path, async () => {
        const transport = await this.hid.open(device.path);
        return transport.ok ? ok(driveHid(device, transport.value, timer)) : transport;
      });
      seen.push({ kind: 'mrz-reader', model: hidModel(device), port: device.path, ...joined });
    }
    return seen;
  }

  private async list(addresses: string): Promise<void> {
    if (addresses !== this.listedFor) {
      this.listedFor = addresses;
      this.listings = LISTINGS;
    }
    if (this.listings === 0) return;
    this.listings -= 1;
    const devices = addresses === '' ? null : await this.hid.list();
    this.found =
      devices?.ok === true ? devices.value.filter(({ usagePage }) => usagePage === POINT_OF_SALE_PAGE) : [];
  }
}
