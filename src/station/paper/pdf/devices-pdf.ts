import type { Language } from '../../../domain/language.ts';
import type { DeviceList } from '../../technician/device-list.ts';
import { type DeviceWording, wordDeviceList } from '../device-list-wording.ts';
import type { FontFiles } from '../fonts.ts';
import { sayIn } from '../words/paper-words.ts';
import {
  CONTENT_WIDTH,
  columns,
  contentTop,
  drawFoot,
  drawTrainingBand,
  gap,
  stackPdf,
} from './pdf-blocks.ts';
import { COLOURS, dateOfContent, PAGE, type PdfBlock, PdfPen } from './pdf-pen.ts';

const MARK_WIDTH = 22;
const LABEL_WIDTH = 150;
const BOTTOM = PAGE.height - 110;

/** The devices of a laptop on a page, with their serial numbers, to be signed by whoever set it up. */
export async function writeDevicesPdf(
  fonts: FontFiles,
  list: DeviceList,
  language: Language,
): Promise<Uint8Array> {
  const say = sayIn(language);
  const wording = wordDeviceList(list, language);
  const pen = new PdfPen(fonts, `${wording.title}, ${wording.place}`, dateOfContent(list.printedAt));
  const beginPage = (): number => {
    pen.addPage();
    if (list.mock) drawTrainingBand(pen);
    return contentTop(list.mock);
  };
  let top = beginPage();
  const put = (block: PdfBlock): void => {
    if (top + block.height > BOTTOM) top = beginPage();
    block.draw(PAGE.margin, top);
    top += block.height;
  };
  put(
    stackPdf([
      pen.text(wording.title, { size: 20, weight: 'bold' }, CONTENT_WIDTH),
      pen.text(wording.place, { size: 12, weight: 'medium' }, CONTENT_WIDTH),
      pen.text(wording.laptop, { size: 9, colour: COLOURS.soft }, CONTENT_WIDTH),
      gap(12),
      ...wording.warnings.map((warning) =>
        pen.text(warning, { size: 11, weight: 'bold', colour: COLOURS.bad }, CONTENT_WIDTH),
      ),
    ]),
  );
  for (const device of wording.devices) put(deviceBlock(pen, device));
  put(
    stackPdf([
      gap(46),
      ruleBlock(pen, 220),
      pen.text(wording.signature, { size: 9, colour: COLOURS.soft }, CONTENT_WIDTH),
    ]),
  );
  pen.onEachPage((page, pages) => {
    drawFoot(pen, `${wording.title} · ${wording.place}`, say('list.page', { page, pages }));
  });
  return pen.finish();
}

function deviceBlock(pen: PdfPen, device: DeviceWording): PdfBlock {
  const width = CONTENT_WIDTH - MARK_WIDTH;
  const rows = device.rows.map(({ label, value }) =>
    columns([
      { left: 0, block: pen.text(label, { size: 10, colour: COLOURS.soft }, LABEL_WIDTH - 10) },
      { left: LABEL_WIDTH, block: pen.text(value, { size: 10 }, width - LABEL_WIDTH) },
    ]),
  );
  const text = stackPdf([
    pen.text(device.kind, { size: 12, weight: 'bold' }, width),
    pen.text(device.model, { size: 11 }, width),
    gap(3),
    ...rows,
    gap(12),
  ]);
  return {
    height: text.height + 10,
    draw(x, y) {
      pen.rule(x, y, CONTENT_WIDTH);
      pen.mark(device.works ? 'agrees' : 'differs', x + 2, y + 12, 11);
      text.draw(x + MARK_WIDTH, y + 8);
    },
  };
}

function ruleBlock(pen: PdfPen, width: number): PdfBlock {
  return { height: 4, draw: (x, y) => pen.rule(x, y, width, COLOURS.ink) };
}
