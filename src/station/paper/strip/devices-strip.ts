import type { MonoBitmap } from '../../../domain/devices.ts';
import type { Language } from '../../../domain/language.ts';
import type { DeviceList } from '../../technician/device-list.ts';
import { wordDeviceList } from '../device-list-wording.ts';
import { trainingBand } from './receipt-strip.ts';
import { space } from './strip-block.ts';
import type { StripPen } from './strip-pen.ts';

/**
 * The devices of a laptop on the receipt printer: what a technician leaves with the commission, and the strip that the
 * printer itself is tried with (letters of all three languages, and a code to be scanned).
 */
export function drawDeviceList(pen: StripPen, list: DeviceList, language: Language): MonoBitmap {
  const wording = wordDeviceList(list, language);
  return pen.print([
    ...(list.mock ? [trainingBand(pen), space(pen.dots(14))] : []),
    pen.text(wording.title, { size: 'title', weight: 'bold' }),
    pen.text(wording.place, { size: 'body', weight: 'medium' }),
    pen.text(wording.laptop, { size: 'small' }),
    pen.rule(4, 10, 10),
    ...wording.warnings.flatMap((warning) => [
      pen.box(warning, { size: 'body', weight: 'bold' }),
      space(pen.dots(12)),
    ]),
    ...wording.devices.flatMap((device) => [
      pen.text(device.kind, { size: 'body', weight: 'bold' }),
      pen.text(device.model, { size: 'body' }),
      ...device.rows.map(({ label, value }) => pen.row(label, value, { size: 'small' })),
      pen.rule(1, 6, 8),
    ]),
    pen.text('ңөү ҢӨҮ ёъыэ Aa 0123456789', { size: 'body' }),
    pen.qr(list.deviceId, pen.dots(200)),
    space(pen.dots(44)),
    pen.rule(1, 0, 2),
    pen.text(wording.signature, { size: 'small' }),
  ]);
}
