import { GET_PORT_STATUS, PORT_STATUS } from '../../printers/escpos/one-way-printer.ts';
import type { ByteTransport } from '../../transports/byte-transport.ts';
import type { UsbSetup } from '../../transports/usb-transport.ts';
import type { EscPosEmulator } from '../escpos-emulator.ts';
import { EmulatedInEndpoint, type EmulatedInterface, type EmulatedUsbDevice } from './emulated-usb-device.ts';

const OUT = 0x01;
const IN = 0x82;
const PRINTER = { class: 0x07, subclass: 1, classDescriptors: new Uint8Array() } as const;
const ONE_WAY = { ...PRINTER, protocol: 1, endpoints: [OUT] };
const BOTH_WAYS = { ...PRINTER, protocol: 2, endpoints: [OUT, IN] };

/** How a printer offers itself (USB Printer Class 1.1, 4.1): some answer only in a setting that has to be chosen. */
const OFFERS = {
  'both-ways': [BOTH_WAYS],
  'one-way': [ONE_WAY],
  'both-ways-chosen': [ONE_WAY, { ...BOTH_WAYS, setting: 1 }],
} as const satisfies Record<string, readonly [EmulatedInterface, ...EmulatedInterface[]]>;

/** A receipt printer of the USB printer class, with an answer of an earlier conversation still in it. */
export class UsbPrinterEmulator implements EmulatedUsbDevice {
  readonly vendorId = 0x04b8;
  readonly productId = 0x0202;
  readonly names = { manufacturer: 'Emulated', product: 'Receipt printer', serialNumber: null };
  readonly interfaces;
  readonly inEndpoints: readonly EmulatedInEndpoint[];
  readonly outEndpoints = [{ address: OUT, packetSize: 64 }];
  private readonly printer: EscPosEmulator;
  private readonly cable: ByteTransport;

  constructor(printer: EscPosEmulator, offer: keyof typeof OFFERS = 'both-ways') {
    const answers = new EmulatedInEndpoint(IN, 'bulk', 64);
    this.interfaces = OFFERS[offer];
    this.inEndpoints = [answers];
    this.printer = printer;
    this.cable = printer.connect();
    this.cable.onData((bytes) => answers.push(bytes));
    answers.push(Uint8Array.of(0x1a, 0x72));
  }

  control({ requestType, request }: UsbSetup): Uint8Array | null {
    if (requestType !== 0xa1 || request !== GET_PORT_STATUS) return null;
    const { coverOpen, paper } = this.printer;
    const isOut = paper.sensor() === 'out';
    const error = coverOpen || isOut ? 0 : PORT_STATUS.notError;
    return Uint8Array.of(PORT_STATUS.selected | error | (isOut ? PORT_STATUS.paperEmpty : 0));
  }

  receive(_endpoint: number, bytes: Uint8Array): boolean {
    void this.cable.write(bytes);
    return true;
  }
}
