import type { MonoBitmap } from '../../../domain/devices.ts';
import type { Language } from '../../../domain/language.ts';
import type { ErasureCertificate } from '../../provision/erase-lane.ts';
import { formatCount } from '../format.ts';
import { sayIn } from '../words/paper-words.ts';
import { trainingBand } from './receipt-strip.ts';
import { space } from './strip-block.ts';
import type { StripPen } from './strip-pen.ts';

/** The certificate of erasure where no office printer is: what was destroyed, and the checkpoint as a code. */
export function drawErasure(
  pen: StripPen,
  certificate: ErasureCertificate,
  names: readonly string[],
  language: Language,
): MonoBitmap {
  const say = sayIn(language);
  return pen.print([
    ...(certificate.mock ? [trainingBand(pen), space(pen.dots(14))] : []),
    pen.text(say('erasure.title'), { size: 'title', weight: 'bold' }),
    pen.text(certificate.electionTitle[language], { size: 'body' }),
    pen.text(say('station.number', { number: certificate.stationNumber }), { size: 'body' }),
    pen.text(`${say('lane.number', { number: certificate.lane })}, ${certificate.device}`, { size: 'small' }),
    pen.text(say('erasure.statement'), { size: 'small' }),
    pen.rule(2, 10, 10),
    pen.row(say('erasure.time'), certificate.erasedAt),
    pen.row(say('erasure.voters'), formatCount(certificate.voters)),
    pen.row(say('erasure.templates'), formatCount(certificate.templates)),
    pen.row(say('erasure.identified'), formatCount(certificate.identified)),
    ...(certificate.gone.length === 0
      ? []
      : [pen.text(say('erasure.gone', { tables: certificate.gone.join(', ') }), { size: 'small' })]),
    pen.text(say('erasure.list'), { size: 'small' }),
    pen.text(certificate.register, { size: 'small' }),
    pen.rule(2, 10, 10),
    pen.text(say('erasure.checkpoint'), { size: 'small' }),
    pen.qr(certificate.checkpoint, pen.dots(400)),
    ...names.flatMap((name) => [space(pen.dots(70)), pen.rule(2, 0, 4), pen.text(name, { size: 'small' })]),
    space(pen.dots(30)),
  ]);
}
