import PDFDocument from 'pdfkit';
import { FONT_WEIGHTS, type FontFiles, type FontWeight } from '../fonts.ts';
import { QUIET_ZONE, qrMatrix } from '../qr-matrix.ts';
import { wrapText } from '../wrap-text.ts';

/** A part of a page: lengths in points (1/72 inch), `y` downwards. */
export interface PdfBlock {
  readonly height: number;
  draw(x: number, y: number): void;
}

export interface PdfTextStyle {
  readonly size: number;
  readonly weight?: FontWeight;
  readonly colour?: string;
  readonly align?: 'left' | 'centre' | 'right';
}

export const COLOURS = {
  ink: '#14213d',
  soft: '#4a5873',
  line: '#c9d0dc',
  strong: '#14213d',
  bar: '#c3d0e6',
  bad: '#a11224',
  badTint: '#fdeaec',
  good: '#0c6b41',
  goodTint: '#e9f5ef',
} as const;

/** A4, ISO 216. */
export const PAGE = { width: 595.28, height: 841.89, margin: 48 } as const;
const LINE_HEIGHT = 1.32;

/**
 * Writes one PDF document with our own font inside it. The same content gives the same bytes: the date in the
 * file is the content's, and nothing random is in it.
 */
export class PdfPen {
  readonly #document: PDFKit.PDFDocument;
  readonly #bytes: Promise<Uint8Array>;

  /** @param made date and time that the file carries; by the content, never by the clock. */
  constructor(fonts: FontFiles, title: string, made: Date) {
    this.#document = new PDFDocument({
      size: 'A4',
      margin: 0,
      // No default font: one would be read again at each change of weight (pdfkit 0.20 doesn't cache its alias).
      font: '',
      autoFirstPage: false,
      bufferPages: true,
      info: { Title: title, Creator: 'Tizme', Producer: 'Tizme', CreationDate: made, ModDate: made },
    });
    for (const weight of FONT_WEIGHTS) this.#document.registerFont(weight, fonts[weight]);
    this.#bytes = collect(this.#document);
  }

  addPage(): void {
    this.#document.addPage();
  }

  /** Calls `draw` on each page again, once all of them exist: for page numbers. */
  onEachPage(draw: (page: number, pages: number) => void): void {
    const { start, count } = this.#document.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      this.#document.switchToPage(start + page);
      draw(page + 1, count);
    }
  }

  /** The finished file. Nothing can be drawn afterwards. */
  finish(): Promise<Uint8Array> {
    this.#document.end();
    return this.#bytes;
  }

  measure(text: string, style: PdfTextStyle): number {
    return this.#document
      .font(style.weight ?? 'regular')
      .fontSize(style.size)
      .widthOfString(text);
  }

  /** Text in lines no wider than `width`. */
  text(text: string, style: PdfTextStyle, width: number): PdfBlock {
    const lines = wrapText(text, width, (part) => this.measure(part, style));
    const lineHeight = style.size * LINE_HEIGHT;
    return {
      height: lines.length * lineHeight,
      draw: (x, y) => {
        lines.forEach((line, index) => {
          this.line(line, x, y + index * lineHeight, style, width);
        });
      },
    };
  }

  /** One line exactly at a place, not wrapped. */
  line(text: string, x: number, y: number, style: PdfTextStyle, width = 0): void {
    if (text === '') return;
    const spare = style.align === undefined || style.align === 'left' ? 0 : width - this.measure(text, style);
    this.#document
      .font(style.weight ?? 'regular')
      .fontSize(style.size)
      .fillColor(style.colour ?? COLOURS.ink)
      .text(text, x + (style.align === 'centre' ? spare / 2 : spare), y, { lineBreak: false });
  }

  rectangle(x: number, y: number, width: number, height: number, fill: string, radius = 0): void {
    this.#document.roundedRect(x, y, width, height, radius).fill(fill);
  }

  frame(x: number, y: number, width: number, height: number, colour: string, thickness = 1): void {
    this.#document.lineWidth(thickness).rect(x, y, width, height).stroke(colour);
  }

  rule(x: number, y: number, width: number, colour: string = COLOURS.line, thickness = 0.6): void {
    this.#document
      .lineWidth(thickness)
      .moveTo(x, y)
      .lineTo(x + width, y)
      .stroke(colour);
  }

  dashes(x: number, y: number, width: number): void {
    this.#document
      .lineWidth(0.6)
      .dash(4, { space: 4 })
      .moveTo(x, y)
      .lineTo(x + width, y)
      .stroke(COLOURS.soft)
      .undash();
  }

  /** A shape beside a figure, so that nothing is said by colour alone. */
  mark(shape: 'agrees' | 'differs', x: number, y: number, size: number): void {
    const at = (across: number, down: number): [number, number] => [x + across * size, y + down * size];
    if (shape === 'agrees')
      this.#document
        .lineWidth(1.4)
        .moveTo(...at(0.1, 0.55))
        .lineTo(...at(0.4, 0.85))
        .lineTo(...at(0.95, 0.15))
        .stroke(COLOURS.good);
    else
      this.#document
        .moveTo(...at(0.5, 0))
        .lineTo(...at(1, 0.95))
        .lineTo(...at(0, 0.95))
        .closePath()
        .fill(COLOURS.bad);
  }

  /** A QR code, `side` points across with its quiet zone, as one path. */
  qr(text: string, x: number, y: number, side: number): void {
    const matrix = qrMatrix(text);
    const module = side / (matrix.size + 2 * QUIET_ZONE);
    for (let row = 0; row < matrix.size; row += 1)
      for (let column = 0; column < matrix.size; column += 1)
        if (matrix.isDark(row, column))
          this.#document.rect(
            x + (column + QUIET_ZONE) * module,
            y + (row + QUIET_ZONE) * module,
            module,
            module,
          );
    this.#document.fill('#000000');
  }
}

function collect(document: PDFKit.PDFDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    document.on('data', (part: Buffer) => parts.push(part));
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(parts))));
    document.on('error', reject);
  });
}

/** `YYYY-MM-DD HH:MM` (or a day alone) as the date inside a PDF; a fixed day where the content has none. */
export function dateOfContent(text: string | null): Date {
  const millis = text === null ? Number.NaN : Date.parse(`${text.replace(' ', 'T')}Z`);
  return new Date(Number.isNaN(millis) ? Date.UTC(2000, 0, 1) : millis);
}
