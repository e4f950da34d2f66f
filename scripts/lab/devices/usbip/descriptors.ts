import {
  describeInterfaces,
  type EmulatedUsbDevice,
} from '../../../../native-bridges/simulated/usb/emulated-usb-device.ts';

/** Requests that every device answers (USB 2.0, 9.4). */
export const STANDARD_REQUEST = {
  getStatus: 0,
  clearFeature: 1,
  setFeature: 3,
  getDescriptor: 6,
  getConfiguration: 8,
  setConfiguration: 9,
  setInterface: 11,
} as const;

const DESCRIPTOR = { device: 1, configuration: 2, string: 3, interface: 4, endpoint: 5 } as const;
const TYPE = { bulk: 2, interrupt: 3 } as const;
const CONTROL_PACKET = 64;
const ENGLISH = 0x0409;
/** 2^(7-1) microframes: 8 ms at high speed. */
const INTERRUPT_INTERVAL = 7;

/** A standard descriptor of a device; null for one that it does not have. */
export function describeDevice(device: EmulatedUsbDevice, type: number, index: number): Uint8Array | null {
  switch (type) {
    case DESCRIPTOR.device:
      return deviceDescriptor(device);
    case DESCRIPTOR.configuration:
      return configurationDescriptor(device);
    case DESCRIPTOR.string:
      return stringDescriptor(device, index);
    default:
      return null;
  }
}

function deviceDescriptor({ vendorId, productId, names, interfaces }: EmulatedUsbDevice): Uint8Array {
  const bytes = new Uint8Array(18);
  const view = new DataView(bytes.buffer);
  // The class stands with the interface, save for a modem-like device, which is one as a whole.
  const wholeClass = interfaces[0].class === 0x02 ? 0x02 : 0;
  bytes.set([18, DESCRIPTOR.device, 0x00, 0x02, wholeClass, 0, 0, CONTROL_PACKET]);
  view.setUint16(8, vendorId, true);
  view.setUint16(10, productId, true);
  view.setUint16(12, 0x0100, true);
  const indexOf = (text: string | null, index: number) => (text === null ? 0 : index);
  bytes[14] = indexOf(names.manufacturer, 1);
  bytes[15] = indexOf(names.product, 2);
  bytes[16] = indexOf(names.serialNumber, 3);
  bytes[17] = 1;
  return bytes;
}

function configurationDescriptor(device: EmulatedUsbDevice): Uint8Array {
  const described = describeInterfaces(device);
  const body = described.flatMap(({ number, setting, ownEndpoints: own, ...each }) => {
    return [
      ...[9, DESCRIPTOR.interface, number, setting, own.length, each.class, each.subclass, each.protocol, 0],
      ...each.classDescriptors,
      ...own.flatMap(({ address, type, packetSize }) => {
        const interval = type === 'interrupt' ? INTERRUPT_INTERVAL : 0;
        const size = [packetSize & 0xff, packetSize >> 8];
        return [
          7,
          DESCRIPTOR.endpoint,
          address,
          type === 'interrupt' ? TYPE.interrupt : TYPE.bulk,
          ...size,
          interval,
        ];
      }),
    ];
  });
  const total = 9 + body.length;
  const head = [
    9,
    DESCRIPTOR.configuration,
    total & 0xff,
    total >> 8,
    described.filter(({ setting }) => setting === 0).length,
    1,
    0,
    0x80,
    50,
  ];
  return Uint8Array.of(...head, ...body);
}

function stringDescriptor({ names }: EmulatedUsbDevice, index: number): Uint8Array | null {
  if (index === 0) return Uint8Array.of(4, DESCRIPTOR.string, ENGLISH & 0xff, ENGLISH >> 8);
  const text = [names.manufacturer, names.product, names.serialNumber][index - 1] ?? null;
  if (text === null) return null;
  const encoded = Buffer.from(text, 'utf16le');
  return Uint8Array.of(2 + encoded.length, DESCRIPTOR.string, ...encoded);
}
