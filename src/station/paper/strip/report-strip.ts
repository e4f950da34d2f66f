import type { MonoBitmap } from '../../../domain/devices.ts';
import type { Language } from '../../../domain/language.ts';
import type { Report } from '../../../domain/report.ts';
import type { ReconciliationWording } from '../report/reconciliation-wording.ts';
import type { ReportTable } from '../report/report-tables.ts';
import { type ReportWording, wordReport } from '../report/report-wording.ts';
import { sayIn } from '../words/paper-words.ts';
import { trainingBand } from './receipt-strip.ts';
import { type StripBlock, space } from './strip-block.ts';
import type { StripPen } from './strip-pen.ts';

/**
 * A report on the receipt printer: the copy that hangs on the wall and that observers photograph, so small
 * cells are merged (see report-tables.ts).
 */
export function drawReport(pen: StripPen, report: Report, language: Language): MonoBitmap {
  const wording = wordReport(report, language, 'public');
  return pen.print([
    ...headBlocks(pen, wording),
    ...wording.warnings.flatMap((warning) => [
      pen.box(warning, { size: 'body', weight: 'bold' }),
      space(pen.dots(12)),
    ]),
    ...headlineBlocks(pen, wording),
    ...tableBlocks(pen, wording.register),
    ...(wording.turnout === null
      ? [pen.rule(2, 12, 12), pen.text(wording.zero, { size: 'body', weight: 'bold' })]
      : [
          ...wording.turnout.flatMap((table) => tableBlocks(pen, table)),
          ...tableBlocks(pen, wording.exceptions),
          ...tableBlocks(pen, wording.stops),
        ]),
    ...(wording.lanes === null ? [] : tableBlocks(pen, wording.lanes)),
    ...(report.kind === 'opening' ? [] : reconciliationBlocks(pen, wording.reconciliation, language)),
    ...(wording.jobs.rows.length > 0 ? jobBlocks(pen, wording.jobs) : []),
    pen.rule(2, 12, 12),
    pen.row(wording.restarts.label, wording.restarts.value),
    ...checkpointBlocks(pen, wording, language),
    ...signatureBlocks(pen, wording, language),
    pen.text(wording.audience, { size: 'small' }),
  ]);
}

function headBlocks(pen: StripPen, wording: ReportWording): StripBlock[] {
  return [
    ...(wording.mock ? [trainingBand(pen), space(pen.dots(12))] : []),
    pen.text(wording.election, { size: 'body' }),
    pen.text(`${wording.title} ${wording.number}`, { size: 'title', weight: 'bold' }),
    pen.text(wording.place, { size: 'body', weight: 'medium' }),
    space(pen.dots(6)),
    pen.text(`${wording.electionDay}\n${wording.printedAt}`, { size: 'small' }),
    pen.rule(4, 12, 12),
  ];
}

function headlineBlocks(pen: StripPen, wording: ReportWording): StripBlock[] {
  return wording.headline.map(({ label, value }) =>
    pen.row(label, value, { size: 'large', weight: 'medium' }),
  );
}

function sectionHead(pen: StripPen, title: string): StripBlock[] {
  return [pen.rule(2, 16, 10), pen.text(title, { size: 'body', weight: 'bold' }), space(pen.dots(4))];
}

function tableBlocks(pen: StripPen, table: ReportTable): StripBlock[] {
  return [...sectionHead(pen, table.title), ...table.rows.map(({ label, value }) => pen.row(label, value))];
}

/** A person's name is long: it stands below the job instead of beside it. */
function jobBlocks(pen: StripPen, table: ReportTable): StripBlock[] {
  return [
    ...sectionHead(pen, table.title),
    ...table.rows.flatMap(({ label, value }) => [
      pen.text(label, { size: 'small' }),
      pen.text(value, { size: 'body', weight: 'bold' }),
    ]),
  ];
}

function reconciliationBlocks(
  pen: StripPen,
  reconciliation: ReconciliationWording,
  language: Language,
): StripBlock[] {
  const say = sayIn(language);
  return [
    ...sectionHead(pen, say('section.reconciliation')),
    pen.row(`${say('column.expected')} → ${say('column.found')}`, say('column.difference'), {
      size: 'small',
    }),
    ...reconciliation.rows.flatMap((row) => [
      pen.text(row.label, { size: 'body' }),
      pen.row(`${row.expected} → ${row.found}`, row.difference, { size: 'body', weight: 'medium' }),
      pen.rule(1, 3, 3),
    ]),
    ...reconciliation.facts.map(({ label, value }) => pen.row(label, value, { size: 'small' })),
    space(pen.dots(12)),
    pen.box([reconciliation.verdict, ...reconciliation.differences.map((line) => `• ${line}`)].join('\n'), {
      size: 'body',
      weight: 'bold',
    }),
  ];
}

function checkpointBlocks(pen: StripPen, wording: ReportWording, language: Language): StripBlock[] {
  const say = sayIn(language);
  if (wording.checkpoint === null)
    return [
      ...sectionHead(pen, say('section.checkpoint')),
      pen.text(say('checkpoint.none'), { size: 'body' }),
    ];
  return [
    ...sectionHead(pen, say('section.checkpoint')),
    pen.text(wording.checkpoint.join('\n'), { size: 'small', weight: 'medium' }),
    pen.qr(wording.checkpointCode ?? '', pen.dots(wording.countersigned === null ? 400 : 540)),
    ...(wording.countersigned === null ? [] : [pen.text(wording.countersigned, { size: 'small' })]),
    pen.text(say('checkpoint.note'), { size: 'small' }),
  ];
}

function signatureBlocks(pen: StripPen, wording: ReportWording, language: Language): StripBlock[] {
  return [
    ...sectionHead(pen, sayIn(language)('section.signatures')),
    ...wording.signatures.flatMap((signatory) => [
      space(pen.dots(44)),
      pen.rule(1, 0, 2),
      pen.text(signatory, { size: 'small' }),
    ]),
    pen.rule(2, 12, 10),
  ];
}
