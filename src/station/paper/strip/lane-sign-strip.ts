import type { MonoBitmap } from '../../../domain/devices.ts';
import type { Language } from '../../../domain/language.ts';
import type { LaneSignContent } from '../../context.ts';
import { rangeText } from '../pdf/lane-signs-pdf.ts';
import { sayIn } from '../words/paper-words.ts';
import { trainingBand } from './receipt-strip.ts';
import { space } from './strip-block.ts';
import type { StripPen } from './strip-pen.ts';

/** The sign over one table where there is no office printer: which list numbers come here, and which go where. */
export function drawLaneSign(
  pen: StripPen,
  sign: LaneSignContent,
  lane: number,
  language: Language,
): MonoBitmap {
  const say = sayIn(language);
  const own = sign.shares.find((share) => share.lane === lane);
  const others = sign.shares.filter((share) => share.lane !== lane);
  return pen.print([
    ...(sign.mock ? [trainingBand(pen), space(pen.dots(14))] : []),
    pen.text(say('sign.table'), { size: 'title', align: 'centre' }),
    pen.text(String(lane), { size: pen.dots(220), weight: 'heavy', align: 'centre' }),
    pen.text(say('sign.numbers'), { size: 'body', align: 'centre' }),
    ...(own === undefined
      ? []
      : [
          pen.text(rangeText(own.first, own.last), {
            size: pen.sizeToFit(rangeText(own.first, own.last), pen.width, pen.dots(110), 'heavy'),
            weight: 'heavy',
            align: 'centre',
          }),
        ]),
    pen.rule(2, 12, 12),
    ...others.map((share) =>
      pen.row(say('lane.number', { number: share.lane }), rangeText(share.first, share.last), {
        size: 'large',
      }),
    ),
  ]);
}
