import type { ByteTransport } from '../../transports/byte-transport.ts';
import type { UsbNames, UsbSetup } from '../../transports/usb-transport.ts';
import { EmulatedInEndpoint, type EmulatedUsbDevice } from './emulated-usb-device.ts';

const NOTIFICATIONS = 0x83;
const TO_HOST = 0x82;
const FROM_HOST = 0x01;
const PACKET = 64;
/** Class requests (USB CDC PSTN 1.2, 6.3). */
const REQUEST = { setLineCoding: 0x20, getLineCoding: 0x21, setControlLines: 0x22, sendBreak: 0x23 } as const;
const LINE_CODING_BYTES = 7;

/**
 * Header, call management (none), abstract control (line coding and break are understood) and union (USB CDC 1.2,
 * 5.2.3): interface 0 commands, interface 1 carries the bytes.
 */
const FUNCTIONAL_DESCRIPTORS = Uint8Array.of(
  ...[5, 0x24, 0x00, 0x10, 0x01],
  ...[5, 0x24, 0x01, 0x00, 0x01],
  ...[4, 0x24, 0x02, 0x06],
  ...[5, 0x24, 0x06, 0x00, 0x01],
);

export interface SerialIdentity {
  readonly vendorId: number;
  readonly productId: number;
  readonly names: UsbNames;
}

/** A device that shows itself as a serial port (USB CDC-ACM), with any machine at its far end. */
export class CdcAcmEmulator implements EmulatedUsbDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly names: UsbNames;
  readonly interfaces = [
    {
      class: 0x02,
      subclass: 0x02,
      protocol: 0x01,
      classDescriptors: FUNCTIONAL_DESCRIPTORS,
      endpoints: [NOTIFICATIONS],
    },
    {
      class: 0x0a,
      subclass: 0,
      protocol: 0,
      classDescriptors: new Uint8Array(),
      endpoints: [TO_HOST, FROM_HOST],
    },
  ] as const;
  readonly inEndpoints: readonly EmulatedInEndpoint[];
  readonly outEndpoints = [{ address: FROM_HOST, packetSize: PACKET }];
  /** Bits a second that the host asked for; null before it did. */
  baudRate: number | null = null;
  private readonly machine: ByteTransport;
  private lineCoding = new Uint8Array(LINE_CODING_BYTES);

  constructor({ vendorId, productId, names }: SerialIdentity, machine: ByteTransport) {
    this.vendorId = vendorId;
    this.productId = productId;
    this.names = names;
    this.machine = machine;
    const bytes = new EmulatedInEndpoint(TO_HOST, 'bulk', PACKET);
    this.inEndpoints = [new EmulatedInEndpoint(NOTIFICATIONS, 'interrupt', 16), bytes];
    machine.onData((received) => bytes.push(received, true));
  }

  control(setup: UsbSetup, data: Uint8Array, length: number): Uint8Array | null {
    switch (setup.request) {
      case REQUEST.setLineCoding:
        if (data.length !== LINE_CODING_BYTES) return null;
        this.lineCoding = data.slice();
        this.baudRate = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
        return new Uint8Array();
      case REQUEST.getLineCoding:
        return this.lineCoding.slice(0, length);
      case REQUEST.setControlLines:
      case REQUEST.sendBreak:
        return new Uint8Array();
      default:
        return null;
    }
  }

  receive(_endpoint: number, bytes: Uint8Array): boolean {
    void this.machine.write(bytes);
    return true;
  }
}
