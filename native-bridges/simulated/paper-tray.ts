import type { MonoBitmap, PrinterStatus } from '../../src/domain/devices.ts';
import type { PrintedStrip, StripEnding } from '../../src/domain/dock.ts';

/** Two metres left on the roll, where near-end sensors of receipt printers sit: enough for a dozen receipts. */
export const NEAR_END_DOTS = 2_000 * 8;
export const FULL_ROLL_DOTS = 80_000 * 8;
const STRIPS_KEPT = 20;

interface Strip {
  readonly id: number;
  ending: StripEnding;
  readonly rows: Uint8Array[];
}

/** The paper of a printer: how much is left on the roll, what hangs out, and the last strips that came out. */
export class PaperTray {
  private readonly dotsAcross: number;
  private readonly changed: () => void;
  private remaining = FULL_ROLL_DOTS;
  private hanging: Strip | null = null;
  private readonly kept: Strip[] = [];
  private lastId = 0;

  constructor(dotsAcross: number, changed: () => void) {
    this.dotsAcross = dotsAcross;
    this.changed = changed;
  }

  get remainingDots(): number {
    return this.remaining;
  }

  sensor(): PrinterStatus['paper'] {
    if (this.remaining === 0) return 'out';
    return this.remaining <= NEAR_END_DOTS ? 'low' : 'present';
  }

  /** One row of dots (packed, most significant bit first; wider rows are clipped), or null for a white one. */
  printRow(dots: Uint8Array | null): void {
    if (this.remaining === 0) return;
    const row = new Uint8Array(Math.ceil(this.dotsAcross / 8));
    if (dots !== null) row.set(dots.subarray(0, row.length));
    if (this.hanging === null) {
      this.lastId += 1;
      this.hanging = { id: this.lastId, ending: 'printing', rows: [] };
      this.kept.unshift(this.hanging);
      this.kept.splice(STRIPS_KEPT);
      this.changed();
    }
    this.hanging.rows.push(row);
    this.remaining -= 1;
    if (this.remaining === 0) this.endStrip('unfinished');
  }

  endStrip(ending: Exclude<StripEnding, 'printing'>): void {
    if (this.hanging === null) return;
    this.hanging.ending = ending;
    this.hanging = null;
    this.changed();
  }

  load(dots: number): void {
    this.endStrip('unfinished');
    this.remaining = Math.round(dots);
  }

  endAfter(dots: number): void {
    this.remaining = Math.min(this.remaining, Math.round(dots));
    if (this.remaining === 0) this.endStrip('unfinished');
  }

  /** Newest first. */
  strips(): readonly PrintedStrip[] {
    return this.kept.map(({ id, ending, rows }) => ({
      id,
      width: this.dotsAcross,
      height: rows.length,
      ending,
    }));
  }

  picture(id: number): MonoBitmap | null {
    const strip = this.kept.find((kept) => kept.id === id);
    if (strip === undefined) return null;
    const bytesAcross = Math.ceil(this.dotsAcross / 8);
    const rows = new Uint8Array(bytesAcross * strip.rows.length);
    for (const [index, row] of strip.rows.entries()) rows.set(row, index * bytesAcross);
    return { width: this.dotsAcross, height: strip.rows.length, rows };
  }
}
