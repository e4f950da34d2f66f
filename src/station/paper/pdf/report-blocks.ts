import type { ReconciliationWording } from '../report/reconciliation-wording.ts';
import type { ReportRow, ReportTable } from '../report/report-tables.ts';
import type { ReportWording } from '../report/report-wording.ts';
import type { Say } from '../words/paper-words.ts';
import { CONTENT_WIDTH, columns, gap, stackPdf } from './pdf-blocks.ts';
import { COLOURS, type PdfBlock, type PdfPen, type PdfTextStyle } from './pdf-pen.ts';

const BODY: PdfTextStyle = { size: 9.5 };
const FIGURE: PdfTextStyle = { size: 9.5, weight: 'medium', align: 'right' };
const SMALL: PdfTextStyle = { size: 8, colour: COLOURS.soft };
const GUTTER = 28;
const HALF = (CONTENT_WIDTH - GUTTER) / 2;

export function headBlock(pen: PdfPen, wording: ReportWording): PdfBlock {
  const times = stackPdf([
    pen.text(wording.electionDay, { ...SMALL, align: 'right' }, 200),
    pen.text(wording.printedAt, { ...SMALL, align: 'right' }, 200),
  ]);
  const left = CONTENT_WIDTH - 216;
  const head = columns([
    {
      left: 0,
      block: stackPdf([
        pen.text(wording.election, { size: 10.5, colour: COLOURS.soft }, left),
        pen.text(`${wording.title} ${wording.number}`, { size: 23, weight: 'heavy' }, left),
        pen.text(wording.place, { size: 11, weight: 'medium' }, left),
      ]),
    },
    { left: CONTENT_WIDTH - 200, block: times },
  ]);
  return stackPdf([head, gap(8), line(pen, CONTENT_WIDTH, 1.6), gap(10)]);
}

/** The figures that a reader looks for first, large, in one row. */
export function headlineBlock(pen: PdfPen, wording: ReportWording): PdfBlock {
  const width = CONTENT_WIDTH / wording.headline.length;
  return columns(
    wording.headline.map(({ label, value }, index) => ({
      left: index * width,
      block: stackPdf([
        pen.text(label, SMALL, width - 10),
        pen.text(value, { size: 22, weight: 'bold' }, width - 10),
      ]),
    })),
  );
}

/** A frame that says what is wrong, in words. */
export function warningBlock(pen: PdfPen, warning: string): PdfBlock {
  return stackPdf([gap(10), noteBlock(pen, 'differs', [warning])]);
}

/** Two tables side by side; each may be a stack of several. */
export function pairBlock(left: PdfBlock, right: PdfBlock): PdfBlock {
  return columns([
    { left: 0, block: left },
    { left: HALF + GUTTER, block: right },
  ]);
}

/** A table with its heading, half a page wide; bars where the rows have them. */
export function tableBlock(pen: PdfPen, table: ReportTable): PdfBlock {
  return stackPdf([heading(pen, table.title, HALF), ...table.rows.map((row) => rowBlock(pen, row, HALF))]);
}

/** People drawn for a job: the name on the right, both may wrap. */
export function jobsBlock(pen: PdfPen, table: ReportTable): PdfBlock {
  return stackPdf([
    heading(pen, table.title, HALF),
    ...table.rows.map(({ label, value }) =>
      stackPdf([
        gap(2),
        pen.text(label, SMALL, HALF),
        pen.text(value, { ...BODY, weight: 'medium' }, HALF),
        gap(2),
        line(pen, HALF),
      ]),
    ),
  ]);
}

export function reconciliationBlocks(
  pen: PdfPen,
  reconciliation: ReconciliationWording,
  say: Say,
): PdfBlock[] {
  const places = [
    { left: 0, width: 215, align: 'left' },
    { left: 215, width: 88, align: 'right' },
    { left: 303, width: 96, align: 'right' },
    { left: 399, width: 70, align: 'right' },
  ] as const;
  const cells = (texts: readonly string[], style: PdfTextStyle): PdfBlock =>
    columns(
      places.map(({ left, width, align }, index) => ({
        left,
        block: pen.text(texts[index] ?? '', { ...style, align }, width),
      })),
    );
  const table = stackPdf([
    heading(pen, say('section.reconciliation'), CONTENT_WIDTH),
    gap(3),
    cells([say('column.item'), say('column.expected'), say('column.found'), say('column.difference')], SMALL),
    gap(2),
    line(pen, CONTENT_WIDTH),
    ...reconciliation.rows.flatMap((row) => [
      gap(2.5),
      marked(
        pen,
        cells(
          [row.label, row.expected, row.found, row.difference],
          row.state === 'differs' ? { ...BODY, weight: 'bold', colour: COLOURS.bad } : BODY,
        ),
        row.state,
      ),
      gap(2.5),
      line(pen, CONTENT_WIDTH),
    ]),
  ]);
  const half = Math.ceil(reconciliation.facts.length / 2);
  const facts = (rows: readonly ReportRow[]): PdfBlock =>
    stackPdf(rows.map((row) => rowBlock(pen, row, HALF)));
  return [
    table,
    gap(8),
    noteBlock(pen, reconciliation.agrees ? 'agrees' : 'differs', [
      reconciliation.verdict,
      ...reconciliation.differences,
    ]),
    gap(6),
    pairBlock(facts(reconciliation.facts.slice(0, half)), facts(reconciliation.facts.slice(half))),
  ];
}

