import { existsSync } from 'node:fs';
import type { DeviceProblem, Unsubscribe } from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { Timer } from '../../src/domain/timer.ts';
import { classDescriptorsOf, endpointsOf, LibusbTransport, problemOf } from './libusb-transport.ts';
import {
  loadNativeUsb,
  type NativeDevice,
  type NativeInterface,
  type NativeUsb,
  survivesUnplug,
} from './native-usb.ts';
import type { BusProblem, UsbBus, UsbDeviceFound } from './usb-bus.ts';
import type { UsbNames, UsbTransport } from './usb-transport.ts';

/** Linux shows its USB host controllers here; libusb itself gives an empty list where there are none. */
const LINUX_USB = '/sys/bus/usb/devices';
const STRING_DESCRIPTOR = 0x0300;
const ENGLISH = 0x0409;
/** A device has half a second for the first packet (USB 2.0, 9.2.6.4); a busy laptop as long again. */
const STRING_MILLISECONDS = 1_000;

export interface LibusbBusOptions {
  readonly timer: Timer;
  /** Loads the native module: the real one unless a test gives another. */
  readonly load?: () => Promise<NativeUsb | null>;
  readonly machineHasUsb?: () => boolean;
}

/** The USB devices of this machine, through libusb. Nothing native is loaded before it is needed. */
export class LibusbBus implements UsbBus {
  private readonly timer: Timer;
  private readonly load: () => Promise<NativeUsb | null>;
  private readonly machineHasUsb: () => boolean;
  private readonly changes = new ListenerSet<void>();
  /** The interfaces in use, by device: one device may be a card reader and something else. */
  private readonly transports = new Map<NativeDevice, Set<LibusbTransport>>();
  private readonly opening = new Set<NativeDevice>();
  /**
   * Devices that nobody uses any more and that could not be closed yet: the library refuses it, and keeps the file
   * open, while something of theirs is under way.
   */
  private readonly lingering = new Set<NativeDevice>();
  private usb: Promise<NativeUsb | null> | null = null;
  private stopWatching: Unsubscribe = () => undefined;

  constructor({ timer, load = loadNativeUsb, machineHasUsb = linuxHasUsb }: LibusbBusOptions) {
    this.timer = timer;
    this.load = load;
    this.machineHasUsb = machineHasUsb;
  }

  async list(): Promise<Result<readonly UsbDeviceFound[], BusProblem>> {
    if (!this.machineHasUsb()) return err({ code: 'no-bus' });
    const usb = await this.loaded();
    if (usb === null) return err({ code: 'no-library' });
    try {
      const devices = usb.getDeviceList();
      this.closeGone(devices);
      this.closeLingering();
      return ok(devices.map(describe));
    } catch {
      return err({ code: 'no-bus' });
    }
  }

  async open(
    found: UsbDeviceFound,
    interfaceNumber: number,
    setting = 0,
  ): Promise<Result<UsbTransport, DeviceProblem>> {
    const usb = await this.loaded();
    const device = usb?.getDeviceList().find((each) => addressOf(each) === found.address);
    if (usb === null || device === undefined) return err({ code: 'absent' });
    const inUse = this.transports.get(device) ?? new Set();
    if (this.opening.has(device)) return err({ code: 'busy' });
    if ([...inUse].some((each) => each.interfaceNumber === interfaceNumber)) return err({ code: 'busy' });
    this.opening.add(device);
    try {
      return await this.openFor(usb, device, { interfaceNumber, setting }, inUse);
    } finally {
      this.opening.delete(device);
    }
  }

  private async openFor(
    usb: NativeUsb,
    device: NativeDevice,
    { interfaceNumber, setting }: { readonly interfaceNumber: number; readonly setting: number },
    inUse: Set<LibusbTransport>,
  ): Promise<Result<UsbTransport, DeviceProblem>> {
    try {
      if (inUse.size === 0) device.open();
    } catch (problem) {
      // The library goes through a configuration that it had a moment ago, and has no longer.
      return err(problem instanceof TypeError ? { code: 'absent' } : problemOf(problem));
    }
    const closeDevice = () => this.letGo(device);
    try {
      const claimed = survivesUnplug(device.interface(interfaceNumber));
      detachKernelDriver(claimed);
      claimed.claim();
      if (setting !== 0) await this.choose(claimed, setting);
      const names = await this.readNames(usb, device, claimed);
      const transport = new LibusbTransport(usb, device, claimed, names, this.timer, closeDevice);
      inUse.add(transport);
      this.transports.set(device, inUse);
      transport.onClose(() => {
        inUse.delete(transport);
        if (inUse.size === 0) this.transports.delete(device);
      });
      return ok(transport);
    } catch (problem) {
      this.opening.delete(device);
      this.letGo(device);
      return err(problemOf(problem));
    }
  }

