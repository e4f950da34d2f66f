import { characterOf } from './key-codes.ts';

/** One key as it went down. `time` in milliseconds, of any monotonic clock. */
export interface KeyPress {
  readonly code: string;
  readonly shift: boolean;
  readonly time: number;
}

export interface BurstSettings {
  /** So many keys in a row make a reader, not a person. */
  readonly minimumKeys: number;
  /** Longest pause between two keys of a reader. */
  readonly gapMs: number;
  /** After a line's end, how long the next line may take to begin. */
  readonly lineGapMs: number;
  readonly maximumLines: number;
}

export const DOCUMENT_READER: BurstSettings = { minimumKeys: 20, gapMs: 40, lineGapMs: 150, maximumLines: 3 };

/** A hand scanner that types a receipt's code: shorter, and one line. */
export const CODE_SCANNER: BurstSettings = { minimumKeys: 6, gapMs: 40, lineGapMs: 0, maximumLines: 1 };

/**
 * - `pass`: an ordinary key, not ours; whatever was held goes to its field first.
 * - `hold`: may be a reader's; keep it from the page for now.
 */
export type KeyVerdict = 'pass' | 'hold';

export interface BurstSink {
  /** Held keys that a person typed after all: give them to the page, in order. */
  release(presses: readonly KeyPress[]): void;
  /** A whole reading, cut into lines. */
  reading(lines: readonly string[]): void;
}

/**
 * Tells a reader that types from a person: at least `minimumKeys` keys, none further than `gapMs` behind the one
 * before. Keys are held until that is known, so that nothing of a reading ever lands in a text field; a person's
 * keys arrive at most one gap late.
 */
export class BurstDecoder {
  readonly #settings: BurstSettings;
  readonly #sink: BurstSink;
  #held: KeyPress[] = [];
  #lines: string[] = [];
  /** Time of the last key or line end. */
  #last = Number.NEGATIVE_INFINITY;

  constructor(settings: BurstSettings, sink: BurstSink) {
    this.#settings = settings;
    this.#sink = sink;
  }

  press(press: KeyPress): KeyVerdict {
    this.tick(press.time);
    const ends = press.code === 'Enter' || press.code === 'NumpadEnter' || press.code === 'Tab';
    if (ends) return this.#endLine(press);
    if (characterOf(press.code, press.shift) === null) {
      // Shift goes down and up within a burst; any other key ends the doubt.
      if (press.code.startsWith('Shift')) return 'pass';
      this.#giveUp();
      return 'pass';
    }
    this.#held.push(press);
    this.#last = press.time;
    return 'hold';
  }

  /** To be called when time has passed: settles what waits. */
  tick(time: number): void {
    const silence = time - this.#last;
    if (this.#held.length > 0) {
      if (silence <= this.#settings.gapMs) return;
      // A reader that sends no line end: the silence is the end.
      if (this.#isReading()) this.#takeLine();
      else this.#giveUp();
    }
    if (this.#lines.length > 0 && this.#held.length === 0 && silence > this.#settings.lineGapMs)
      this.#finish();
  }

  /** Milliseconds after the last key at which `tick` has something to settle; null when nothing waits. */
  dueAfter(): number | null {
    if (this.#held.length > 0) return this.#settings.gapMs + 1;
    return this.#lines.length > 0 ? this.#settings.lineGapMs + 1 : null;
  }

  #isReading(): boolean {
    // Later lines of a reading need no proof of their own.
    return (
      this.#held.length >= this.#settings.minimumKeys || (this.#lines.length > 0 && this.#held.length > 0)
    );
  }

  #endLine(press: KeyPress): KeyVerdict {
    if (this.#held.length === 0) {
      // CR LF, or Enter and Tab after one line: the second is the reader's too.
      if (this.#lines.length === 0) return 'pass';
      this.#last = press.time;
      return 'hold';
    }
    if (!this.#isReading()) {
      this.#giveUp();
      return 'pass';
    }
    this.#takeLine();
    this.#last = press.time;
    if (this.#lines.length >= this.#settings.maximumLines) this.#finish();
    return 'hold';
  }

  #takeLine(): void {
    this.#lines.push(this.#held.map((press) => characterOf(press.code, press.shift) ?? '').join(''));
    this.#held = [];
  }

  #finish(): void {
    const lines = this.#lines;
    this.#lines = [];
    this.#sink.reading(lines);
  }

  #giveUp(): void {
    const held = this.#held;
    this.#held = [];
    if (held.length > 0) this.#sink.release(held);
  }
}
