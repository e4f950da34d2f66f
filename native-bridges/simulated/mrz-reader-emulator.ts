import type { CancelTimer, Timer } from '../../src/domain/timer.ts';
import type { ByteTransport } from '../transports/byte-transport.ts';
import { MemoryTransport } from '../transports/memory-transport.ts';

/** Bytes per chunk, and the time that 9600 baud takes for them. */
const CHUNK = 16;
const CHUNK_MILLISECONDS = 16;

/** A swipe reader on the other end of a serial line: STX, lines each with CR, ETX, at 9600 baud. */
export class MrzReaderEmulator {
  private readonly timer: Timer;
  private line: MemoryTransport | null = null;
  private cancelChunk: CancelTimer = () => undefined;

  constructor(timer: Timer) {
    this.timer = timer;
  }

  connect(): ByteTransport {
    this.disconnect();
    const line = new MemoryTransport(() => undefined);
    this.line = line;
    return line;
  }

  disconnect(): void {
    this.cancelChunk();
    this.line?.close();
    this.line = null;
  }

  /** Pulls a document through; false when no cable is there to send over. */
  swipe(lines: readonly string[]): boolean {
    const { line } = this;
    if (line === null) return false;
    const text = new TextEncoder().encode(lines.map((each) => `${each}\r`).join(''));
    this.cancelChunk();
    this.sendFrom(line, Uint8Array.of(0x02, ...text, 0x03));
    return true;
  }

  private sendFrom(line: MemoryTransport, message: Uint8Array): void {
    this.cancelChunk = this.timer.after(CHUNK_MILLISECONDS, () => {
      line.send(message.slice(0, CHUNK));
      if (message.length > CHUNK) this.sendFrom(line, message.subarray(CHUNK));
    });
  }
}
