import type { Language } from '../../../domain/language.ts';
import type { LaneSignContent } from '../../context.ts';
import type { FontFiles } from '../fonts.ts';
import { formatCount } from '../format.ts';
import { sayIn } from '../words/paper-words.ts';
import { CONTENT_WIDTH, contentTop, drawFoot, drawTrainingBand } from './pdf-blocks.ts';
import { COLOURS, dateOfContent, PAGE, PdfPen, type PdfTextStyle } from './pdf-pen.ts';

const TABLE_SIZE = 190;
const RANGE_SIZE = 66;
/** Of the list of all tables at the foot. */
const ROW_HEIGHT = 24;

/**
 * The signs over the tables, a sheet each: the table's number and its list numbers, to be read across a room, and
 * below them all tables, so that whoever stands at the wrong one sees where to go.
 */
export function writeLaneSignsPdf(
  fonts: FontFiles,
  sign: LaneSignContent,
  language: Language,
): Promise<Uint8Array> {
  const say = sayIn(language);
  const place = say('station.number', { number: sign.stationNumber });
  const pen = new PdfPen(fonts, `${say('sign.title')}, ${place}`, dateOfContent(null));
  const centred = (text: string, y: number, style: PdfTextStyle): void =>
    pen.line(text, PAGE.margin, y, { ...style, align: 'centre' }, CONTENT_WIDTH);
  for (const { lane, first, last } of sign.shares) {
    pen.addPage();
    if (sign.mock) drawTrainingBand(pen);
    const top = contentTop(sign.mock) + 20;
    centred(say('sign.table'), top, { size: 40, weight: 'medium' });
    centred(String(lane), top + 40, { size: TABLE_SIZE, weight: 'heavy' });
    centred(say('sign.numbers'), top + 280, { size: 24, weight: 'medium' });
    centred(rangeText(first, last), top + 315, { size: RANGE_SIZE, weight: 'heavy' });
    drawAll(pen, sign, lane, language);
    drawFoot(pen, `${say('sign.title')} · ${place}`, sign.electionTitle[language]);
  }
  return pen.finish();
}

function drawAll(pen: PdfPen, sign: LaneSignContent, own: number, language: Language): void {
  const say = sayIn(language);
  const top = PAGE.height - 70 - (sign.shares.length + 1) * ROW_HEIGHT;
  pen.line(say('sign.all'), PAGE.margin, top, { size: 13, weight: 'medium', colour: COLOURS.soft });
  for (const [index, { lane, first, last }] of sign.shares.entries()) {
    const y = top + (index + 1) * ROW_HEIGHT;
    const style: PdfTextStyle = { size: 15, weight: lane === own ? 'heavy' : 'regular' };
    pen.rule(PAGE.margin, y - 4, CONTENT_WIDTH);
    pen.line(say('lane.number', { number: lane }), PAGE.margin, y, style);
    pen.line(rangeText(first, last), PAGE.margin, y, { ...style, align: 'right' }, CONTENT_WIDTH);
  }
}

export function rangeText(first: number, last: number): string {
  return `${formatCount(first)} – ${formatCount(last)}`;
}
