import type { FontFiles } from '../paper/fonts.ts';
import { COLOURS, dateOfContent, PAGE, PdfPen } from '../paper/pdf/pdf-pen.ts';
import { sayIn } from '../paper/words/paper-words.ts';

export interface LaptopLabel {
  readonly station: number;
  readonly lane: number;
  readonly device: string;
  readonly seal: string;
  readonly model: string;
}

const ACROSS = 2;
const DOWN = 7;
const WIDTH = (PAGE.width - PAGE.margin) / ACROSS;
const HEIGHT = (PAGE.height - PAGE.margin) / DOWN;
const CODE_SIDE = 74;

/**
 * Labels to cut out, fourteen to a sheet, by station and lane. The code says which laptop it is, so that a scan
 * at delivery shows that the right one went; nothing on it is secret.
 */
export async function writeLabelsPdf(fonts: FontFiles, labels: readonly LaptopLabel[]): Promise<Uint8Array> {
  const pen = new PdfPen(fonts, 'Tizme', dateOfContent(null));
  const sorted = labels.toSorted((a, b) => a.station - b.station || a.lane - b.lane);
  for (const [index, label] of sorted.entries()) {
    const place = index % (ACROSS * DOWN);
    if (place === 0) pen.addPage();
    const x = PAGE.margin / 2 + (place % ACROSS) * WIDTH;
    const y = PAGE.margin / 2 + Math.floor(place / ACROSS) * HEIGHT;
    drawLabel(pen, label, x, y);
  }
  if (sorted.length === 0) pen.addPage();
  return pen.finish();
}

function drawLabel(
  pen: PdfPen,
  { station, lane, device, seal, model }: LaptopLabel,
  x: number,
  y: number,
): void {
  const inset = 10;
  const text = x + inset;
  // In both languages of the country, each on a line of its own: beside the code there is room for one.
  const place = (language: 'ky' | 'ru'): string =>
    `${sayIn(language)('station.number', { number: station })} · ${sayIn(language)('lane.number', { number: lane })}`;
  pen.frame(x + 3, y + 3, WIDTH - 6, HEIGHT - 6, COLOURS.soft, 0.5);
  pen.line(place('ky'), text, y + inset, { size: 12, weight: 'heavy' });
  pen.line(place('ru'), text, y + inset + 17, { size: 10, weight: 'medium' });
  pen.line(sayIn('ru')('label.seal'), text, y + inset + 38, { size: 7, colour: COLOURS.soft });
  pen.line(seal === '' ? '______________' : seal, text, y + inset + 46, { size: 15, weight: 'heavy' });
  pen.line(device, text, y + inset + 70, { size: 8, colour: COLOURS.soft });
  pen.line(model.slice(0, 44), text, y + inset + 82, { size: 7, colour: COLOURS.soft });
  pen.qr(`tizme-laptop:${device}:${seal}`, x + WIDTH - CODE_SIDE - 8, y + inset, CODE_SIDE);
}
