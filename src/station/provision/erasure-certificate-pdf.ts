import type { Language } from '../../domain/language.ts';
import type { FontFiles } from '../paper/fonts.ts';
import { formatCount, formatDayAndTime } from '../paper/format.ts';
import { CONTENT_WIDTH, contentTop, drawTrainingBand, gap, stackPdf } from '../paper/pdf/pdf-blocks.ts';
import { COLOURS, dateOfContent, PAGE, type PdfBlock, PdfPen } from '../paper/pdf/pdf-pen.ts';
import { sayIn } from '../paper/words/paper-words.ts';
import type { ErasureCertificate } from './erase-lane.ts';

const LABEL_WIDTH = 210;
const CODE_SIDE = 150;

/** One page that two people sign: what was destroyed on this laptop, and the checkpoint of the log that says so. */
export async function writeErasureCertificatePdf(
  fonts: FontFiles,
  certificate: ErasureCertificate,
  names: readonly string[],
  language: Language,
): Promise<Uint8Array> {
  const say = sayIn(language);
  const pen = new PdfPen(fonts, say('erasure.title'), dateOfContent(certificate.erasedAt));
  pen.addPage();
  if (certificate.mock) drawTrainingBand(pen);
  const row = (label: string, value: string): PdfBlock => {
    const left = pen.text(label, { size: 10, colour: COLOURS.soft }, LABEL_WIDTH - 12);
    const right = pen.text(value, { size: 11, weight: 'medium' }, CONTENT_WIDTH - LABEL_WIDTH);
    return {
      height: Math.max(left.height, right.height) + 5,
      draw(x, y) {
        left.draw(x, y + 1);
        right.draw(x + LABEL_WIDTH, y);
      },
    };
  };
  const head = stackPdf([
    pen.text(say('erasure.title'), { size: 20, weight: 'heavy' }, CONTENT_WIDTH),
    pen.text(certificate.electionTitle[language], { size: 12, weight: 'bold' }, CONTENT_WIDTH),
    gap(10),
    pen.text(say('erasure.statement'), { size: 11 }, CONTENT_WIDTH),
    gap(14),
    row(say('erasure.place'), say('station.number', { number: certificate.stationNumber })),
    row(say('erasure.laptop'), `${say('lane.number', { number: certificate.lane })}, ${certificate.device}`),
    row(say('erasure.time'), formatDayAndTime(certificate.erasedAt)),
    row(say('erasure.voters'), formatCount(certificate.voters)),
    row(say('erasure.templates'), formatCount(certificate.templates)),
    row(say('erasure.list'), certificate.register),
    row(say('erasure.identified'), formatCount(certificate.identified)),
    ...(certificate.gone.length === 0
      ? []
      : [
          gap(6),
          pen.text(say('erasure.gone', { tables: certificate.gone.join(', ') }), { size: 10 }, CONTENT_WIDTH),
        ]),
    gap(12),
    pen.text(say('erasure.checkpoint'), { size: 10, colour: COLOURS.soft }, CONTENT_WIDTH),
    gap(3),
    pen.text(certificate.checkpoint.trim(), { size: 7.5 }, CONTENT_WIDTH - CODE_SIDE - 12),
  ]);
  const top = contentTop(certificate.mock);
  head.draw(PAGE.margin, top);
  const below = top + head.height + 10;
  pen.qr(certificate.checkpoint, PAGE.width - PAGE.margin - CODE_SIDE, below, CODE_SIDE);
  names.forEach((name, index) => {
    const y = below + 40 + index * 56;
    pen.rule(PAGE.margin, y + 16, 240, COLOURS.ink);
    pen.line(name, PAGE.margin, y + 20, { size: 10 });
  });
  return pen.finish();
}
