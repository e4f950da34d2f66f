import type { Language, LocalizedText } from '../../../domain/language.ts';
import type { PracticeBallotsContent } from '../../context.ts';
import type { FontFiles } from '../fonts.ts';
import { type PaperWordKey, sayIn } from '../words/paper-words.ts';
import { CONTENT_WIDTH, drawTrainingBand, gap, stackPdf } from './pdf-blocks.ts';
import { COLOURS, dateOfContent, PAGE, type PdfBlock, PdfPen } from './pdf-pen.ts';

/** Invented choices: letters, so that no name of a person or a party is ever practised on. */
const LETTERS = ['А', 'Б', 'В', 'Г'] as const;
const HALF_PAGE = PAGE.height / 2;
const BALLOT_TOP = 24;
const SQUARE = 17;

/**
 * Ballots for rehearsals, two to a sheet with a line to cut along. They carry no number and nothing else that
 * tells one from another: a ballot that can be told apart can be traced to a voter. Copies of one kind stand
 * together, so that a cut pile is sorted.
 */
export async function writePracticeBallotsPdf(
  fonts: FontFiles,
  ballots: PracticeBallotsContent,
  language: Language,
): Promise<Uint8Array> {
  const languages: readonly Language[] = language === 'en' ? ['ky', 'ru', 'en'] : ['ky', 'ru'];
  const pen = new PdfPen(fonts, sayIn(language)('practice.heading'), dateOfContent(null));
  for (const title of ballots.titles)
    for (let copy = 0; copy < ballots.copies; copy += 1) {
      const upper = copy % 2 === 0;
      if (upper) {
        pen.addPage();
        pen.dashes(0, HALF_PAGE, PAGE.width);
      }
      drawBallot(pen, ballots, title, languages, upper ? 0 : HALF_PAGE);
    }
  if (ballots.copies === 0 || ballots.titles.length === 0) pen.addPage();
  return pen.finish();
}

function drawBallot(
  pen: PdfPen,
  ballots: PracticeBallotsContent,
  title: LocalizedText,
  languages: readonly Language[],
  top: number,
): void {
  const say = (key: PaperWordKey, values = {}): string =>
    languages.map((language) => sayIn(language)(key, values)).join(' / ');
  const sentences = (key: PaperWordKey): string =>
    languages.map((language) => sayIn(language)(key)).join(languages.length > 2 ? '\n' : ' / ');
  const titles = (text: LocalizedText): string =>
    [...new Set(languages.map((language) => text[language]))].join(' / ');
  drawTrainingBand(pen, PAGE.margin, top + BALLOT_TOP);
  const place = sayIn('ky')('station.number', { number: ballots.stationNumber });
  const head = stackPdf([
    pen.text(
      `${titles(ballots.electionTitle)} · ${place}`,
      { size: 8.5, colour: COLOURS.soft, align: 'centre' },
      CONTENT_WIDTH,
    ),
    pen.text(
      say('practice.heading'),
      { size: languages.length > 2 ? 14 : 17, weight: 'heavy', align: 'centre' },
      CONTENT_WIDTH,
    ),
    pen.text(titles(title), { size: 12, weight: 'bold', align: 'centre' }, CONTENT_WIDTH),
    gap(3),
    pen.text(sentences('practice.rule'), { size: 8.5, align: 'centre' }, CONTENT_WIDTH),
    gap(6),
  ]);
  const options = [
    ...LETTERS.map((letter) => say('practice.option', { letter })),
    say('practice.against-all'),
  ].map((option) => optionBlock(pen, option, languages.length > 2 ? 37 : 42));
  const foot = pen.text(
    sentences('practice.not-a-vote'),
    { size: 8.5, weight: 'medium', align: 'centre' },
    CONTENT_WIDTH,
  );
  stackPdf([head, ...options, gap(8), foot]).draw(PAGE.margin, top + BALLOT_TOP + 40);
}

/** A choice with its square at the right. */
function optionBlock(pen: PdfPen, option: string, height: number): PdfBlock {
  const inset = 14;
  const text = pen.text(option, { size: 12, weight: 'medium' }, CONTENT_WIDTH - 2 * inset - SQUARE - 16);
  return {
    height,
    draw(x, y) {
      pen.frame(x, y, CONTENT_WIDTH, height, COLOURS.soft, 0.7);
      text.draw(x + inset, y + (height - text.height) / 2);
      pen.frame(
        x + CONTENT_WIDTH - inset - SQUARE,
        y + (height - SQUARE) / 2,
        SQUARE,
        SQUARE,
        COLOURS.ink,
        1.4,
      );
    },
  };
}
