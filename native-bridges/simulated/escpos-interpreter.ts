import { throwIllegalValue } from '../../src/domain/assert.ts';

/** What the commands do to the machine. */
export interface EscPosMechanics {
  /** Moves the paper by one row of dots; null leaves it white. */
  printRow(dots: Uint8Array | null): void;
  cut(): void;
  transmitPaperSensor(): void;
}

type Job =
  | { readonly kind: 'raster'; readonly bytesAcross: number; rowsLeft: number }
  | { readonly kind: 'feed'; rowsLeft: number; readonly then: 'cut' | null };

/** One command at the head of the buffer: its length in bytes and what it starts. */
interface Parsed {
  readonly length: number;
  readonly job: Job | null;
  readonly effect: 'cut' | 'transmit-paper-sensor' | null;
}

const DEFAULT_LINE_DOTS = 30;
const MOST_UNKNOWN_KEPT = 16;

/** Works through a buffer of ESC/POS commands, one row of dots at a time. */
export class EscPosInterpreter {
  /** Bytes that began no command this printer knows; a driver that speaks cleanly leaves it at 0. */
  unknownBytes = 0;
  /** The first of them: whose they were shows where a driver lost its place. */
  readonly firstUnknown: number[] = [];
  private readonly mechanics: EscPosMechanics;
  private buffer = new Uint8Array(0);
  private job: Job | null = null;

  constructor(mechanics: EscPosMechanics) {
    this.mechanics = mechanics;
  }

  take(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.buffer.length + bytes.length);
    joined.set(this.buffer);
    joined.set(bytes, this.buffer.length);
    this.buffer = joined;
  }

  clear(): void {
    this.buffer = new Uint8Array(0);
    this.job = null;
  }

  hasWork(): boolean {
    return this.buffer.length > 0 || this.job !== null;
  }

  /** Carries out commands until one row has moved; false when more bytes are needed first. */
  step(): boolean {
    for (;;) {
      if (this.job === null) {
        if (!this.nextCommand()) return false;
      } else if (this.job.rowsLeft === 0) {
        this.finishJob(this.job);
      } else {
        return this.moveOneRow(this.job);
      }
    }
  }

  private moveOneRow(job: Job): boolean {
    switch (job.kind) {
      case 'raster': {
        if (this.buffer.length < job.bytesAcross) return false;
        job.rowsLeft -= 1;
        this.mechanics.printRow(this.consume(job.bytesAcross));
        break;
      }
      case 'feed':
        job.rowsLeft -= 1;
        this.mechanics.printRow(null);
        break;
      default:
        throwIllegalValue(job);
    }
    if (job.rowsLeft === 0) this.finishJob(job);
    return true;
  }

  private finishJob(job: Job): void {
    this.job = null;
    if (job.kind === 'feed' && job.then === 'cut') this.mechanics.cut();
  }

  private nextCommand(): boolean {
    const parsed = parseCommand(this.buffer);
    if (parsed === 'incomplete') return false;
    if (parsed === 'unknown') {
      this.unknownBytes += 1;
      const [byte] = this.consume(1);
      if (byte !== undefined && this.firstUnknown.length < MOST_UNKNOWN_KEPT) this.firstUnknown.push(byte);
      return true;
    }
    this.consume(parsed.length);
    this.job = parsed.job;
    if (parsed.effect === 'cut') this.mechanics.cut();
    if (parsed.effect === 'transmit-paper-sensor') this.mechanics.transmitPaperSensor();
    return true;
  }

  private consume(length: number): Uint8Array {
    const head = this.buffer.subarray(0, length);
    this.buffer = this.buffer.subarray(length);
    return head;
  }
}

function parseCommand(bytes: Uint8Array): Parsed | 'incomplete' | 'unknown' {
  const [first, second] = bytes;
  if (first === undefined) return 'incomplete';
  if (first === 0x0a) return feed(1, DEFAULT_LINE_DOTS, null);
  if (first !== 0x10 && first !== 0x1b && first !== 0x1d) return 'unknown';
  if (second === undefined) return 'incomplete';
  switch ((first << 8) | second) {
    case 0x1b40:
      return { length: 2, job: null, effect: null };
    case 0x1b4a:
      return withBytes(bytes, 3, (at) => feed(3, at(2), null));
    case 0x1b64:
      return withBytes(bytes, 3, (at) => feed(3, at(2) * DEFAULT_LINE_DOTS, null));
    case 0x1d56:
      return withBytes(bytes, 3, (at) => {
        const immediate = [0, 1, 48, 49].includes(at(2));
        if (immediate) return { length: 3, job: null, effect: 'cut' };
        return withBytes(bytes, 4, () => feed(4, at(3), 'cut'));
      });
    case 0x1d72:
      return withBytes(bytes, 3, () => ({ length: 3, job: null, effect: 'transmit-paper-sensor' }));
    case 0x1d76:
      return withBytes(bytes, 8, (at) => {
        const job: Job = {
          kind: 'raster',
          bytesAcross: at(4) | (at(5) << 8),
          rowsLeft: at(6) | (at(7) << 8),
        };
        return { length: 8, job, effect: null };
      });
    // Real-time commands were obeyed when they came in; in their turn they do nothing.
    case 0x1004:
      return withBytes(bytes, 3, () => ({ length: 3, job: null, effect: null }));
    case 0x1014:
      return withBytes(bytes, 10, () => ({ length: 10, job: null, effect: null }));
    default:
      return 'unknown';
  }
}

function feed(length: number, rowsLeft: number, then: 'cut' | null): Parsed {
  return { length, job: { kind: 'feed', rowsLeft, then }, effect: null };
}

function withBytes(
  bytes: Uint8Array,
  length: number,
  parse: (at: (index: number) => number) => Parsed | 'incomplete',
): Parsed | 'incomplete' {
  return bytes.length < length ? 'incomplete' : parse((index) => bytes[index] ?? 0);
}
