import type { Language } from '../../../domain/language.ts';
import type { PaperListContent } from '../../context.ts';
import type { FontFiles } from '../fonts.ts';
import { type Say, sayIn } from '../words/paper-words.ts';
import { wrapText } from '../wrap-text.ts';
import { CONTENT_WIDTH, contentTop, drawFoot, drawTrainingBand } from './pdf-blocks.ts';
import { COLOURS, dateOfContent, PAGE, PdfPen, type PdfTextStyle } from './pdf-pen.ts';

const ROWS_ON_A_SHEET = 30;
/** Where the rows end and the sheet's own count begins. */
const ROWS_BOTTOM = PAGE.height - 78;
const NUMBER_WIDTH = 46;
const SIGNATURE_WIDTH = 190;
const NAME_WIDTH = CONTENT_WIDTH - NUMBER_WIDTH - SIGNATURE_WIDTH - 12;
const HEAD_HEIGHT = 54;

interface ListRow {
  readonly listNumber: number;
  readonly name: string;
}

/**
 * The list that voters sign for their ballot: number, name, place to sign, 30 to a sheet. Each sheet ends with a
 * line for its own count of signatures, which members add up at closing. No personal number is in it.
 */
export async function writePaperListPdf(
  fonts: FontFiles,
  list: PaperListContent,
  language: Language,
): Promise<Uint8Array> {
  const say = sayIn(language);
  const place = say('station.number', { number: list.stationNumber });
  const pen = new PdfPen(fonts, `${say('list.title')}, ${place}`, dateOfContent(null));
  let printed = 0;
  for (const row of list.rows) {
    if (printed % ROWS_ON_A_SHEET === 0) beginSheet(pen, list, language, say);
    const height = rowHeight(list.mock);
    const top = contentTop(list.mock) + HEAD_HEIGHT + (printed % ROWS_ON_A_SHEET) * height;
    drawRow(pen, row, top, height);
    printed += 1;
  }
  if (printed === 0) beginSheet(pen, list, language, say);
  pen.onEachPage((page, pages) => {
    drawSheetCount(pen, say);
    drawFoot(pen, `${say('list.title')} · ${place}`, say('list.page', { page, pages }));
  });
  return pen.finish();
}

/** The training band takes its height from the rows, not from their number: sheets stay comparable. */
function rowHeight(mock: boolean): number {
  return (ROWS_BOTTOM - contentTop(mock) - HEAD_HEIGHT) / ROWS_ON_A_SHEET;
}

function beginSheet(pen: PdfPen, list: PaperListContent, language: Language, say: Say): void {
  pen.addPage();
  if (list.mock) drawTrainingBand(pen);
  const top = contentTop(list.mock);
  const place = say('station.number', { number: list.stationNumber });
  const placeWidth = 140;
  pen.line(say('list.title'), PAGE.margin, top - 2, { size: 15, weight: 'heavy' });
  pen.line(
    place,
    PAGE.margin + CONTENT_WIDTH - placeWidth,
    top,
    { size: 12, weight: 'bold', align: 'right' },
    placeWidth,
  );
  drawFitted(pen, list.electionTitle[language], PAGE.margin, top + 18, CONTENT_WIDTH, 8.5, 13);
  const style: PdfTextStyle = { size: 8, colour: COLOURS.soft };
  const head = top + HEAD_HEIGHT - 14;
  pen.line('№', PAGE.margin, head, { ...style, align: 'right' }, NUMBER_WIDTH - 12);
  pen.line(say('list.name'), PAGE.margin + NUMBER_WIDTH, head, style);
  pen.line(say('list.signature'), PAGE.margin + CONTENT_WIDTH - SIGNATURE_WIDTH, head, style);
  pen.rule(PAGE.margin, top + HEAD_HEIGHT, CONTENT_WIDTH, COLOURS.strong, 1);
}

function drawRow(pen: PdfPen, row: ListRow, top: number, height: number): void {
  pen.line(
    String(row.listNumber),
    PAGE.margin,
    top + 5,
    { size: 10, weight: 'bold', align: 'right' },
    NUMBER_WIDTH - 12,
  );
  drawFitted(pen, row.name, PAGE.margin + NUMBER_WIDTH, top, NAME_WIDTH, 10, height);
  pen.rule(PAGE.margin, top + height, CONTENT_WIDTH, COLOURS.line, 0.6);
  pen.rule(PAGE.margin + CONTENT_WIDTH - SIGNATURE_WIDTH, top + height, SIGNATURE_WIDTH, COLOURS.soft, 0.8);
}

/** A text in one line, or smaller in as many as it needs, centred in the height that there is. Never cut off. */
function drawFitted(
  pen: PdfPen,
  text: string,
  x: number,
  top: number,
  width: number,
  size: number,
  height: number,
): void {
  let style: PdfTextStyle = { size };
  let lines = [text];
  if (pen.measure(text, style) > width)
    for (let smaller = size - 1.5; smaller >= 3; smaller -= 0.5) {
      style = { size: smaller };
      lines = wrapText(text, width, (part) => pen.measure(part, { size: smaller }));
      if (lines.length * smaller * 1.2 <= height) break;
    }
  const lineHeight = style.size * 1.2;
  const first = top + (height - lines.length * lineHeight) / 2;
  lines.forEach((line, index) => {
    pen.line(line, x, first + index * lineHeight, style);
  });
}

function drawSheetCount(pen: PdfPen, say: Say): void {
  const y = PAGE.height - 66;
  const style: PdfTextStyle = { size: 9, weight: 'medium' };
  const count = `${say('list.signatures-on-sheet')}:`;
  const afterCount = PAGE.margin + pen.measure(count, style) + 6;
  pen.line(count, PAGE.margin, y, style);
  pen.rule(afterCount, y + 12, 60, COLOURS.ink, 0.8);
  const counter = `${say('list.counted-by')}:`;
  const counterLeft = PAGE.margin + CONTENT_WIDTH - SIGNATURE_WIDTH;
  const afterCounter = counterLeft + pen.measure(counter, style) + 6;
  pen.line(counter, counterLeft, y, style);
  pen.rule(afterCounter, y + 12, PAGE.margin + CONTENT_WIDTH - afterCounter, COLOURS.ink, 0.8);
}