/** The three lines of a checkpoint, and the same as a code. */
export function checkpointBlock(pen: PdfPen, wording: ReportWording, say: Say): PdfBlock {
  const head = heading(pen, say('section.checkpoint'), CONTENT_WIDTH);
  const { checkpoint } = wording;
  if (checkpoint === null) return stackPdf([head, pen.text(say('checkpoint.none'), BODY, CONTENT_WIDTH)]);
  // A code with the signatures of others has more modules: they stay as large.
  const side = wording.countersigned === null ? 96 : 128;
  const code: PdfBlock = {
    height: side,
    draw: (x, y) => pen.qr(wording.checkpointCode ?? '', x - 10, y, side),
  };
  return stackPdf([
    head,
    columns([
      { left: 0, block: code },
      {
        left: side + 8,
        block: stackPdf([
          gap(12),
          pen.text(checkpoint.join('\n'), { size: 9.5, weight: 'medium' }, CONTENT_WIDTH - side - 8),
          gap(6),
          pen.text(say('checkpoint.note'), SMALL, CONTENT_WIDTH - side - 8),
          ...(wording.countersigned === null
            ? []
            : [gap(4), pen.text(wording.countersigned, BODY, CONTENT_WIDTH - side - 8)]),
        ]),
      },
    ]),
  ]);
}

export function signaturesBlock(pen: PdfPen, wording: ReportWording, say: Say): PdfBlock {
  const one = (role: string): PdfBlock =>
    stackPdf([
      gap(4),
      pen.text(role, { ...BODY, weight: 'medium' }, HALF),
      gap(18),
      columns([
        { left: 0, block: stackPdf([line(pen, 140), pen.text(say('signature.name'), SMALL, 140)]) },
        {
          left: 152,
          block: stackPdf([line(pen, HALF - 152), pen.text(say('signature.sign'), SMALL, HALF - 152)]),
        },
      ]),
    ]);
  const rows: PdfBlock[] = [];
  for (let index = 0; index < wording.signatures.length; index += 2)
    rows.push(pairBlock(one(wording.signatures[index] ?? ''), one(wording.signatures[index + 1] ?? '')));
  return stackPdf([heading(pen, say('section.signatures'), CONTENT_WIDTH), ...rows]);
}

function rowBlock(pen: PdfPen, row: ReportRow, width: number): PdfBlock {
  const figure = Math.min(width / 2, Math.max(44, pen.measure(row.value, FIGURE) + 6));
  const label = row.bar === null ? width - figure : 78;
  const text = columns([
    { left: 0, block: pen.text(row.label, BODY, label) },
    { left: width - figure, block: pen.text(row.value, FIGURE, figure) },
  ]);
  const { bar } = row;
  const track = width - label - figure;
  const withBar: PdfBlock = {
    height: text.height,
    draw(x, y) {
      if (bar !== null && bar > 0)
        pen.rectangle(x + label, y + 2.5, Math.max(1.5, bar * track), 7.5, COLOURS.bar, 1);
      text.draw(x, y);
    },
  };
  return stackPdf([gap(2), withBar, gap(2), line(pen, width)]);
}

function heading(pen: PdfPen, title: string, width: number): PdfBlock {
  return stackPdf([
    gap(14),
    pen.text(title, { size: 11, weight: 'bold' }, width),
    gap(3),
    line(pen, width, 1),
  ]);
}

function line(pen: PdfPen, width: number, thickness = 0.5): PdfBlock {
  const colour = thickness >= 1 ? COLOURS.strong : COLOURS.line;
  return { height: thickness, draw: (x, y) => pen.rule(x, y, width, colour, thickness) };
}

/** A row of the reconciliation with its shape at the right end. */
function marked(pen: PdfPen, row: PdfBlock, state: 'agrees' | 'differs' | 'not-counted'): PdfBlock {
  return {
    height: row.height,
    draw(x, y) {
      row.draw(x, y);
      if (state !== 'not-counted') pen.mark(state, x + CONTENT_WIDTH - 14, y + 2, 8);
    },
  };
}

/** A framed note: the first line says it, the others say it in detail. */
function noteBlock(pen: PdfPen, state: 'agrees' | 'differs', lines: readonly string[]): PdfBlock {
  const inset = 10;
  const colour = state === 'agrees' ? COLOURS.good : COLOURS.bad;
  const text = stackPdf(
    lines.map((one, index) =>
      pen.text(
        one,
        { size: 9.5, weight: index === 0 ? 'bold' : 'regular', colour: index === 0 ? colour : COLOURS.ink },
        CONTENT_WIDTH - 2 * inset - 18,
      ),
    ),
  );
  return {
    height: text.height + 2 * inset - 2,
    draw(x, y) {
      const height = text.height + 2 * inset - 2;
      pen.rectangle(x, y, CONTENT_WIDTH, height, state === 'agrees' ? COLOURS.goodTint : COLOURS.badTint);
      pen.frame(x, y, CONTENT_WIDTH, height, colour, 1.2);
      pen.mark(state, x + inset, y + inset + 1, 9);
      text.draw(x + inset + 18, y + inset - 1);
    },
  };
}
