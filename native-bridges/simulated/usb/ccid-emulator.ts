import { assertDefined } from '../../../src/domain/assert.ts';
import type { CardTransport } from '../../../src/domain/devices.ts';
import { HEADER_BYTES, REQUEST } from '../../card-readers/ccid/ccid-link.ts';
import { CCID_CLASS, type CcidDescriptor, encodeCcidDescriptor } from '../../card-readers/ccid/descriptor.ts';
import type { UsbSetup } from '../../transports/usb-transport.ts';
import { EmulatedInEndpoint, type EmulatedInterface, type EmulatedUsbDevice } from './emulated-usb-device.ts';

/** Carries extended commands, and does everything else itself: OMNIKEY 5422's contactless slot. */
export const EXTENDED_READER: CcidDescriptor = {
  slots: 1,
  voltages: 0b111,
  protocols: 0b11,
  defaultClock: 4_000,
  maxDataRate: 307_200,
  maxInformationFieldSize: 254,
  features: 0x404ba,
  maxMessageLength: 271,
};

export interface CcidFaults {
  /** Answers before which the reader asks for more time. */
  timeExtensions: number;
  /** Answers before which one with an old number comes. */
  staleAnswers: number;
  /** Exchanges with the card that get no answer at all. */
  lostAnswers: number;
}

/** What lies on the reader: it is given what the reader carries, units or commands, and the voltage it got. */
export interface EmulatedCard extends Omit<CardTransport, 'transmit'> {
  /** bPowerSelect values at which it answers; 0 stands for a reader that chooses itself. */
  readonly powerSelects: readonly number[];
  /** Powered up anew. */
  reset?(): void;
  /** `speed`: the first byte of the parameters that the reader was set to; null where it was set to none. */
  transmit(command: Uint8Array, speed?: number | null): ReturnType<CardTransport['transmit']>;
}

/** What lies in one slot, and what it was sent. */
interface EmulatedSlot {
  card: EmulatedCard | null;
  powered: boolean;
  command: number[];
  answer: Uint8Array;
}

/** A CCID reader without an interrupt endpoint. */
export class CcidEmulator implements EmulatedUsbDevice {
  readonly vendorId = 0x076b;
  readonly productId = 0x5422;
  readonly names = { manufacturer: 'Emulated', product: 'CCID reader', serialNumber: 'EMULATED' };
  readonly interfaces: readonly [EmulatedInterface];
  readonly inEndpoints: readonly EmulatedInEndpoint[];
  readonly outEndpoints = [{ address: 0x02, packetSize: 64 }];
  readonly faults: CcidFaults = { timeExtensions: 0, staleAnswers: 0, lostAnswers: 0 };
  /** Types of the messages that came. */
  readonly received: number[] = [];
  parameters: Uint8Array | null = null;
  aborts = 0;
  private readonly answers = new EmulatedInEndpoint(0x83, 'bulk', 64);
  private readonly maxPayload: number;
  private readonly largestMessage: number;
  private readonly chained: boolean;
  private readonly slots: readonly EmulatedSlot[];
  private readonly dataRates: readonly number[];

  /**
   * @param options what else differs from reader to reader: slots that are really there, speeds that it names, class, and
   *   the longest message that it takes
   */
  constructor(
    descriptor: CcidDescriptor,
    options: {
      readonly slots?: number;
      readonly dataRates?: readonly number[];
      readonly usbClass?: number;
      readonly largestMessage?: number;
    } = {},
  ) {
    const { slots = descriptor.slots, dataRates = [], usbClass = CCID_CLASS } = options;
    const stated = { ...descriptor, dataRates: dataRates.length };
    const classDescriptors = encodeCcidDescriptor(stated);
    this.interfaces = [{ class: usbClass, subclass: 0, protocol: 0, classDescriptors }];
    this.dataRates = dataRates;
    this.slots = Array.from({ length: slots }, () => ({
      card: null,
      powered: false,
      command: [],
      answer: new Uint8Array(),
    }));
    this.inEndpoints = [this.answers];
    this.maxPayload = Math.max(descriptor.maxMessageLength, 271) - HEADER_BYTES;
    this.largestMessage = options.largestMessage ?? Number.POSITIVE_INFINITY;
    this.chained = (descriptor.features & 0x70000) === 0x40000;
  }

  insert(card: EmulatedCard, slot = 0): void {
    this.remove(slot);
    this.slotAt(slot).card = card;
  }

  remove(slot = 0): void {
    this.slotAt(slot).card = null;
    this.slotAt(slot).powered = false;
  }

  control(setup: UsbSetup): Uint8Array | null {
    if (setup.request === 0x03 && this.dataRates.length > 0) {
      return new Uint8Array(Uint32Array.from(this.dataRates).buffer);
    }
    if (setup.request !== 0x01) return null;
    this.aborts += 1;
    return new Uint8Array();
  }

