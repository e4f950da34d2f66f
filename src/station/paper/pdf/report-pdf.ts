import type { Language } from '../../../domain/language.ts';
import type { Report } from '../../../domain/report.ts';
import type { FontFiles } from '../fonts.ts';
import { wordReport } from '../report/report-wording.ts';
import { sayIn } from '../words/paper-words.ts';
import { contentTop, drawFoot, drawTrainingBand, gap, stackPdf } from './pdf-blocks.ts';
import { dateOfContent, PAGE, type PdfBlock, PdfPen } from './pdf-pen.ts';
import {
  checkpointBlock,
  headBlock,
  headlineBlock,
  jobsBlock,
  pairBlock,
  reconciliationBlocks,
  signaturesBlock,
  tableBlock,
  warningBlock,
} from './report-blocks.ts';

const BOTTOM = PAGE.height - 52;

/**
 * A report for an office printer: the commission's own copy, which it reconciles and signs, with exact
 * figures. What observers take along is the strip (see report-tables.ts).
 */
export async function writeReportPdf(
  fonts: FontFiles,
  report: Report,
  language: Language,
): Promise<Uint8Array> {
  const say = sayIn(language);
  const wording = wordReport(report, language, 'commission');
  const name = `${wording.title} ${wording.number}`;
  const pen = new PdfPen(fonts, `${name}, ${wording.place}`, dateOfContent(report.printedAt));
  const tables = (wording.turnout ?? []).map((table) => tableBlock(pen, table));
  const [byHour, ...others] = tables;
  const registerAndRestarts = tableBlock(pen, {
    ...wording.register,
    rows: [...wording.register.rows, wording.restarts],
  });
  flow(pen, report.mock, [
    headBlock(pen, wording),
    headlineBlock(pen, wording),
    ...wording.warnings.map((warning) => warningBlock(pen, warning)),
    ...(byHour === undefined
      ? [stackPdf([gap(12), pen.text(wording.zero, { size: 12, weight: 'bold' }, 400)])]
      : [
          pairBlock(byHour, stackPdf(others)),
          pairBlock(tableBlock(pen, wording.exceptions), tableBlock(pen, wording.stops)),
        ]),
    ...(wording.lanes === null ? [] : [tableBlock(pen, wording.lanes)]),
    pairBlock(registerAndRestarts, jobsBlock(pen, wording.jobs)),
    ...(report.kind === 'opening' ? [] : reconciliationBlocks(pen, wording.reconciliation, say)),
    checkpointBlock(pen, wording, say),
    signaturesBlock(pen, wording, say),
  ]);
  pen.onEachPage((page, pages) => {
    if (report.mock) drawTrainingBand(pen);
    drawFoot(pen, `${name} · ${wording.place} · ${wording.audience}`, say('report.page', { page, pages }));
  });
  return pen.finish();
}

/** Blocks down the pages; one that doesn't fit below the others begins a new page. */
function flow(pen: PdfPen, mock: boolean, blocks: readonly PdfBlock[]): void {
  const top = contentTop(mock);
  pen.addPage();
  let y = top;
  for (const block of blocks) {
    if (y > top && y + block.height > BOTTOM) {
      pen.addPage();
      y = top;
    }
    block.draw(PAGE.margin, y);
    y += block.height;
  }
}
