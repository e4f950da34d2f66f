import { throwIllegalValue } from '../../../domain/assert.ts';
import type { MonoBitmap } from '../../../domain/devices.ts';
import type { LocalizedText } from '../../../domain/language.ts';
import type { ReceiptContent } from '../../context.ts';
import { type PaperWordKey, sayIn, TRAINING_MARK } from '../words/paper-words.ts';
import { beside, type StripBlock, space, stack } from './strip-block.ts';
import type { StripPen } from './strip-pen.ts';

const ky = sayIn('ky');
const ru = sayIn('ru');
const en = sayIn('en');

/**
 * The receipt that is exchanged for a ballot. Receipts are in Kyrgyz and Russian, whatever the screen speaks.
 * Besides number and station it holds exactly the fields that the procedure lists, and a visitor's home district.
 */
export function drawReceipt(pen: StripPen, receipt: ReceiptContent): MonoBitmap {
  return pen.print([
    ...(receipt.mock ? [trainingBand(pen), space(pen.dots(12))] : []),
    ...(receipt.copy > 1 ? [repeatBand(pen, receipt.copy), space(pen.dots(12))] : []),
    ...twoLanguages(pen, receipt.electionTitle, 'body'),
    pen.rule(2, 10, 12),
    ...twoLanguages(pen, receipt.receiptTitle, 'large'),
    space(pen.dots(8)),
    pen.text(
      `${ky('station.number', { number: receipt.stationNumber })}  ·  ${ru('station.number', { number: receipt.stationNumber })}`,
      { size: 'body', weight: 'medium' },
    ),
    pen.rule(4, 12, 12),
    receiptNumberBlock(pen, receipt),
    pen.rule(2, 12, 6),
    ...(receipt.visitorFrom === null ? [] : visitorBlocks(pen, receipt.visitorFrom)),
    ...receipt.fields.flatMap((field) => fieldBlocks(pen, receipt, field)),
    pen.text(`${ky('receipt.exchange')}\n${ru('receipt.exchange')}`, { size: 'small' }),
  ]);
}

/** Marks a strip of a mock election, so that nobody can take it for a real one. */
export function trainingBand(pen: StripPen): StripBlock {
  const size = pen.sizeToFit(TRAINING_MARK, pen.width - pen.dots(40), pen.dots(34), 'heavy');
  return pen.band([
    { text: TRAINING_MARK, style: { size, weight: 'heavy' } },
    {
      text: [ky('training.not-real'), ru('training.not-real')].join(pen.narrow ? '\n' : ' · '),
      style: { size: pen.narrow ? 17 : 18, weight: 'medium' },
    },
  ]);
}

function repeatBand(pen: StripPen, copy: number): StripBlock {
  const inside = pen.width - pen.dots(40);
  const marks = [ky('receipt.repeat'), ru('receipt.repeat'), en('receipt.repeat')];
  const large = pen.sizeToFit(marks[0] ?? '', inside, pen.dots(62), 'heavy');
  const below = marks.slice(1).join(' · ');
  return pen.band([
    { text: marks[0] ?? '', style: { size: large, weight: 'heavy' } },
    { text: below, style: { size: pen.sizeToFit(below, inside, pen.dots(44), 'heavy'), weight: 'heavy' } },
    {
      text: `${ky('receipt.copy', { number: copy })} · ${ru('receipt.copy', { number: copy })}`,
      style: { size: 'body', weight: 'bold' },
    },
  ]);
}

function twoLanguages(pen: StripPen, text: LocalizedText, size: 'body' | 'large'): StripBlock[] {
  const first = pen.text(text.ky, { size, weight: 'bold' });
  return text.ru === text.ky
    ? [first]
    : [first, pen.text(text.ru, { size: size === 'large' ? 'body' : 'small' })];
}

/** The number large; beside it the code for the issuing table, where the procedure wants one. */
function receiptNumberBlock(pen: StripPen, receipt: ReceiptContent): StripBlock {
  const heading = bilingual('receipt.number');
  const withCode = receipt.fields.includes('code');
  const codeSide = pen.dots(pen.narrow ? 236 : 272);
  const width = withCode ? pen.width - codeSide : pen.width;
  const size = pen.sizeToFit(receipt.number, width - pen.dots(8), pen.dots(104), 'heavy');
  const number = stack([
    pen.text(heading, { size: 'body' }, width),
    pen.text(receipt.number, { size, weight: 'heavy' }, width),
  ]);
  return withCode ? beside(number, pen.qr(receipt.code, codeSide, codeSide), width) : number;
}

function fieldBlocks(
  pen: StripPen,
  receipt: ReceiptContent,
  field: ReceiptContent['fields'][number],
): StripBlock[] {
  switch (field) {
    case 'list-number':
      if (receipt.visitorFrom !== null) return [];
      return [pen.row(bilingual('receipt.field.list-number'), String(receipt.listNumber)), pen.rule(1, 6, 6)];
    case 'name':
      return [
        pen.text(bilingual('receipt.field.name'), { size: 'small' }),
        pen.text(receipt.voterName, { size: 'large', weight: 'bold' }),
        pen.rule(1, 6, 6),
      ];
    case 'time':
      return [pen.row(bilingual('receipt.field.time'), receipt.time), pen.rule(1, 6, 6)];
    case 'lane':
      return [pen.row(bilingual('receipt.field.lane'), String(receipt.lane)), pen.rule(1, 6, 6)];
    case 'code':
      // The code stands beside the number.
      return [];
    default:
      return throwIllegalValue(field);
  }
}

/** A voter of another station has no number here: which ballot it is, the home district says. */
function visitorBlocks(
  pen: StripPen,
  { stationNumber, districtNumber }: NonNullable<ReceiptContent['visitorFrom']>,
): StripBlock[] {
  return [
    pen.text(bilingual('receipt.field.visitor'), { size: 'body', weight: 'bold' }),
    pen.row(bilingual('receipt.field.district'), String(districtNumber), { size: 'large', weight: 'heavy' }),
    pen.row(bilingual('receipt.field.home-station'), String(stationNumber)),
    pen.rule(1, 6, 6),
  ];
}

/** Both languages, or one word where they agree. On narrow paper the line breaks between the languages only. */
function bilingual(key: PaperWordKey): string {
  if (ky(key) === ru(key)) return ky(key);
  const [first, second] = [`${ky(key)} /`, ru(key)].map((text) => text.replaceAll(' ', '\u00a0'));
  return `${first} ${second}`;
}
