import type { TLSSocket } from 'node:tls';
import { FrameCutter } from '../lanes/transport/lane-frame.ts';
import {
  decodeSpareMessage,
  encodeSpareMessage,
  LONGEST_KNOCK,
  type SpareMessage,
} from './spare-messages.ts';

/** Between the last piece and its word a spare verifies everything and writes a whole lane: minutes on a slow laptop. */
const SILENCE_MS = 10 * 60_000;

/** One connection between a table and a spare, message by message, each in its turn. */
export class SpareChannel {
  readonly socket: TLSSocket;
  readonly #cutter = new FrameCutter();
  readonly #arrived: SpareMessage[] = [];
  #waiting: ((message: SpareMessage | null) => void) | null = null;

  constructor(socket: TLSSocket) {
    this.socket = socket;
    this.#cutter.longest = LONGEST_KNOCK;
    socket.setNoDelay(true);
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#deliver(null));
    socket.on('data', (piece: Buffer) => {
      for (const body of this.#cutter.cut(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength))) {
        const message = body === 'too-long' ? null : decodeSpareMessage(body);
        if (message === null || socket.destroyed) {
          socket.destroy();
          return;
        }
        this.#deliver(message);
      }
    });
  }

  /** The other end has shown that it may say more. */
  allow(longest: number): void {
    this.#cutter.longest = longest;
  }

  send(message: SpareMessage): void {
    this.socket.write(encodeSpareMessage(message));
  }

  /** Null once the connection is gone, or what came was none. */
  next(): Promise<SpareMessage | null> {
    const message = this.#arrived.shift();
    if (message !== undefined) return Promise.resolve(message);
    if (this.socket.destroyed) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** What was sent arrives, then the connection ends. */
  close(): void {
    this.socket.end();
  }

  #deliver(message: SpareMessage | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null) waiting(message);
    else if (message !== null) this.#arrived.push(message);
  }
}
