import { sayIn, TRAINING_MARK } from '../words/paper-words.ts';
import { COLOURS, PAGE, type PdfBlock, type PdfPen } from './pdf-pen.ts';

export const CONTENT_WIDTH = PAGE.width - 2 * PAGE.margin;

const BAND_TOP = 22;
const BAND_HEIGHT = 30;
/** Where a page's content begins below the training band, and without one. */
export function contentTop(mock: boolean): number {
  return mock ? BAND_TOP + BAND_HEIGHT + 14 : PAGE.margin - 8;
}

export function stackPdf(blocks: readonly PdfBlock[]): PdfBlock {
  return {
    height: blocks.reduce((sum, block) => sum + block.height, 0),
    draw(x, y) {
      let top = y;
      for (const block of blocks) {
        block.draw(x, top);
        top += block.height;
      }
    },
  };
}

export function gap(height: number): PdfBlock {
  return { height, draw: () => undefined };
}

/** Columns side by side, tops aligned; `left` says where each begins. */
export function columns(parts: readonly { readonly left: number; readonly block: PdfBlock }[]): PdfBlock {
  return {
    height: Math.max(0, ...parts.map(({ block }) => block.height)),
    draw(x, y) {
      for (const { left, block } of parts) block.draw(x + left, y);
    },
  };
}

/** The mark of a mock election across the top of a page. */
export function drawTrainingBand(
  pen: PdfPen,
  x: number = PAGE.margin,
  y = BAND_TOP,
  width = CONTENT_WIDTH,
): void {
  const notReal = [sayIn('ky')('training.not-real'), sayIn('ru')('training.not-real')].join(' · ');
  pen.rectangle(x, y, width, BAND_HEIGHT, '#111111');
  pen.line(TRAINING_MARK, x, y + 4, { size: 11, weight: 'heavy', colour: '#ffffff', align: 'centre' }, width);
  pen.line(notReal, x, y + 18, { size: 7, weight: 'medium', colour: '#ffffff', align: 'centre' }, width);
}

/** The foot of a page: what it belongs to on the left, its number on the right. */
export function drawFoot(pen: PdfPen, left: string, right: string): void {
  const y = PAGE.height - 36;
  pen.rule(PAGE.margin, y - 6, CONTENT_WIDTH);
  pen.line(left, PAGE.margin, y, { size: 7.5, colour: COLOURS.soft });
  pen.line(right, PAGE.margin, y, { size: 7.5, colour: COLOURS.soft, align: 'right' }, CONTENT_WIDTH);
}
