import type { ByteTransport } from '../../transports/byte-transport.ts';
import type { EscPosEmulator } from '../escpos-emulator.ts';
import { EmulatedInEndpoint, type EmulatedUsbDevice } from './emulated-usb-device.ts';

/** A receipt printer of the USB printer class, with an answer of an earlier conversation still in it. */
export class UsbPrinterEmulator implements EmulatedUsbDevice {
  readonly vendorId = 0x04b8;
  readonly productId = 0x0202;
  readonly names = { manufacturer: 'Emulated', product: 'Receipt printer', serialNumber: null };
  readonly interfaces = [
    { class: 0x07, subclass: 1, protocol: 2, classDescriptors: new Uint8Array() },
  ] as const;
  readonly inEndpoints: readonly EmulatedInEndpoint[];
  readonly outEndpoints = [{ address: 0x01, packetSize: 64 }];
  private readonly cable: ByteTransport;

  constructor(printer: EscPosEmulator) {
    const answers = new EmulatedInEndpoint(0x82, 'bulk', 64);
    this.inEndpoints = [answers];
    this.cable = printer.connect();
    this.cable.onData((bytes) => answers.push(bytes));
    answers.push(Uint8Array.of(0x1a, 0x72));
  }

  control(): Uint8Array | null {
    return null;
  }

  receive(_endpoint: number, bytes: Uint8Array): boolean {
    void this.cable.write(bytes);
    return true;
  }
}
