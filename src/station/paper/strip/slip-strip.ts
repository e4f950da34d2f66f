import type { MonoBitmap } from '../../../domain/devices.ts';
import type { Language } from '../../../domain/language.ts';
import type { SlipContent } from '../../context.ts';
import { formatDay } from '../format.ts';
import { sayIn, sayValue } from '../words/paper-words.ts';
import { trainingBand } from './receipt-strip.ts';
import { type StripBlock, space } from './strip-block.ts';
import type { StripPen } from './strip-pen.ts';

/**
 * What a voter who can't be identified here takes along: what happened, what to do, and where to go. It names
 * nobody.
 */
export function drawSlip(pen: StripPen, slip: SlipContent, language: Language): MonoBitmap {
  const say = sayIn(language);
  return pen.print([
    ...(slip.mock ? [trainingBand(pen), space(pen.dots(14))] : []),
    pen.text(say('slip.heading'), { size: 'body' }),
    space(pen.dots(6)),
    pen.text(sayValue(say, 'outcome.', slip.outcome, '.title'), { size: 'title', weight: 'bold' }),
    pen.rule(2, 14, 14),
    pen.text(say('slip.what-to-do'), { size: 'small' }),
    pen.text(sayValue(say, 'outcome.', slip.outcome, '.advice'), { size: 'large', weight: 'medium' }),
    ...(slip.elsewhere === null ? [] : elsewhereBlocks(pen, slip.elsewhere, language)),
    pen.rule(2, 14, 10),
    pen.text(
      say('slip.issued', {
        station: say('station.number', { number: slip.stationNumber }),
        day: formatDay(slip.day),
      }),
      { size: 'small' },
    ),
  ]);
}

function elsewhereBlocks(
  pen: StripPen,
  elsewhere: NonNullable<SlipContent['elsewhere']>,
  language: Language,
): StripBlock[] {
  const say = sayIn(language);
  return [
    pen.rule(4, 18, 14),
    pen.text(say('slip.your-station'), { size: 'small' }),
    pen.text(String(elsewhere.stationNumber), { size: pen.dots(104), weight: 'heavy' }),
    pen.text(say('district.number', { number: elsewhere.districtNumber }), { size: 'body' }),
    space(pen.dots(14)),
    pen.text(say('slip.address'), { size: 'small' }),
    pen.text(elsewhere.address, { size: 'large', weight: 'bold' }),
  ];
}
