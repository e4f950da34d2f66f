/**
 * The part of the `usb` package (2.18, libusb) that is used here, so that what is built on it can be tried without
 * a bus. Its own timeouts are not used: on an idle bus they do not fire.
 */
export interface NativeTransfer {
  submit(buffer: Buffer): unknown;
  cancel(): boolean;
}

export type TransferDone = (
  error: { readonly errno: number } | undefined,
  buffer: Buffer,
  actualLength: number,
) => void;

export interface NativeEndpointDescriptor {
  readonly bEndpointAddress: number;
  readonly bmAttributes: number;
  readonly wMaxPacketSize: number;
  readonly extra: Buffer;
}

export interface NativeInterfaceDescriptor {
  readonly bInterfaceNumber: number;
  readonly bAlternateSetting: number;
  readonly bInterfaceClass: number;
  readonly bInterfaceSubClass: number;
  readonly bInterfaceProtocol: number;
  readonly extra: Buffer;
  readonly endpoints: readonly NativeEndpointDescriptor[];
}

export interface NativeInterface {
  readonly descriptor: NativeInterfaceDescriptor;
  claim(): void;
  /** Chooses one of the settings; `descriptor` is that one's from then on, until the interface is released. */
  setAltSetting(setting: number, callback: (error?: unknown) => void): void;
  release(callback: (error?: unknown) => void): void;
  /** Reads `descriptor` anew; the library's own, which it calls once a setting was chosen or the interface let go. */
  refresh(): void;
  isKernelDriverActive(): boolean;
  detachKernelDriver(): void;
}

export interface NativeDevice {
  readonly busNumber: number;
  readonly deviceAddress: number;
  readonly portNumbers: readonly number[] | undefined;
  readonly deviceDescriptor: {
    readonly idVendor: number;
    readonly idProduct: number;
    readonly iManufacturer: number;
    readonly iProduct: number;
    readonly iSerialNumber: number;
  };
  readonly configDescriptor:
    | { readonly interfaces: readonly (readonly NativeInterfaceDescriptor[])[] }
    | undefined;
  open(): void;
  close(): void;
  interface(number: number): NativeInterface;
}

export interface NativeUsb {
  getDeviceList(): readonly NativeDevice[];
  on(event: 'attach' | 'detach', listener: (device: NativeDevice) => void): unknown;
  off(event: 'attach' | 'detach', listener: (device: NativeDevice) => void): unknown;
  unrefHotplugEvents(): void;
  /** Endpoint 0 and type 0 make a control transfer. */
  createTransfer(device: NativeDevice, endpoint: number, type: number, done: TransferDone): NativeTransfer;
}

/**
 * Once an interface was let go of, the library looks at the device's configuration twice in one line, and throws within a
 * callback of its own, where nobody catches it, when the device goes between the two looks: the process ends over a pulled
 * plug. Of a device that has gone, whatever is asked next says so.
 */
export function survivesUnplug(claimed: NativeInterface): NativeInterface {
  const refresh = claimed.refresh.bind(claimed);
  claimed.refresh = () => {
    try {
      refresh();
    } catch {
      // The descriptor stays the last one that there was.
    }
  };
  return claimed;
}

/** Loads the package; null where it or a library that it needs is missing. */
export async function loadNativeUsb(): Promise<NativeUsb | null> {
  try {
    const { usb } = await import('usb');
    return {
      getDeviceList: () => usb.getDeviceList() as unknown as readonly NativeDevice[],
      on: (event, listener) => usb.on(event, listener as never),
      off: (event, listener) => usb.off(event, listener as never),
      unrefHotplugEvents: () => usb.unrefHotplugEvents(),
      createTransfer: (device, endpoint, type, done) =>
        new usb.Transfer(device as never, endpoint, type, 0, done as never),
    };
  } catch {
    return null;
  }
}
