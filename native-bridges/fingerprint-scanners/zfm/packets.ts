/**
 * Packets of ZhianTec ZFM, GROW R30x and AS608 modules: EF01, address (4 bytes), kind, length (2, of what follows),
 * payload, checksum (2, the sum of kind, length and payload); all big endian.
 */
export const PACKET_KIND = { command: 0x01, data: 0x02, answer: 0x07, lastData: 0x08 } as const;

export interface ZfmPacket {
  readonly kind: number;
  readonly payload: Uint8Array;
}

const START = [0xef, 0x01] as const;
const HEADER_BYTES = 9;
const CHECKSUM_BYTES = 2;
/** The largest data packets of any model have 256 bytes. */
const MAX_PAYLOAD = 256;

export function encodePacket(kind: number, payload: Uint8Array): Uint8Array {
  const length = payload.length + CHECKSUM_BYTES;
  const packet = new Uint8Array(HEADER_BYTES + length);
  packet.set([...START, 0xff, 0xff, 0xff, 0xff, kind, length >> 8, length & 0xff]);
  packet.set(payload, HEADER_BYTES);
  const sum = checksum(packet.subarray(6, HEADER_BYTES + payload.length));
  packet.set([sum >> 8, sum & 0xff], HEADER_BYTES + payload.length);
  return packet;
}

/**
 * Finds packets in a stream of bytes, whatever its chunks. What is no packet, or has a wrong checksum, is passed
 * over byte by byte until one begins; nothing grows beyond one packet.
 */
export class ZfmPacketReader {
  private pending: number[] = [];

  push(bytes: Uint8Array): ZfmPacket[] {
    const packets: ZfmPacket[] = [];
    for (const byte of bytes) {
      this.pending.push(byte);
      const packet = this.take();
      if (packet !== null) packets.push(packet);
    }
    return packets;
  }

  reset(): void {
    this.pending = [];
  }

  private take(): ZfmPacket | null {
    for (;;) {
      const { pending } = this;
      if (pending.length === 0) return null;
      if (!startsWell(pending)) {
        pending.shift();
        continue;
      }
      if (pending.length < HEADER_BYTES) return null;
      const length = ((pending[7] ?? 0) << 8) | (pending[8] ?? 0);
      if (length < CHECKSUM_BYTES || length > MAX_PAYLOAD + CHECKSUM_BYTES) {
        pending.shift();
        continue;
      }
      if (pending.length < HEADER_BYTES + length) return null;
      const end = HEADER_BYTES + length - CHECKSUM_BYTES;
      const stated = ((pending[end] ?? 0) << 8) | (pending[end + 1] ?? 0);
      if (checksum(pending.slice(6, end)) !== stated) {
        pending.shift();
        continue;
      }
      const packet = { kind: pending[6] ?? 0, payload: Uint8Array.from(pending.slice(HEADER_BYTES, end)) };
      this.pending = [];
      return packet;
    }
  }
}

function startsWell(bytes: readonly number[]): boolean {
  return bytes[0] === START[0] && (bytes.length < 2 || bytes[1] === START[1]);
}

function checksum(bytes: Uint8Array | readonly number[]): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xffff;
  return sum;
}
