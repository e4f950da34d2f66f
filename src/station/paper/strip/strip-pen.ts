import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import type { MonoBitmap } from '../../../domain/devices.ts';
import { FONT_WEIGHTS, type FontFiles, type FontWeight } from '../fonts.ts';
import { QUIET_ZONE, qrMatrix } from '../qr-matrix.ts';
import { wrapText } from '../wrap-text.ts';
import { type StripBlock, stack } from './strip-block.ts';

/** Sizes in dots at 576 dots across (8 dots a millimetre). */
export const TEXT_SIZES = { small: 21, body: 25, large: 32, title: 40, display: 56 } as const;
export type TextSize = keyof typeof TEXT_SIZES;

export interface TextStyle {
  readonly size: TextSize | number;
  readonly weight?: FontWeight;
  readonly align?: 'left' | 'centre' | 'right';
}

/** Below this many dots the paper is 58 mm wide, and type is set a little smaller. */
const WIDE_PAPER = 500;
const NARROW_SCALE = 0.84;
const SIDE_MARGIN = 10;
const TOP_MARGIN = 16;
/** White below the last line, so that the knife never meets text. */
const CUT_MARGIN = 56;
/** Darkness (0-255, 255 = black) from which a dot is burned; thin strokes stay whole a little below the middle. */
const BURN_FROM = 108;
/** Baseline and line height as parts of the type size, from the font's own ascent and descent. */
const BASELINE = 0.94;
const LINE_HEIGHT = 1.24;

/** Makes the font known to the canvas. The family's name is our own, so that no font of the system steps in. */
export function registerStripFonts(files: FontFiles): void {
  for (const weight of FONT_WEIGHTS)
    if (GlobalFonts.registerFromPath(files[weight], familyOf(weight)) === null)
      throw new Error(`font for ${weight} text can't be read`);
}

function familyOf(weight: FontWeight): string {
  return `tizme-${weight}`;
}

/** Sets text, rules, boxes and codes for one width of paper, and turns them into a strip of black and white dots. */
export class StripPen {
  /** Dots between the margins. */
  readonly width: number;
  readonly narrow: boolean;
  readonly #dotsAcross: number;
  readonly #scale: number;
  readonly #ruler: SKRSContext2D;

  /** @param dotsAcross 576 for 80 mm paper, 384 for 58 mm. */
  constructor(dotsAcross: number) {
    this.#dotsAcross = dotsAcross;
    this.width = dotsAcross - 2 * SIDE_MARGIN;
    this.narrow = dotsAcross < WIDE_PAPER;
    this.#scale = this.narrow ? NARROW_SCALE : 1;
    this.#ruler = createCanvas(1, 1).getContext('2d');
  }

