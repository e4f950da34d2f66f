/**
 * The messages between Linux's virtual host controller (vhci-hcd) and whoever plays a device, version 1.1.1:
 * Documentation/usb/usbip_protocol.rst. Every one begins with the same 48 bytes, big endian.
 */
export const HEADER_BYTES = 48;

const CODE = { submit: 1, unlink: 2, submitted: 3, unlinked: 4 } as const;
const TO_HOST = 1;
const SETUP_OFFSET = 40;

/** A transfer that the host begins. */
export interface Submit {
  readonly type: 'submit';
  readonly sequence: number;
  readonly toHost: boolean;
  /** Its number without the direction; 0 is the control endpoint. */
  readonly endpoint: number;
  /** How much the host sends, or has room for. */
  readonly length: number;
  /** The eight bytes of a control transfer. */
  readonly setup: Uint8Array;
  /** What the host sends. */
  readonly data: Uint8Array;
}

/** The host calls a transfer off. */
export interface Unlink {
  readonly type: 'unlink';
  readonly sequence: number;
  readonly calledOff: number;
}

export type HostMessage = Submit | Unlink;

/** Cuts what comes over the socket into messages. */
export class HostMessageReader {
  private rest: Buffer = Buffer.alloc(0);

  /** @throws RangeError for a message of an unknown kind: the kernel's is the only other end */
  push(chunk: Buffer): readonly HostMessage[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const messages: HostMessage[] = [];
    for (;;) {
      const message = readMessage(this.rest);
      if (message === null) return messages;
      messages.push(message);
      const sent = message.type === 'submit' ? message.data.length : 0;
      this.rest = this.rest.subarray(HEADER_BYTES + sent);
    }
  }
}

function readMessage(bytes: Buffer): HostMessage | null {
  if (bytes.length < HEADER_BYTES) return null;
  const code = bytes.readUInt32BE(0);
  const sequence = bytes.readUInt32BE(4);
  if (code === CODE.unlink) return { type: 'unlink', sequence, calledOff: bytes.readUInt32BE(20) };
  if (code !== CODE.submit) throw new RangeError(`a USB/IP message of kind ${code}`);
  const toHost = bytes.readUInt32BE(12) === TO_HOST;
  const length = bytes.readInt32BE(24);
  const sent = toHost ? 0 : length;
  if (bytes.length < HEADER_BYTES + sent) return null;
  return {
    type: 'submit',
    sequence,
    toHost,
    endpoint: bytes.readUInt32BE(16),
    length,
    setup: Uint8Array.from(bytes.subarray(SETUP_OFFSET, HEADER_BYTES)),
    data: Uint8Array.from(bytes.subarray(HEADER_BYTES, HEADER_BYTES + sent)),
  };
}

/** Linux's error numbers that a transfer can end with. */
export const STATUS = { done: 0, stall: -32, babble: -75, calledOff: -104 } as const;

/** How a transfer ended; `data` is what goes to the host. */
export function encodeSubmitted(sequence: number, status: number, moved: number, data: Uint8Array): Buffer {
  const message = Buffer.alloc(HEADER_BYTES + data.length);
  message.writeUInt32BE(CODE.submitted, 0);
  message.writeUInt32BE(sequence, 4);
  message.writeInt32BE(status, 20);
  message.writeInt32BE(moved, 24);
  message.set(data, HEADER_BYTES);
  return message;
}

/** `calledOff` is false for a transfer that had ended before. */
export function encodeUnlinked(sequence: number, calledOff: boolean): Buffer {
  const message = Buffer.alloc(HEADER_BYTES);
  message.writeUInt32BE(CODE.unlinked, 0);
  message.writeUInt32BE(sequence, 4);
  message.writeInt32BE(calledOff ? STATUS.calledOff : STATUS.done, 20);
  return message;
}
