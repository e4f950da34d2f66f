import type { DeviceKind } from '../src/domain/devices.ts';
import { CCID_CLASS, parseCcidDescriptor } from './card-readers/ccid/descriptor.ts';
import { DIGITALPERSONA_4500, FUTRONIC_FS81, ZFM_MODULE } from './fingerprint-scanners/scanner-models.ts';
import type { ScannerProfile } from './fingerprint-scanners/scanner-profile.ts';
import type { UsbDeviceFound, UsbInterfaceFound } from './transports/usb-bus.ts';

/** How a device on the USB is driven. */
export type UsbDriver =
  | { readonly name: 'futronic' | 'digitalpersona'; readonly profile: ScannerProfile }
  | { readonly name: 'ccid' }
  | { readonly name: 'escpos' };

export interface UsbMatch {
  readonly kind: DeviceKind;
  readonly model: string;
  readonly interfaceNumber: number;
  /** The setting of the interface that is to be in force. */
  readonly setting: number;
  readonly driver: UsbDriver;
}

interface ScannerId {
  readonly vendorId: number;
  readonly productIds: readonly number[];
  readonly driver: 'futronic' | 'digitalpersona';
  readonly profile: ScannerProfile;
}

/** Scanners are known by their numbers only: each family speaks a language of its own. */
const SCANNERS: readonly ScannerId[] = [
  { vendorId: 0x1491, productIds: [0x0020], driver: 'futronic', profile: FUTRONIC_FS81 },
  {
    vendorId: 0x05ba,
    productIds: [0x0007, 0x0008, 0x000a],
    driver: 'digitalpersona',
    profile: DIGITALPERSONA_4500,
  },
  {
    vendorId: 0x045e,
    productIds: [0x00bb, 0x00bc, 0x00bd],
    driver: 'digitalpersona',
    profile: { ...DIGITALPERSONA_4500, model: 'Microsoft Fingerprint Reader' },
  },
];

/** "As the interface says", and the maker's own. */
const UNNAMED_CLASSES: readonly number[] = [0x00, 0xff];
const PRINTER_CLASS = 0x07;
const BIDIRECTIONAL = 0x02;
/** IEEE 1284.4, and IPP over USB. */
const PACKET_PROTOCOLS: readonly number[] = [0x03, 0x04];

/** What of a USB device we drive: one function for each kind; nothing for a device that is not ours. */
export function matchUsb(device: UsbDeviceFound): readonly UsbMatch[] {
  const scanner = SCANNERS.find(
    ({ vendorId, productIds }) => vendorId === device.vendorId && productIds.includes(device.productId),
  );
  if (scanner !== undefined) {
    const { driver, profile } = scanner;
    const [first] = device.interfaces;
    return [
      {
        kind: 'fingerprint-scanner',
        model: profile.model,
        interfaceNumber: first?.number ?? 0,
        setting: 0,
        driver: { name: driver, profile },
      },
    ];
  }
  const id = `${usbHex(device.vendorId)}:${usbHex(device.productId)}`;
  const matches: UsbMatch[] = [];
  for (const each of device.interfaces) {
    const { number: interfaceNumber, setting } = each;
    if (setting !== 0 || !isCardReader(each)) continue;
    const model = `Card reader ${id}`;
    matches.push({ kind: 'card-reader', model, interfaceNumber, setting, driver: { name: 'ccid' } });
  }
  const printer = bestPrinter(device.interfaces);
  if (printer !== null) {
    const { number: interfaceNumber, setting } = printer;
    const model = `Receipt printer ${id}`;
    matches.push({ kind: 'printer', model, interfaceNumber, setting, driver: { name: 'escpos' } });
  }
  return matches;
}

/**
 * A printer may offer its interface in several settings (USB Printer Class 1.1, 4.1): the one in which it answers is
 * best, then any that takes bytes. Packets of IEEE 1284.4 and IPP are no bytes for paper.
 */
function bestPrinter(interfaces: readonly UsbInterfaceFound[]): UsbInterfaceFound | null {
  const printers = interfaces.filter(
    ({ class: usbClass, protocol }) => usbClass === PRINTER_CLASS && !PACKET_PROTOCOLS.includes(protocol),
  );
  const worth = ({ protocol, endpoints }: UsbInterfaceFound): number => {
    const bulk = endpoints.filter(({ type }) => type === 'bulk');
    const [answers, takes] = [0x80, 0].map((direction) =>
      bulk.some((each) => (each.address & 0x80) === direction),
    );
    if (!takes) return 0;
    if (!answers) return 1;
    return protocol === BIDIRECTIONAL ? 3 : 2;
  };
  // Of equals the first one.
  return printers.reduce<UsbInterfaceFound | null>(
    (best, each) => (best === null || worth(each) > worth(best) ? each : best),
    null,
  );
}

/** Some readers call their interface the maker's own and show the class descriptor all the same. */
function isCardReader({ class: usbClass, classDescriptors }: UsbInterfaceFound): boolean {
  if (usbClass === CCID_CLASS) return true;
  return UNNAMED_CLASSES.includes(usbClass) && parseCcidDescriptor(classDescriptors) !== null;
}

/** The profile of a model, by the name that the device manager gives it; null for one that is not ours to turn. */
export function scannerProfileOf(model: string): ScannerProfile | null {
  return [...SCANNERS.map(({ profile }) => profile), ZFM_MODULE].find((each) => each.model === model) ?? null;
}

/** The numbers of every scanner that we drive. */
export function scannerNumbers(): readonly { readonly vendorId: number; readonly productId: number }[] {
  return SCANNERS.flatMap(({ vendorId, productIds }) =>
    productIds.map((productId) => ({ vendorId, productId })),
  );
}

/** A vendor's or a product's number as it is written everywhere. */
export function usbHex(number: number): string {
  return number.toString(16).padStart(4, '0');
}
