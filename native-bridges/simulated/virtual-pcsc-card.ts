import { connect, type Socket } from 'node:net';
import type { EmulatedCard } from './usb/ccid-emulator.ts';

/** Where the virtual reader of vsmartcard's driver for pcscd waits for its card. */
const VIRTUAL_READER_PORT = 35_963;
/** What a message of one byte asks for; every other is a command for the card. */
const CONTROL = { off: 0, on: 1, reset: 2, answerToReset: 4 } as const;

/**
 * A card in the virtual reader of pcscd. Messages both ways: two bytes of length, big endian, and so many bytes.
 * While it is connected the card lies in the reader.
 */
export class VirtualPcscCard {
  private readonly card: EmulatedCard;
  private readonly socket: Socket;
  private rest: Buffer = Buffer.alloc(0);
  private last: Promise<void> = Promise.resolve();
  /** Commands that came, and for how many of the next ones no answer is given. */
  commands = 0;
  silentFor = 0;

  private constructor(card: EmulatedCard, socket: Socket) {
    this.card = card;
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', () => undefined);
  }

  static insert(card: EmulatedCard, port = VIRTUAL_READER_PORT): Promise<VirtualPcscCard> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new VirtualPcscCard(card, socket)));
      socket.once('error', reject);
    });
  }

  remove(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
    while (this.rest.length >= 2) {
      const length = this.rest.readUInt16BE(0);
      if (this.rest.length < 2 + length) return;
      const message = Uint8Array.from(this.rest.subarray(2, 2 + length));
      this.rest = this.rest.subarray(2 + length);
      this.last = this.last.then(() => this.answer(message));
    }
  }

  private async answer(message: Uint8Array): Promise<void> {
    if (message.length === 1) {
      if (message[0] === CONTROL.answerToReset) this.send(this.card.answerToReset);
      return;
    }
    this.commands += 1;
    if (this.silentFor > 0) {
      this.silentFor -= 1;
      return;
    }
    const answer = await this.card.transmit(message);
    if (answer.ok) this.send(answer.value);
    else this.remove();
  }

  private send(bytes: Uint8Array): void {
    const message = Buffer.alloc(2 + bytes.length);
    message.writeUInt16BE(bytes.length, 0);
    message.set(bytes, 2);
    this.socket.write(message);
  }
}
