import type { MonoBitmap } from '../../../domain/devices.ts';
import type { Language } from '../../../domain/language.ts';
import type { NumbersContent } from '../../context.ts';
import { formatCount } from '../format.ts';
import { sayIn } from '../words/paper-words.ts';
import { trainingBand } from './receipt-strip.ts';
import { type StripBlock, space } from './strip-block.ts';
import type { StripPen } from './strip-pen.ts';

/** Numbers of the paper list in one row: ten, so that a column is a last digit. */
const PER_ROW = 10;
/** A line after so many, as the eye looks for a hundred first. */
const PER_GROUP = 100;

/**
 * The numbers of the list that are identified already, to be read beside the list from the safe when nothing else
 * works: a row begins with its first number, and shows the last two digits of each that is taken. Numbers, no names.
 */
export function drawNumbers(pen: StripPen, content: NumbersContent, language: Language): MonoBitmap {
  const say = sayIn(language);
  return pen.print([
    ...(content.mock ? [trainingBand(pen), space(pen.dots(14))] : []),
    pen.text(say('numbers.title'), { size: 'title', weight: 'bold' }),
    pen.text(say('station.number', { number: content.stationNumber }), { size: 'body' }),
    pen.text(content.printedAt, { size: 'body' }),
    pen.rule(2, 10, 10),
    pen.row(say('numbers.identified'), formatCount(content.listNumbers.length)),
    pen.row(say('numbers.in-list'), formatCount(content.listLength)),
    ...content.lanes.map(({ lane, lastReceipt }) =>
      pen.row(say('numbers.last-receipt', { lane }), lastReceipt ?? '—'),
    ),
    pen.text(say('numbers.how-to-read'), { size: 'small' }),
    pen.rule(2, 10, 10),
    ...rows(pen, content),
    pen.rule(2, 8, 4),
    pen.text(say('numbers.end'), { size: 'small' }),
  ]);
}

function rows(pen: StripPen, { listNumbers, listLength }: NumbersContent): StripBlock[] {
  const taken = new Set(listNumbers);
  const blocks: StripBlock[] = [];
  for (let first = 1; first <= listLength; first += PER_ROW) {
    if (first > 1 && first % PER_GROUP === 1) blocks.push(pen.rule(1, 2, 2));
    const numbers = Array.from({ length: Math.min(PER_ROW, listLength - first + 1) }, (_, i) => first + i);
    blocks.push(
      row(
        pen,
        first,
        numbers.map((number) => (taken.has(number) ? number : null)),
      ),
    );
  }
  return blocks;
}

function row(pen: StripPen, first: number, numbers: readonly (number | null)[]): StripBlock {
  const labelWidth = pen.dots(74);
  const cell = Math.floor((pen.width - labelWidth) / PER_ROW);
  const size = pen.sizeToFit('00', cell - pen.dots(8), pen.dots(24), 'bold');
  const label = pen.text(String(first), { size: pen.dots(24), weight: 'medium' }, labelWidth);
  const cells = numbers.map((number) =>
    pen.text(
      number === null ? '·' : String(number % 100).padStart(2, '0'),
      { size, weight: number === null ? 'medium' : 'bold', align: 'centre' },
      cell,
    ),
  );
  return {
    // A metre of paper for the longest list: digits have no parts below the line.
    height: label.height - pen.dots(1),
    draw(canvas, x, y) {
      label.draw(canvas, x, y);
      for (const [i, one] of cells.entries()) one.draw(canvas, x + labelWidth + i * cell, y);
    },
  };
}