  /** A length given for wide paper, as dots of this one. */
  dots(length: number): number {
    return Math.round(length * this.#scale);
  }

  measure(text: string, style: TextStyle): number {
    this.#ruler.font = this.#fontOf(style);
    return this.#ruler.measureText(text).width;
  }

  /** The largest size up to `largest` at which a text fits on one line. */
  sizeToFit(text: string, width: number, largest: number, weight: FontWeight): number {
    const natural = this.measure(text, { size: largest, weight });
    return natural <= width ? largest : Math.floor((largest * width) / natural);
  }

  text(text: string, style: TextStyle, width = this.width): StripBlock {
    const size = this.#pixels(style.size);
    const lines = wrapText(text, width, (part) => this.measure(part, style));
    const lineHeight = Math.round(size * LINE_HEIGHT);
    const font = this.#fontOf(style);
    return {
      height: lines.length * lineHeight,
      draw(canvas, x, y) {
        canvas.font = font;
        canvas.textAlign = style.align === 'centre' ? 'center' : (style.align ?? 'left');
        const anchor = style.align === 'centre' ? x + width / 2 : style.align === 'right' ? x + width : x;
        lines.forEach((line, index) => {
          canvas.fillText(line, Math.round(anchor), y + index * lineHeight + Math.round(size * BASELINE));
        });
      },
    };
  }

  /** A label on the left and a figure on the right of the same line; a long label wraps and leaves the figure room. */
  row(label: string, value: string, style: TextStyle = { size: 'body' }): StripBlock {
    const valueStyle = { ...style, weight: 'bold' } as const;
    const widest = Math.floor(this.width * 0.55);
    const valueWidth = Math.min(Math.ceil(this.measure(value, valueStyle)), widest);
    const left = this.text(label, style, this.width - valueWidth - this.dots(16));
    const right = this.text(value, { ...valueStyle, align: 'right' }, valueWidth);
    const offset = this.width - valueWidth;
    return {
      height: Math.max(left.height, right.height),
      draw(canvas, x, y) {
        left.draw(canvas, x, y);
        right.draw(canvas, x + offset, y + Math.max(0, left.height - right.height));
      },
    };
  }

  rule(thickness = 2, above = 10, below = 10): StripBlock {
    const { width } = this;
    const top = this.dots(above);
    return {
      height: top + thickness + this.dots(below),
      draw: (canvas, x, y) => canvas.fillRect(x, y + top, width, thickness),
    };
  }

  /** White text on a black bar across the whole paper. */
  band(lines: readonly { readonly text: string; readonly style: TextStyle }[], padding = 10): StripBlock {
    const inset = this.dots(14);
    const inner = stack(
      lines.map(({ text, style }) => this.text(text, { ...style, align: 'centre' }, this.width - 2 * inset)),
    );
    const around = this.dots(padding);
    const { width } = this;
    return {
      height: inner.height + 2 * around,
      draw(canvas, x, y) {
        canvas.fillRect(x, y, width, inner.height + 2 * around);
        canvas.fillStyle = 'white';
        inner.draw(canvas, x + inset, y + around);
        canvas.fillStyle = 'black';
      },
    };
  }

  /** A frame around text that must not be overlooked. */
  box(text: string, style: TextStyle): StripBlock {
    const inset = this.dots(16);
    const line = 4;
    const inner = this.text(text, style, this.width - 2 * inset);
    const { width } = this;
    return {
      height: inner.height + 2 * inset,
      draw(canvas, x, y) {
        canvas.fillRect(x, y, width, inner.height + 2 * inset);
        canvas.fillStyle = 'white';
        canvas.fillRect(x + line, y + line, width - 2 * line, inner.height + 2 * inset - 2 * line);
        canvas.fillStyle = 'black';
        inner.draw(canvas, x + inset, y + inset);
      },
    };
  }

  /** A QR code with whole dots to a module, at most `widest` dots across with its quiet zone, set in the middle. */
  qr(text: string, widest: number, width = this.width): StripBlock {
    const matrix = qrMatrix(text);
    const modules = matrix.size + 2 * QUIET_ZONE;
    const dot = Math.max(2, Math.floor(Math.min(widest, width) / modules));
    const side = modules * dot;
    return {
      height: side,
      draw(canvas, x, y) {
        const left = x + Math.floor((width - side) / 2) + QUIET_ZONE * dot;
        const top = y + QUIET_ZONE * dot;
        for (let row = 0; row < matrix.size; row += 1)
          for (let column = 0; column < matrix.size; column += 1)
            if (matrix.isDark(row, column)) canvas.fillRect(left + column * dot, top + row * dot, dot, dot);
      },
    };
  }

  /** The finished strip: margins added, every dot black or white. */
  print(blocks: readonly StripBlock[]): MonoBitmap {
    const content = stack(blocks);
    const width = this.#dotsAcross;
    const height = TOP_MARGIN + content.height + CUT_MARGIN;
    const canvas = createCanvas(width, height).getContext('2d');
    canvas.fillStyle = 'white';
    canvas.fillRect(0, 0, width, height);
    canvas.fillStyle = 'black';
    content.draw(canvas, SIDE_MARGIN, TOP_MARGIN);
    return { width, height, rows: burn(canvas.getImageData(0, 0, width, height).data, width, height) };
  }

  #pixels(size: TextSize | number): number {
    return typeof size === 'number' ? size : this.dots(TEXT_SIZES[size]);
  }

  #fontOf(style: TextStyle): string {
    // Thermal paper fades: medium is the lightest weight whose strokes stay two dots wide at the small sizes.
    return `${this.#pixels(style.size)}px ${familyOf(style.weight ?? 'medium')}`;
  }
}

/** Packs grey RGBA pixels into bits, most significant first, 1 = black. */
function burn(pixels: Uint8ClampedArray, width: number, height: number): Uint8Array {
  const stride = Math.ceil(width / 8);
  const rows = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const darkness = 255 - (pixels[(y * width + x) * 4] ?? 255);
      const at = y * stride + (x >> 3);
      if (darkness >= BURN_FROM) rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
    }
  return rows;
}