  receive(_endpoint: number, message: Uint8Array): boolean {
    const [type = 0, , , , , number = 0, sequence = 0, select = 0, chain = 0] = message;
    const data = message.subarray(HEADER_BYTES);
    this.received.push(type);
    if (this.faults.lostAnswers > 0 && type === REQUEST.transfer) {
      this.faults.lostAnswers -= 1;
      return true;
    }
    if (data.length > this.largestMessage - HEADER_BYTES) {
      // dwLength, the field at offset 1, is what is wrong.
      this.push(0x80, number, sequence, new Uint8Array(), 0x40, 1, 0);
      return true;
    }
    if (number >= this.slots.length) {
      // bSlot, the field at offset 5, is what is wrong.
      this.push(0x81, number, sequence, new Uint8Array(), 0x42, 5, 0);
      return true;
    }
    switch (type) {
      case REQUEST.powerOn:
        this.powerOn(number, sequence, select);
        break;
      case REQUEST.transfer:
        void this.transfer(number, sequence, chain, data);
        break;
      case REQUEST.setParameters:
        this.parameters = data.slice();
        this.send(0x82, number, sequence, data);
        break;
      case REQUEST.powerOff:
        this.slotAt(number).powered = false;
        this.send(0x81, number, sequence, new Uint8Array());
        break;
      default:
        this.send(0x81, number, sequence, new Uint8Array());
    }
    return true;
  }

  private slotAt(number: number): EmulatedSlot {
    return assertDefined(this.slots[number], 'slot of the emulated reader');
  }

  private powerOn(number: number, sequence: number, select: number): void {
    const slot = this.slotAt(number);
    const answers = slot.card?.powerSelects.includes(select) === true;
    slot.powered = answers;
    slot.card?.reset?.();
    if (answers) this.send(0x80, number, sequence, slot.card?.answerToReset ?? new Uint8Array());
    else this.send(0x80, number, sequence, new Uint8Array(), { error: 0xfe });
  }

  private async transfer(number: number, sequence: number, chain: number, data: Uint8Array): Promise<void> {
    const slot = this.slotAt(number);
    const mute = () => this.send(0x80, number, sequence, new Uint8Array(), { error: 0xfe });
    if (slot.card === null || !slot.powered) {
      mute();
      return;
    }
    if (chain === 0x10 && this.chained) {
      this.sendPart(number, sequence, false);
      return;
    }
    if (chain === 0 || chain === 1) slot.command = [];
    for (const byte of data) slot.command.push(byte);
    if (chain === 1 || chain === 3) {
      this.send(0x80, number, sequence, new Uint8Array(), { parameter: 0x10 });
      return;
    }
    const answer = await slot.card.transmit(Uint8Array.from(slot.command), this.parameters?.[0] ?? null);
    if (!answer.ok) {
      mute();
      return;
    }
    slot.answer = Uint8Array.from(answer.value);
    this.sendPart(number, sequence, true);
  }

  private sendPart(number: number, sequence: number, first: boolean): void {
    const slot = this.slotAt(number);
    const part = slot.answer.slice(0, this.maxPayload);
    slot.answer = slot.answer.slice(this.maxPayload);
    const more = slot.answer.length > 0;
    const parameter = first ? (more ? 1 : 0) : more ? 3 : 2;
    this.send(0x80, number, sequence, part, { parameter: this.chained ? parameter : 0 });
  }

  private send(
    type: number,
    number: number,
    sequence: number,
    data: Uint8Array,
    { error, parameter = 0 }: { readonly error?: number; readonly parameter?: number } = {},
  ): void {
    const { card, powered } = this.slotAt(number);
    const state = card === null ? 2 : powered ? 0 : 1;
    if (this.faults.staleAnswers > 0) {
      this.faults.staleAnswers -= 1;
      this.push(0x80, number, (sequence + 200) & 0xff, Uint8Array.of(0x6f, 0), state, 0, 0);
    }
    if (this.faults.timeExtensions > 0) {
      this.faults.timeExtensions -= 1;
      this.push(0x80, number, sequence, new Uint8Array(), 0x80 | state, 1, 0);
    }
    this.push(type, number, sequence, data, state | (error === undefined ? 0 : 0x40), error ?? 0, parameter);
  }

  private push(
    type: number,
    number: number,
    sequence: number,
    data: Uint8Array,
    status: number,
    error: number,
    parameter: number,
  ): void {
    const message = new Uint8Array(HEADER_BYTES + data.length);
    message[0] = type;
    new DataView(message.buffer).setUint32(1, data.length, true);
    message.set([number, sequence, status, error, parameter], 5);
    message.set(data, HEADER_BYTES);
    this.answers.push(message, true);
  }
}
