import { connect, type Socket } from 'node:net';
import type { CardTransport } from '../../src/domain/devices.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';

/** What the virtual reader asks of a card, in messages of one byte (vsmartcard, vpcd's protocol). */
const CONTROL = { powerOff: 0, powerOn: 1, reset: 2, answerToReset: 4 } as const;
/** An extended command with everything around it. */
const LONGEST_MESSAGE = 65_600;
const NOT_READY = Uint8Array.of(0x6f, 0);

export interface VirtualCardOptions {
  readonly host: string;
  readonly port: number;
  /** Ends the play. */
  readonly signal: AbortSignal;
  readonly onLaid?: () => void;
}

/**
 * Lays a card into the virtual reader of the system's card service (vpcd of vsmartcard, Debian's vsmartcard-vpcd), which every program
 * sees like any other reader. `lay` gives the card anew after each power-up. Messages have their length in front, two bytes, big-endian.
 * @returns once the signal aborts (ok), or the reader ends the connection or does not take it
 */
export function playVirtualCard(
  lay: () => CardTransport,
  { host, port, signal, onLaid }: VirtualCardOptions,
): Promise<Result<void, 'no-virtual-reader' | 'reader-gone'>> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let laid = false;
    let card: CardTransport | null = null;
    let received = Buffer.alloc(0);
    let answers = Promise.resolve();

    const answer = async (message: Uint8Array): Promise<void> => {
      if (message.length === 1) {
        card = afterControl(message[0] ?? 0, card, lay);
        if (message[0] === CONTROL.answerToReset) send(socket, (card ?? lay()).answerToReset);
        return;
      }
      const result = card === null ? err(null) : await card.transmit(message);
      send(socket, result.ok ? result.value : NOT_READY);
    };
    // A card's messages are short, and each waits for the one before.
    socket.setNoDelay(true);
    socket.once('connect', () => {
      laid = true;
      onLaid?.();
    });
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const message = Uint8Array.from(received.subarray(2, end));
        received = received.subarray(end);
        answers = answers.then(() => answer(message));
      }
      if (received.length > LONGEST_MESSAGE) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (signal.aborted) resolve(ok());
      else resolve(err(laid ? 'reader-gone' : 'no-virtual-reader'));
    });
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    if (signal.aborted) socket.destroy();
  });
}

function afterControl(
  control: number,
  card: CardTransport | null,
  lay: () => CardTransport,
): CardTransport | null {
  if (control === CONTROL.powerOff) return null;
  return control === CONTROL.powerOn || control === CONTROL.reset ? lay() : card;
}

function send(socket: Socket, message: Uint8Array): void {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(message.length);
  socket.write(Buffer.concat([head, message]));
}
