import type { DeviceProblem } from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';

/** Carries one block; `waitFactor` multiplies the block waiting time of this exchange. */
export type CarryBlock = (
  block: Uint8Array,
  waitFactor: number,
) => Promise<Result<Uint8Array, DeviceProblem>>;

const MORE = 0x20;
const S_RESYNCH = 0xc0;
const S_IFS = 0xc1;
const S_ABORT = 0xc2;
const S_WTX = 0xc3;
const S_RESPONSE = 0x20;
const MAX_RETRIES = 3;
/** Address, control and length (ISO/IEC 7816-3, 11.3.2). */
const PROLOGUE_BYTES = 3;
/** A chain of waiting or of blocks that never ends is a broken card. */
const MAX_EXCHANGES = 2_000;

interface Block {
  readonly control: number;
  readonly information: Uint8Array;
}

export function encodeBlock(control: number, information: Uint8Array, crc: boolean): Uint8Array {
  const block = Uint8Array.of(0, control, information.length, ...information);
  return Uint8Array.of(...block, ...checkBytes(block, crc));
}

/** Null for a block whose length or check bytes are wrong. */
export function decodeBlock(bytes: Uint8Array, crc: boolean): Block | null {
  const [, control, length = 0] = bytes;
  const end = 3 + length;
  if (control === undefined || bytes.length !== end + (crc ? 2 : 1)) return null;
  const expected = checkBytes(bytes.subarray(0, end), crc);
  if (expected.some((byte, index) => byte !== bytes[end + index])) return null;
  return { control, information: bytes.slice(3, end) };
}

/** LRC (exclusive or), or the CRC of ISO/IEC 13239 with the high byte first. */
function checkBytes(bytes: Uint8Array, crc: boolean): readonly number[] {
  if (!crc) return [bytes.reduce((sum, byte) => sum ^ byte, 0)];
  let remainder = 0xffff;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder & 1) === 0 ? remainder >> 1 : (remainder >> 1) ^ 0x8408;
    }
  }
  const complement = ~remainder & 0xffff;
  return [complement >> 8, complement & 0xff];
}

/**
 * One card that speaks T=1 (ISO/IEC 7816-3, 11): chaining both ways, three tries for a damaged block, then
 * resynchronisation, waiting time extension, and new sizes of the information field.
 */
export class ProtocolT1 {
  private readonly carry: CarryBlock;
  private readonly crc: boolean;
  /** What a block to the reader has room for. */
  private readonly largestField: number;
  private fieldSize: number;
  private sendNumber = 0;
  private receiveNumber = 0;

  /**
   * @param informationFieldSize what the card takes in one block, until it says otherwise
   * @param largestBlock what the reader takes
   */
  constructor(carry: CarryBlock, informationFieldSize: number, crc: boolean, largestBlock: number) {
    this.carry = carry;
    this.crc = crc;
    this.largestField = largestBlock - PROLOGUE_BYTES - (crc ? 2 : 1);
    this.fieldSize = Math.min(informationFieldSize, this.largestField);
  }

  /**
   * Tells the card what fields the reader takes, 1 to 254 bytes, no larger than its messages carry; a card that does not
   * agree goes on with 32.
   */
  async offerFieldSize(size: number): Promise<void> {
    await this.carry(encodeBlock(S_IFS, Uint8Array.of(Math.min(size, this.largestField)), this.crc), 1);
  }

  async transmit(command: Uint8Array): Promise<Result<Uint8Array, DeviceProblem>> {
    const answer: number[] = [];
    let sent = 0;
    let part = this.partAt(command, sent);
    let outgoing = this.informationBlock(command, sent, part);
    let waitFactor = 1;
    let retries = 0;
    let resynchronised = false;
    for (let exchange = 0; exchange < MAX_EXCHANGES; exchange += 1) {
      const carried = await this.carry(
        encodeBlock(outgoing.control, outgoing.information, this.crc),
        waitFactor,
      );
      waitFactor = 1;
      if (!carried.ok && carried.error.code !== 'bad-data') return carried;
      const block = carried.ok ? decodeBlock(carried.value, this.crc) : null;
      const repeats = block !== null && isReceiveReady(block) && sequenceOf(block) === this.sendNumber;
      const stale = block !== null && isInformation(block) && sequenceOf(block) !== this.receiveNumber;
      if (block === null || repeats || stale) {
        retries += 1;
        if (retries <= MAX_RETRIES) {
          if (!repeats) outgoing = this.receiveReady(block === null ? 1 : 2);
          // Asked to repeat: the part that was not taken, or our own R-block.
          else if (sent < command.length) outgoing = this.informationBlock(command, sent, part);
          continue;
        }
        if (resynchronised) return err({ code: 'bad-data' });
        const again = await this.resynchronise();
        if (!again.ok) return again;
        resynchronised = true;
        retries = 0;
        sent = 0;
        answer.length = 0;
        part = this.partAt(command, 0);
        outgoing = this.informationBlock(command, 0, part);
        continue;
      }
      if (isInformation(block)) {
        // An answer also says that the last part has come.
        if (sent < command.length) {
          sent = command.length;
          this.sendNumber ^= 1;
        }
        retries = 0;
        for (const byte of block.information) answer.push(byte);
        this.receiveNumber ^= 1;
        if ((block.control & MORE) === 0) return ok(Uint8Array.from(answer));
        outgoing = this.receiveReady(0);
      } else if (isReceiveReady(block)) {
        retries = 0;
        this.sendNumber ^= 1;
        sent += part;
        if (sent >= command.length) return err({ code: 'bad-data' });
        part = this.partAt(command, sent);
        outgoing = this.informationBlock(command, sent, part);
      } else {
        const [value = 1] = block.information;
        if (block.control === S_WTX) waitFactor = Math.max(1, value);
        else if (block.control === S_IFS && value >= 1 && value <= 254)
          this.fieldSize = Math.min(value, this.largestField);
        else if (block.control === S_ABORT) return err({ code: 'bad-data' });
        outgoing = { control: block.control | S_RESPONSE, information: block.information };
      }
    }
    return err({ code: 'bad-data' });
  }

  private partAt(command: Uint8Array, sent: number): number {
    return Math.min(this.fieldSize, command.length - sent);
  }

  private informationBlock(command: Uint8Array, sent: number, part: number): Block {
    const more = sent + part < command.length ? MORE : 0;
    return { control: (this.sendNumber << 6) | more, information: command.subarray(sent, sent + part) };
  }

  private receiveReady(error: number): Block {
    return { control: 0x80 | (this.receiveNumber << 4) | error, information: new Uint8Array() };
  }

  private async resynchronise(): Promise<Result<void, DeviceProblem>> {
    for (let attempt = 0; attempt < MAX_RETRIES; attempt += 1) {
      const carried = await this.carry(encodeBlock(S_RESYNCH, new Uint8Array(), this.crc), 1);
      if (!carried.ok && carried.error.code !== 'bad-data') return carried;
      const block = carried.ok ? decodeBlock(carried.value, this.crc) : null;
      if (block?.control !== (S_RESYNCH | S_RESPONSE)) continue;
      this.sendNumber = 0;
      this.receiveNumber = 0;
      return ok();
    }
    return err({ code: 'bad-data' });
  }
}

function isInformation({ control }: Block): boolean {
  return (control & 0x80) === 0;
}

function isReceiveReady({ control }: Block): boolean {
  return (control & 0xc0) === 0x80;
}

function sequenceOf(block: Block): number {
  return isInformation(block) ? (block.control >> 6) & 1 : (block.control >> 4) & 1;
}
