import type { UsbEndpoint, UsbNames, UsbSetup } from '../../transports/usb-transport.ts';

/** A read of the host that waits; `done` is told what came, or null for more than was asked for (babble). */
interface WaitingRead {
  readonly length: number;
  readonly taken: Uint8Array[];
  bytes: number;
  readonly done: (bytes: Uint8Array | null) => void;
}

/**
 * An endpoint towards the host as it is on the wire: packets wait in the device until the host reads. A read ends
 * with so many bytes as were asked for or with a packet that is shorter than the largest; what was not read stays
 * there for whoever reads next.
 */
export class EmulatedInEndpoint {
  readonly address: number;
  readonly type: 'bulk' | 'interrupt';
  readonly packetSize: number;
  private packets: Uint8Array[] = [];
  private firstPacket = 0;
  private readonly reads: WaitingRead[] = [];

  constructor(address: number, type: 'bulk' | 'interrupt', packetSize: number) {
    this.address = address;
    this.type = type;
    this.packetSize = packetSize;
  }

  get packetsWaiting(): number {
    return this.packets.length - this.firstPacket;
  }

  /** Sends bytes, cut into packets; `endMarked` adds the empty packet that ends a whole number of them. */
  push(bytes: Uint8Array, endMarked = false): void {
    for (let at = 0; at < bytes.length; at += this.packetSize) {
      this.packets.push(bytes.slice(at, at + this.packetSize));
    }
    if (endMarked && bytes.length % this.packetSize === 0) this.packets.push(new Uint8Array());
    this.serve();
  }

  clear(): void {
    this.packets = [];
    this.firstPacket = 0;
  }

  /** The host reads. The function that is returned calls the read off; what it had taken is lost. */
  read(length: number, done: (bytes: Uint8Array | null) => void): () => void {
    const read: WaitingRead = { length, taken: [], bytes: 0, done };
    this.reads.push(read);
    this.serve();
    return () => {
      const at = this.reads.indexOf(read);
      if (at >= 0) this.reads.splice(at, 1);
    };
  }

  private serve(): void {
    for (;;) {
      const [read] = this.reads;
      const packet = this.packets[this.firstPacket];
      if (read === undefined) return;
      if (packet === undefined) {
        this.clear();
        return;
      }
      this.firstPacket += 1;
      read.taken.push(packet);
      read.bytes += packet.length;
      const babble = read.bytes > read.length;
      if (read.bytes >= read.length || packet.length < this.packetSize) {
        this.reads.shift();
        read.done(babble ? null : joined(read));
      }
    }
  }
}

function joined({ taken, bytes }: WaitingRead): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const packet of taken) {
    whole.set(packet, at);
    at += packet.length;
  }
  return whole;
}

export interface EmulatedInterface {
  /** The alternate setting; left out for 0. One that is not 0 is of the interface before it. */
  readonly setting?: number;
  readonly class: number;
  readonly subclass: number;
  readonly protocol: number;
  readonly classDescriptors: Uint8Array;
  /** The addresses of its endpoints; left out by the only interface, which has all of them. */
  readonly endpoints?: readonly number[];
}

/**
 * A USB device that is played, seen from its plug: the same one stands behind the transport in memory and behind a
 * virtual bus of the operating system.
 */
export interface EmulatedUsbDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly names: UsbNames;
  /** In the order of their numbers, from 0, and of their settings. */
  readonly interfaces: readonly [EmulatedInterface, ...EmulatedInterface[]];
  readonly inEndpoints: readonly EmulatedInEndpoint[];
  readonly outEndpoints: readonly { readonly address: number; readonly packetSize: number }[];
  /** A control transfer to the device or its interface. To the host: at most `length` bytes. Null stalls. */
  control(setup: UsbSetup, data: Uint8Array, length: number): Uint8Array | null;
  /** What the host writes; false stalls. Null: it does not take anything now. */
  receive(endpoint: number, bytes: Uint8Array): boolean | null;
}

/** What a device says of an interface in one of its settings. */
export interface DescribedInterface extends EmulatedInterface {
  readonly number: number;
  readonly setting: number;
  readonly ownEndpoints: readonly UsbEndpoint[];
}

/** The interfaces of a device with their numbers, settings and endpoints. */
export function describeInterfaces(device: EmulatedUsbDevice): readonly DescribedInterface[] {
  const endpoints: readonly UsbEndpoint[] = [
    ...device.inEndpoints.map(({ address, type, packetSize }) => ({ address, type, packetSize })),
    ...device.outEndpoints.map((endpoint) => ({ ...endpoint, type: 'bulk' as const })),
  ];
  let number = -1;
  return device.interfaces.map((each) => {
    const { setting = 0 } = each;
    if (setting === 0) number += 1;
    const ownEndpoints = endpoints.filter(({ address }) => each.endpoints?.includes(address) ?? true);
    return { ...each, number, setting, ownEndpoints };
  });
}