  /** @throws the library's error where the device does not take the setting, or does not answer */
  private async choose(claimed: NativeInterface, setting: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = this.timer.after(STRING_MILLISECONDS, () => reject(new Error('the setting is not taken')));
    claimed.setAltSetting(setting, (error) =>
      error === undefined || error === null ? resolve() : reject(error),
    );
    await promise.finally(cancel);
  }

  private letGo(device: NativeDevice): void {
    this.lingering.add(device);
    this.closeLingering();
  }

  private closeLingering(): void {
    for (const device of [...this.lingering]) {
      try {
        if (!this.transports.has(device) && !this.opening.has(device)) device.close();
        this.lingering.delete(device);
      } catch {
        // The next look at the bus tries again.
      }
    }
  }

  onChange(listener: () => void): Unsubscribe {
    return this.changes.add(listener);
  }

  close(): void {
    this.stopWatching();
    for (const transport of this.openTransports()) void transport.close();
  }

  private openTransports(): readonly LibusbTransport[] {
    return [...this.transports.values()].flatMap((inUse) => [...inUse]);
  }

  private loaded(): Promise<NativeUsb | null> {
    this.usb ??= this.load().then((usb) => {
      if (usb !== null) this.watch(usb);
      return usb;
    });
    return this.usb;
  }

  private watch(usb: NativeUsb): void {
    const attached = () => this.changes.tell();
    const detached = (device: NativeDevice) => {
      for (const transport of [...(this.transports.get(device) ?? [])]) void transport.close();
      this.changes.tell();
    };
    try {
      usb.on('attach', attached);
      usb.on('detach', detached);
      usb.unrefHotplugEvents();
    } catch {
      // Without hot-plug events the device manager asks for the list from time to time.
      return;
    }
    this.stopWatching = () => {
      usb.off('attach', attached);
      usb.off('detach', detached);
    };
  }

  /** An unplug that nobody told of: the device is no longer in the list. */
  private closeGone(devices: readonly NativeDevice[]): void {
    const addresses = new Set(devices.map(addressOf));
    for (const [device, inUse] of [...this.transports]) {
      if (addresses.has(addressOf(device))) continue;
      for (const transport of [...inUse]) void transport.close();
    }
  }

  private async readNames(
    usb: NativeUsb,
    device: NativeDevice,
    claimed: ReturnType<NativeDevice['interface']>,
  ): Promise<UsbNames> {
    const none = { manufacturer: null, product: null, serialNumber: null };
    const transport = new LibusbTransport(usb, device, claimed, none, this.timer, () => undefined);
    const read = async (index: number): Promise<string | null> => {
      if (index === 0) return null;
      const setup = { requestType: 0x80, request: 6, value: STRING_DESCRIPTOR | index, index: ENGLISH };
      const descriptor = await transport.controlIn(setup, 255, { milliseconds: STRING_MILLISECONDS });
      return descriptor.ok ? decodeStringDescriptor(descriptor.value) : null;
    };
    const { iManufacturer, iProduct, iSerialNumber } = device.deviceDescriptor;
    return {
      manufacturer: await read(iManufacturer),
      product: await read(iProduct),
      serialNumber: await read(iSerialNumber),
    };
  }
}

/** The text of a string descriptor (USB 2.0, 9.6.7), printable characters only; null when there are none. */
export function decodeStringDescriptor(descriptor: Uint8Array): string | null {
  const length = Math.min(descriptor[0] ?? 0, descriptor.length);
  if (descriptor[1] !== 3) return null;
  const text = new TextDecoder('utf-16le').decode(descriptor.subarray(2, length));
  const printable = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '').trim();
  return printable === '' ? null : printable;
}

function linuxHasUsb(): boolean {
  return process.platform !== 'linux' || existsSync(LINUX_USB);
}

function addressOf(device: NativeDevice): string {
  const ports = (device.portNumbers ?? []).join('.');
  return `${device.busNumber}-${ports}:${device.deviceAddress}`;
}

function describe(device: NativeDevice): UsbDeviceFound {
  const { idVendor, idProduct } = device.deviceDescriptor;
  const interfaces = (device.configDescriptor?.interfaces ?? []).flat();
  return {
    address: addressOf(device),
    vendorId: idVendor,
    productId: idProduct,
    interfaces: interfaces.map((each) => ({
      number: each.bInterfaceNumber,
      setting: each.bAlternateSetting,
      class: each.bInterfaceClass,
      subclass: each.bInterfaceSubClass,
      protocol: each.bInterfaceProtocol,
      classDescriptors: classDescriptorsOf(each),
      endpoints: endpointsOf(each),
    })),
  };
}

/** The kernel's own driver of a printer or a serial chip; not every system has such drivers. */
function detachKernelDriver(claimed: ReturnType<NativeDevice['interface']>): void {
  try {
    if (claimed.isKernelDriverActive()) claimed.detachKernelDriver();
  } catch {
    // Then claiming says whether the interface is free.
  }
}
