import type { DeviceProblem, Unsubscribe } from '../../../src/domain/devices.ts';
import { ListenerSet } from '../../../src/domain/listener-set.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import type { Timer } from '../../../src/domain/timer.ts';
import type { BusProblem, UsbBus, UsbDeviceFound } from '../../transports/usb-bus.ts';
import type { UsbTransport } from '../../transports/usb-transport.ts';
import { describeInterfaces, type EmulatedUsbDevice } from './emulated-usb-device.ts';
import { MemoryUsbTransport } from './memory-usb-transport.ts';

interface Plugged {
  readonly device: EmulatedUsbDevice;
  readonly found: UsbDeviceFound;
  transport: MemoryUsbTransport | null;
  /** What opening it says, where it can't be opened. */
  refusal: DeviceProblem | null;
}

/** A bus in this process into which emulated devices are plugged. */
export class EmulatedUsbBus implements UsbBus {
  /** Why nothing can be listed; null for a machine with USB. */
  problem: BusProblem | null = null;
  /** False: plugging is told to nobody, as on a machine without udev. */
  tellsOfChanges = true;
  private readonly timer: Timer;
  private readonly plugged = new Map<EmulatedUsbDevice, Plugged>();
  private readonly changes = new ListenerSet<void>();
  private lastNumber = 0;

  constructor(timer: Timer) {
    this.timer = timer;
  }

  plug(device: EmulatedUsbDevice, refusal: DeviceProblem | null = null): void {
    this.lastNumber += 1;
    const found = {
      address: `1-1:${this.lastNumber}`,
      vendorId: device.vendorId,
      productId: device.productId,
      interfaces: describeInterfaces(device).map((each) => ({
        number: each.number,
        setting: each.setting,
        class: each.class,
        subclass: each.subclass,
        protocol: each.protocol,
        classDescriptors: each.classDescriptors,
        endpoints: each.ownEndpoints,
      })),
    };
    this.plugged.set(device, { device, found, transport: null, refusal });
    if (this.tellsOfChanges) this.changes.tell();
  }

  unplug(device: EmulatedUsbDevice): void {
    const plugged = this.plugged.get(device);
    this.plugged.delete(device);
    for (const endpoint of device.inEndpoints) endpoint.clear();
    void plugged?.transport?.close();
    if (this.tellsOfChanges) this.changes.tell();
  }

  async list(): Promise<Result<readonly UsbDeviceFound[], BusProblem>> {
    if (this.problem !== null) return err(this.problem);
    return ok([...this.plugged.values()].map(({ found }) => found));
  }

  async open(
    found: UsbDeviceFound,
    _interfaceNumber: number,
    setting = 0,
  ): Promise<Result<UsbTransport, DeviceProblem>> {
    const plugged = [...this.plugged.values()].find((each) => each.found.address === found.address);
    if (plugged === undefined) return err({ code: 'absent' });
    if (plugged.refusal !== null) return err(plugged.refusal);
    if (plugged.transport !== null) return err({ code: 'busy' });
    const transport = new MemoryUsbTransport(plugged.device, this.timer, setting);
    plugged.transport = transport;
    transport.onClose(() => {
      plugged.transport = null;
    });
    return ok(transport);
  }

  onChange(listener: () => void): Unsubscribe {
    return this.changes.add(listener);
  }

  close(): void {
    for (const { transport } of this.plugged.values()) void transport?.close();
  }
}
