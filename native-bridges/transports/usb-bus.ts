import type { UsbProblemCode } from '../../src/domain/device-bench.ts';
import type { DeviceProblem, Unsubscribe } from '../../src/domain/devices.ts';
import type { Result } from '../../src/domain/result.ts';
import type { UsbEndpoint, UsbTransport } from './usb-transport.ts';

/** An interface in one of its settings. */
export interface UsbInterfaceFound {
  readonly number: number;
  /** bAlternateSetting: 0 is in force until another one is chosen. */
  readonly setting: number;
  readonly class: number;
  readonly subclass: number;
  readonly protocol: number;
  /** Its class descriptors, one after the other, as `UsbTransport` has them. */
  readonly classDescriptors: Uint8Array;
  readonly endpoints: readonly UsbEndpoint[];
}

/** A device on the bus, as its descriptors say without opening it. */
export interface UsbDeviceFound {
  /** The port that it is plugged into and its number there: another one after each plugging-in. */
  readonly address: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly interfaces: readonly UsbInterfaceFound[];
}

/** Why a whole kind of cable can't be used on this machine: an ordinary state, not a fault of a device. */
export interface BusProblem {
  readonly code: UsbProblemCode;
}

export interface UsbBus {
  list(): Promise<Result<readonly UsbDeviceFound[], BusProblem>>;
  /**
   * Opens the device and claims one interface, in the setting 0 unless another is named. `access-denied` without the rights, `busy` when another program or
   * driver has it, `absent` when it went meanwhile.
   */
  open(
    device: UsbDeviceFound,
    interfaceNumber: number,
    setting?: number,
  ): Promise<Result<UsbTransport, DeviceProblem>>;
  /** Told that something was plugged in or pulled out; where the system tells nobody, `list` has to be asked. */
  onChange(listener: () => void): Unsubscribe;
  close(): void;
}
