import type { Language, LocalizedText } from '../../domain/language.ts';
import type { FontFiles } from '../paper/fonts.ts';
import { CONTENT_WIDTH, drawTrainingBand } from '../paper/pdf/pdf-blocks.ts';
import { COLOURS, dateOfContent, PAGE, PdfPen } from '../paper/pdf/pdf-pen.ts';
import { sayIn } from '../paper/words/paper-words.ts';

/** One sheet: a person's PIN, or the code of an envelope for the safe. */
export type PinLetter = { readonly code: string } & (
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'envelope'; readonly number: number }
);

export interface PinLettersContent {
  readonly mock: boolean;
  readonly electionTitle: LocalizedText;
  readonly stationNumber: number;
  readonly letters: readonly PinLetter[];
}

/** A sheet is folded twice: whose it is outside, the digits inside, a pattern over them. */
const PANEL = PAGE.height / 3;
const PATTERN = 'ЖШЩФ8Ю3М6Ы0Б5ЖФШ2Щ9Ю4М7';

/**
 * Letters with PINs, a sheet each. The lowest third goes up over the digits, its pattern against them, so that nothing
 * can be read against the light; the upper third goes backwards, with the name outside.
 */
export async function writePinLettersPdf(
  fonts: FontFiles,
  content: PinLettersContent,
  language: Language,
): Promise<Uint8Array> {
  const pen = new PdfPen(fonts, sayIn(language)('letter.title'), dateOfContent(null));
  for (const letter of content.letters) {
    pen.addPage();
    if (content.mock) drawTrainingBand(pen);
    drawOutside(pen, content, letter, language);
    drawInside(pen, letter, language);
    drawPattern(pen, language);
    for (const fold of [PANEL, 2 * PANEL]) pen.dashes(PAGE.margin / 2, fold, PAGE.width - PAGE.margin);
  }
  return pen.finish();
}

function drawOutside(
  pen: PdfPen,
  { electionTitle, stationNumber }: PinLettersContent,
  letter: PinLetter,
  language: Language,
): void {
  const say = sayIn(language);
  const [x, y] = [PAGE.margin, 68];
  pen.text(electionTitle[language], { size: 11, colour: COLOURS.soft }, CONTENT_WIDTH).draw(x, y);
  pen.line(say('station.number', { number: stationNumber }), x, y + 34, { size: 16, weight: 'heavy' });
  const whose =
    letter.kind === 'person'
      ? say('letter.for', { name: letter.name })
      : say('letter.envelope-for', { number: letter.number });
  pen.text(whose, { size: 17, weight: 'bold' }, CONTENT_WIDTH).draw(x, y + 66);
  const hint = say(letter.kind === 'person' ? 'letter.do-not-open' : 'letter.envelope-when');
  pen.text(hint, { size: 10.5 }, CONTENT_WIDTH).draw(x, y + 124);
}

function drawInside(pen: PdfPen, letter: PinLetter, language: Language): void {
  const say = sayIn(language);
  const [x, y] = [PAGE.margin, PANEL + 40];
  const label = say(letter.kind === 'person' ? 'letter.pin' : 'letter.code');
  pen.line(label, x, y, { size: 12, colour: COLOURS.soft });
  const digits = letter.code.replaceAll(/(\d{3})(?=\d)/g, '$1 ');
  pen.line(digits, x, y + 24, { size: letter.kind === 'person' ? 40 : 30, weight: 'heavy' });
  if (letter.kind === 'person') pen.text(say('letter.keep'), { size: 11 }, CONTENT_WIDTH).draw(x, y + 98);
}

/** Comes to lie on the digits: signs of the same weight and blackness, everywhere. */
function drawPattern(pen: PdfPen, language: Language): void {
  const top = 2 * PANEL + 34;
  pen
    .text(sayIn(language)('letter.fold'), { size: 9, colour: COLOURS.soft }, CONTENT_WIDTH)
    .draw(PAGE.margin, 2 * PANEL + 8);
  const style = { size: 13, weight: 'heavy' } as const;
  for (let row = 0; top + row * 14 < PAGE.height - 26; row += 1) {
    const start = (row * 7) % PATTERN.length;
    let text = PATTERN.slice(start);
    while (pen.measure(text + PATTERN, style) < CONTENT_WIDTH) text += PATTERN;
    for (const sign of PATTERN) {
      if (pen.measure(text + sign, style) > CONTENT_WIDTH) break;
      text += sign;
    }
    pen.line(text, PAGE.margin, top + row * 14, style);
  }
}
