import { encodeHidPosReports, HID_POS } from '../../mrz-readers/hid-pos-report.ts';
import type { UsbSetup } from '../../transports/usb-transport.ts';
import { EmulatedInEndpoint, type EmulatedUsbDevice } from './emulated-usb-device.ts';

const DATA_BYTES = HID_POS.reportBytes - 1;

/**
 * One input report of 63 bytes behind its number, of usage page 8C, Bar Code Scanner (HID 1.11, 6.2.2; Point of Sale
 * Usage Tables 1.02).
 */
export const HID_POS_REPORT_DESCRIPTOR = Uint8Array.of(
  ...[0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01],
  ...[0x85, HID_POS.reportNumber, 0x09, 0xfe],
  ...[0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, DATA_BYTES, 0x81, 0x02],
  0xc0,
);

/** The HID descriptor (HID 1.11, 6.2.1): one report descriptor follows on request. */
const HID_DESCRIPTOR = Uint8Array.of(
  ...[9, 0x21, 0x11, 0x01, 0, 1, 0x22],
  HID_POS_REPORT_DESCRIPTOR.length,
  0,
);
const GET_DESCRIPTOR = 6;
const REPORT_DESCRIPTOR = 0x22;
const SET_IDLE = 0x0a;
const TEXT = new TextEncoder();

/** A reader of codes and documents in point-of-sale mode, such as Access-IS LSR118. */
export class HidPosEmulator implements EmulatedUsbDevice {
  readonly vendorId = 0x0db5;
  readonly productId = 0x0118;
  readonly names = { manufacturer: 'Emulated', product: 'Document reader', serialNumber: 'EMULATED-HID' };
  readonly interfaces = [
    { class: 0x03, subclass: 0, protocol: 0, classDescriptors: HID_DESCRIPTOR },
  ] as const;
  readonly inEndpoints: readonly EmulatedInEndpoint[];
  readonly outEndpoints = [];
  private readonly reports = new EmulatedInEndpoint(0x81, 'interrupt', HID_POS.reportBytes);

  constructor() {
    this.inEndpoints = [this.reports];
  }

  control(setup: UsbSetup, _data: Uint8Array, length: number): Uint8Array | null {
    if (setup.request === GET_DESCRIPTOR && setup.value >> 8 === REPORT_DESCRIPTOR) {
      return HID_POS_REPORT_DESCRIPTOR.slice(0, length);
    }
    return setup.request === SET_IDLE ? new Uint8Array() : null;
  }

  receive(): boolean {
    return false;
  }

  /** Reads a text: lines each with CR. `reports`: how many of its reports go out before it is pulled away. */
  read(lines: readonly string[], reports = Number.POSITIVE_INFINITY): void {
    const text = TEXT.encode(lines.map((line) => `${line}\r`).join(''));
    for (const report of encodeHidPosReports(text, ']e0').slice(0, reports)) this.reports.push(report);
  }
}
