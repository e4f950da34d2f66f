import type { DeviceProblem } from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import type { UsbEndpoint, UsbTransport } from '../../transports/usb-transport.ts';

/** Types of messages to the reader (USB CCID 1.1, 6.1). */
export const REQUEST = {
  powerOn: 0x62,
  powerOff: 0x63,
  slotStatus: 0x65,
  transfer: 0x6f,
  setParameters: 0x61,
  abort: 0x72,
} as const;

export const HEADER_BYTES = 10;
const MAX_MESSAGE = 65_536 + HEADER_BYTES;
/** The largest message in the smallest pieces that readers send. */
const MAX_READS = 1_100;
const ABORT_CONTROL = 0x01;
/** Beyond what the reader itself was told to wait. */
const ANSWER_MILLISECONDS = 5_000;
/** Two minutes for one answer are more than any card takes. */
const MAX_WAIT_FACTOR = 24;
/** A card that asks for more time for ever is broken. */
const MAX_EXTENSIONS = 120;
/** Answers to earlier questions that may still lie in the reader. */
const MAX_STALE = 32;

export interface CcidAnswer {
  readonly card: 'active' | 'inactive' | 'none';
  /** bError of a command that failed; null of one that did not. */
  readonly failure: number | null;
  /** The tenth byte: chaining, or the state of the clock. */
  readonly parameter: number;
  readonly data: Uint8Array;
}

/** Codes of bError that are told apart. */
/** `noSuchSlot`: the index of the wrong field, which is bSlot. */
export const FAILURE = { cardMute: 0xfe, notSupported: 0x00, noSuchSlot: 0x05 } as const;

/** Questions to one slot of a reader. `specific`: the three bytes of the header that belong to the type. */
export interface CcidSlot {
  ask(
    type: number,
    specific: readonly [number, number, number],
    data?: Uint8Array,
  ): Promise<Result<CcidAnswer, DeviceProblem>>;
}

/** Questions and answers of a reader, one at a time for all of its slots, over its two bulk endpoints. */
export class CcidLink {
  private readonly usb: UsbTransport;
  private readonly input: UsbEndpoint;
  private readonly output: UsbEndpoint;
  private sequence = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(usb: UsbTransport, input: UsbEndpoint, output: UsbEndpoint) {
    this.usb = usb;
    this.input = input;
    this.output = output;
  }

  /** Each question is asked after all that were asked before. */
  slot(number: number): CcidSlot {
    return {
      ask: (type, specific, data = new Uint8Array()) => {
        const asked = this.last.then(() => this.askNow(number, type, specific, data));
        this.last = asked;
        return asked;
      },
    };
  }

  private async askNow(
    slot: number,
    type: number,
    specific: readonly number[],
    data: Uint8Array,
  ): Promise<Result<CcidAnswer, DeviceProblem>> {
    const { sequence } = this;
    this.sequence = (this.sequence + 1) & 0xff;
    const message = new Uint8Array(HEADER_BYTES + data.length);
    new DataView(message.buffer).setUint32(1, data.length, true);
    message[0] = type;
    message.set([slot, sequence, ...specific], 5);
    message.set(data, HEADER_BYTES);
    const sent = await this.usb.transferOut(this.output.address, message, {
      milliseconds: ANSWER_MILLISECONDS,
    });
    if (!sent.ok) return sent;
    const answer = await this.readAnswer(slot, sequence);
    if (!answer.ok && answer.error.code === 'no-answer') await this.abort(slot);
    return answer;
  }

  private async readAnswer(slot: number, sequence: number): Promise<Result<CcidAnswer, DeviceProblem>> {
    let extensions = 0;
    let waitFactor = 1;
    let stale = 0;
    while (extensions <= MAX_EXTENSIONS && stale <= MAX_STALE) {
      const message = await this.readMessage(ANSWER_MILLISECONDS * waitFactor);
      if (!message.ok) return message;
      const [, , , , , from = 0, seq = 0, status = 0, error = 0, parameter = 0] = message.value;
      if (seq !== sequence || from !== slot) {
        stale += 1;
        continue;
      }
      if (status >> 6 === 2) {
        extensions += 1;
        // bError is a factor of the waiting time then (USB CCID 1.1, 6.2.6).
        waitFactor = Math.min(Math.max(1, error), MAX_WAIT_FACTOR);
        continue;
      }
      const card = (['active', 'inactive', 'none', 'none'] as const)[status & 0b11] ?? 'none';
      const failure = status >> 6 === 1 ? error : null;
      return ok({ card, failure, parameter, data: message.value.subarray(HEADER_BYTES) });
    }
    return err({ code: 'no-answer' });
  }

  /** One whole message, however many transfers the reader cuts it into. */
  private async readMessage(milliseconds: number): Promise<Result<Uint8Array, DeviceProblem>> {
    const { packetSize, address } = this.input;
    const limit = { milliseconds };
    const room = Math.ceil((HEADER_BYTES + 512) / packetSize) * packetSize;
    let message: Uint8Array = new Uint8Array();
    for (let reads = 0; reads < MAX_READS; reads += 1) {
      const read = await this.usb.transferIn(address, room, limit);
      if (!read.ok) return read;
      // The empty packet that ends a message of whole packets may come by itself.
      if (read.value.length === 0) continue;
      message = message.length === 0 ? read.value : Buffer.concat([message, read.value]);
      if (message.length < HEADER_BYTES) return err({ code: 'bad-data' });
      const stated = new DataView(message.buffer, message.byteOffset).getUint32(1, true) + HEADER_BYTES;
      if (stated > MAX_MESSAGE || message.length > stated) return err({ code: 'bad-data' });
      if (message.length === stated) return ok(Uint8Array.from(message));
    }
    return err({ code: 'bad-data' });
  }

  /** Ends what the reader may still be at; its answers are dropped by their number later. */
  private async abort(slot: number): Promise<void> {
    const { sequence } = this;
    this.sequence = (this.sequence + 1) & 0xff;
    const setup = {
      requestType: 0x21,
      request: ABORT_CONTROL,
      value: (sequence << 8) | slot,
      index: this.usb.interfaceNumber,
    };
    const limit = { milliseconds: 500 };
    await this.usb.controlOut(setup, new Uint8Array(), limit);
    const message = Uint8Array.of(REQUEST.abort, 0, 0, 0, 0, slot, sequence, 0, 0, 0);
    await this.usb.transferOut(this.output.address, message, limit);
  }
}
