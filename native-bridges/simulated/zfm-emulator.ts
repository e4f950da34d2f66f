import type { GreyImage } from '../../src/domain/grey-image.ts';
import { encodePacket, PACKET_KIND, ZfmPacketReader } from '../fingerprint-scanners/zfm/packets.ts';
import { CONFIRMATION, INSTRUCTION, ZFM_SIZE } from '../fingerprint-scanners/zfm/zfm-scanner.ts';

const DATA_BYTES = 128;

export interface ZfmFaults {
  /** Pictures that end in the middle. */
  shortImages: number;
  /** Pictures with a packet whose checksum is wrong. */
  damagedImages: number;
  /** The module has a password that is not ours. */
  locked: boolean;
}

/** A ZFM module at the far end of a serial line: bytes in by `receive`, bytes out by the function that it is given. */
export class ZfmEmulator {
  readonly faults: ZfmFaults = { shortImages: 0, damagedImages: 0, locked: false };
  private readonly send: (bytes: Uint8Array) => void;
  private readonly reader = new ZfmPacketReader();
  private finger: GreyImage | null = null;

  constructor(send: (bytes: Uint8Array) => void) {
    this.send = send;
  }

  /** A picture of 256 x 288. */
  layFinger(image: GreyImage): void {
    this.finger = image;
  }

  liftFinger(): void {
    this.finger?.pixels.fill(0);
    this.finger = null;
  }

  receive(bytes: Uint8Array): void {
    for (const { kind, payload } of this.reader.push(bytes)) {
      if (kind === PACKET_KIND.command) this.perform(payload[0] ?? 0);
    }
  }

  private perform(instruction: number): void {
    switch (instruction) {
      case INSTRUCTION.verifyPassword:
        this.confirm(this.faults.locked ? 0x13 : CONFIRMATION.done);
        return;
      case INSTRUCTION.takeImage:
        this.confirm(this.finger === null ? CONFIRMATION.noFinger : CONFIRMATION.done);
        return;
      case INSTRUCTION.uploadImage:
        this.upload();
        return;
      default:
        this.confirm(0x01);
    }
  }

  private confirm(code: number): void {
    this.send(encodePacket(PACKET_KIND.answer, Uint8Array.of(code)));
  }

  private upload(): void {
    if (this.finger === null) {
      this.confirm(0x0f);
      return;
    }
    this.confirm(CONFIRMATION.done);
    const { pixels } = this.finger;
    const nibbles = Uint8Array.from(
      { length: (ZFM_SIZE.width * ZFM_SIZE.height) / 2 },
      (_, index) => ((pixels[2 * index] ?? 0) & 0xf0) | ((pixels[2 * index + 1] ?? 0) >> 4),
    );
    const short = this.faults.shortImages > 0;
    const damaged = this.faults.damagedImages > 0;
    if (short) this.faults.shortImages -= 1;
    if (damaged) this.faults.damagedImages -= 1;
    const end = short ? nibbles.length / 2 : nibbles.length;
    for (let at = 0; at < end; at += DATA_BYTES) {
      const last = at + DATA_BYTES >= nibbles.length;
      const packet = encodePacket(
        last ? PACKET_KIND.lastData : PACKET_KIND.data,
        nibbles.subarray(at, at + DATA_BYTES),
      );
      if (damaged && at === 10 * DATA_BYTES) packet[20] = (packet[20] ?? 0) ^ 0xff;
      this.send(packet);
    }
  }
}
