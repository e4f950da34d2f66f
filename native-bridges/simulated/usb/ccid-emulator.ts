import type { CardTransport } from '../../../src/domain/devices.ts';
import { HEADER_BYTES, REQUEST } from '../../card-readers/ccid/ccid-link.ts';
import { CCID_CLASS, type CcidDescriptor, encodeCcidDescriptor } from '../../card-readers/ccid/descriptor.ts';
import type { UsbSetup } from '../../transports/usb-transport.ts';
import { EmulatedInEndpoint, type EmulatedInterface, type EmulatedUsbDevice } from './emulated-usb-device.ts';

export interface CcidFaults {
  /** Answers before which the reader asks for more time. */
  timeExtensions: number;
  /** Answers before which one with an old number comes. */
  staleAnswers: number;
  /** Exchanges with the card that get no answer at all. */
  lostAnswers: number;
}

/** What lies on the reader: it is given what the reader carries, units or commands, and the voltage it got. */
export interface EmulatedCard extends CardTransport {
  /** bPowerSelect values at which it answers; 0 stands for a reader that chooses itself. */
  readonly powerSelects: readonly number[];
}

/** A CCID reader with one slot and no interrupt endpoint. */
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
  private readonly chained: boolean;
  private card: EmulatedCard | null = null;
  private powered = false;
  private command: number[] = [];
  private answer = new Uint8Array();

  constructor(descriptor: CcidDescriptor) {
    const classDescriptors = encodeCcidDescriptor(descriptor);
    this.interfaces = [{ class: CCID_CLASS, subclass: 0, protocol: 0, classDescriptors }];
    this.inEndpoints = [this.answers];
    this.maxPayload = Math.max(descriptor.maxMessageLength, 271) - HEADER_BYTES;
    this.chained = (descriptor.features & 0x70000) === 0x40000;
  }

  insert(card: EmulatedCard): void {
    this.remove();
    this.card = card;
  }

  remove(): void {
    this.card = null;
    this.powered = false;
  }

  control(setup: UsbSetup): Uint8Array | null {
    if (setup.request !== 0x01) return null;
    this.aborts += 1;
    return new Uint8Array();
  }

  receive(_endpoint: number, message: Uint8Array): boolean {
    const [type = 0, , , , , , sequence = 0, select = 0, chain = 0] = message;
    const data = message.subarray(HEADER_BYTES);
    this.received.push(type);
    if (this.faults.lostAnswers > 0 && type === REQUEST.transfer) {
      this.faults.lostAnswers -= 1;
      return true;
    }
    switch (type) {
      case REQUEST.powerOn:
        this.powerOn(sequence, select);
        break;
      case REQUEST.transfer:
        void this.transfer(sequence, chain, data);
        break;
      case REQUEST.setParameters:
        this.parameters = data.slice();
        this.send(0x82, sequence, data);
        break;
      case REQUEST.powerOff:
        this.powered = false;
        this.send(0x81, sequence, new Uint8Array());
        break;
      default:
        this.send(0x81, sequence, new Uint8Array());
    }
    return true;
  }

  private powerOn(sequence: number, select: number): void {
    const answers = this.card?.powerSelects.includes(select) === true;
    this.powered = answers;
    if (answers) this.send(0x80, sequence, this.card?.answerToReset ?? new Uint8Array());
    else this.send(0x80, sequence, new Uint8Array(), { error: 0xfe });
  }

  private async transfer(sequence: number, chain: number, data: Uint8Array): Promise<void> {
    if (this.card === null || !this.powered) {
      this.send(0x80, sequence, new Uint8Array(), { error: 0xfe });
      return;
    }
    if (chain === 0x10 && this.chained) {
      this.sendPart(sequence, false);
      return;
    }
    if (chain === 0 || chain === 1) this.command = [];
    for (const byte of data) this.command.push(byte);
    if (chain === 1 || chain === 3) {
      this.send(0x80, sequence, new Uint8Array(), { parameter: 0x10 });
      return;
    }
    const answer = await this.card.transmit(Uint8Array.from(this.command));
    if (!answer.ok) {
      this.send(0x80, sequence, new Uint8Array(), { error: 0xfe });
      return;
    }
    this.answer = Uint8Array.from(answer.value);
    this.sendPart(sequence, true);
  }

  private sendPart(sequence: number, first: boolean): void {
    const part = this.answer.slice(0, this.maxPayload);
    this.answer = this.answer.slice(this.maxPayload);
    const more = this.answer.length > 0;
    const parameter = first ? (more ? 1 : 0) : more ? 3 : 2;
    this.send(0x80, sequence, part, { parameter: this.chained ? parameter : 0 });
  }

  private send(
    type: number,
    sequence: number,
    data: Uint8Array,
    { error, parameter = 0 }: { readonly error?: number; readonly parameter?: number } = {},
  ): void {
    const state = this.card === null ? 2 : this.powered ? 0 : 1;
    if (this.faults.staleAnswers > 0) {
      this.faults.staleAnswers -= 1;
      this.push(0x80, (sequence + 200) & 0xff, Uint8Array.of(0x6f, 0), state, 0, 0);
    }
    if (this.faults.timeExtensions > 0) {
      this.faults.timeExtensions -= 1;
      this.push(0x80, sequence, new Uint8Array(), 0x80 | state, 1, 0);
    }
    this.push(type, sequence, data, state | (error === undefined ? 0 : 0x40), error ?? 0, parameter);
  }

  private push(
    type: number,
    sequence: number,
    data: Uint8Array,
    status: number,
    error: number,
    parameter: number,
  ): void {
    const message = new Uint8Array(HEADER_BYTES + data.length);
    message[0] = type;
    new DataView(message.buffer).setUint32(1, data.length, true);
    message.set([0, sequence, status, error, parameter], 5);
    message.set(data, HEADER_BYTES);
    this.answers.push(message, true);
  }
}
