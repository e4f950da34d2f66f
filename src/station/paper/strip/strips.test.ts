import { decode } from 'fast-png';
import jsQR from 'jsqr';
import { describe, expect, it } from 'vitest';
import type { MonoBitmap } from '../../../domain/devices.ts';
import { LANGUAGES } from '../../../domain/language.ts';
import { STOP_OUTCOMES } from '../../../domain/outcome.ts';
import { deviceKeyFromSeed } from '../../../ledger/device-key.ts';
import { cosign } from '../../../ledger/notes/cosignature.ts';
import { signNote } from '../../../ledger/notes/signed-note.ts';
import type { ReceiptContent } from '../../context.ts';
import { createPaperPress } from '../paper-press.ts';
import { closingReport, openingReport } from '../report/sample-report.ts';
import { StripPen } from './strip-pen.ts';

const WIDTHS = [576, 384] as const;
const LONG_NAME = 'Бектурсунова-Жумагулова-Абдыкадырова-Эсенгелдиева Айсулуу Абдыкадыржапаровна';
const press = createPaperPress();

/** The last 20 rows of dots that end with ink, on paper of 576 dots. */
function lastLine({ rows }: MonoBitmap): Uint8Array {
  const end = Math.ceil((rows.findLastIndex((byte) => byte !== 0) + 1) / 72) * 72;
  return rows.subarray(end - 20 * 72, end);
}

function receipt(changes: Partial<ReceiptContent> = {}): ReceiptContent {
  return {
    mock: false,
    electionTitle: { ky: 'Үлгү шайлоо', ru: 'Учебные выборы', en: 'Mock election' },
    receiptTitle: { ky: 'Президентти шайлоо', ru: 'Выборы Президента', en: 'Election of the President' },
    stationNumber: 9901,
    lane: 2,
    number: '2-0142',
    copy: 1,
    fields: ['list-number', 'name', 'time', 'lane', 'code'],
    listNumber: 1412,
    visitorFrom: null,
    voterName: 'Асанова Гүлнара Төлөгөн кызы',
    time: '10:42',
    code: 'T1.9901.2.2-0142.k3x9q0ab',
    ...changes,
  };
}

function isBlack(strip: MonoBitmap, x: number, y: number): boolean {
  const byte = strip.rows[y * Math.ceil(strip.width / 8) + (x >> 3)] ?? 0;
  return (byte & (0x80 >> (x & 7))) !== 0;
}

/** What a camera over the paper would see. */
function readCode(strip: MonoBitmap): string | null {
  const pixels = new Uint8ClampedArray(strip.width * strip.height * 4).fill(255);
  for (let y = 0; y < strip.height; y += 1)
    for (let x = 0; x < strip.width; x += 1)
      if (isBlack(strip, x, y)) pixels.fill(0, (y * strip.width + x) * 4, (y * strip.width + x) * 4 + 3);
  return jsQR(pixels, strip.width, strip.height)?.data ?? null;
}

function blackDots(strip: MonoBitmap): number {
  let count = 0;
  for (let y = 0; y < strip.height; y += 1)
    for (let x = 0; x < strip.width; x += 1) if (isBlack(strip, x, y)) count += 1;
  return count;
}

/** Height of the black bar at the top of the paper, looked for along its left edge; 0 where there is none. */
function barAtTop(strip: MonoBitmap): number {
  let y = 0;
  while (y < 40 && !isBlack(strip, 14, y)) y += 1;
  const top = y;
  while (y < strip.height && isBlack(strip, 14, y)) y += 1;
  return y - top;
}

/** Black dots where the printer's edge and the knife are: none, whatever is printed. */
function dotsInMargins(strip: MonoBitmap): number {
  let count = 0;
  for (let y = 0; y < strip.height; y += 1)
    for (let x = 0; x < strip.width; x += 1)
      if ((x < 8 || x >= strip.width - 8 || y >= strip.height - 48) && isBlack(strip, x, y)) count += 1;
  return count;
}

describe('a receipt', () => {
  it.each(WIDTHS)('carries a code that reads again at %i dots', async (width) => {
    const strip = await press.receipt(receipt(), width);
    expect(strip.width).toBe(width);
    expect(strip.rows).toHaveLength((width / 8) * strip.height);
    expect(readCode(strip)).toBe('T1.9901.2.2-0142.k3x9q0ab');
  });

  it.each(WIDTHS)(
    'of a mock election begins with a black bar at %i dots, a real one does not',
    async (width) => {
      expect(barAtTop(await press.receipt(receipt({ mock: true }), width))).toBeGreaterThan(40);
      expect(barAtTop(await press.receipt(receipt(), width))).toBeLessThan(20);
    },
  );

  it('that is repeated says so over a great part of its width, and which copy it is', async () => {
    const first = await press.receipt(receipt(), 576);
    const second = await press.receipt(receipt({ copy: 2 }), 576);
    const third = await press.receipt(receipt({ copy: 3 }), 576);
    expect(barAtTop(second)).toBeGreaterThan(120);
    expect(second.height).toBeGreaterThan(first.height + 120);
    expect(Buffer.from(second.rows).equals(third.rows)).toBe(false);
    expect(readCode(second)).toBe(receipt().code);
  });

  it('holds exactly the fields of the procedure: each one taken away leaves less on the paper', async () => {
    const all = receipt().fields;
    const whole = blackDots(await press.receipt(receipt(), 576));
    for (const field of all) {
      const fields = all.filter((other) => other !== field);
      const strip = await press.receipt(receipt({ fields }), 576);
      if (field === 'code') expect(readCode(strip)).toBeNull();
      else expect(blackDots(strip)).toBeLessThan(whole);
    }
    const without = receipt({ fields: ['code'] });
    const other = { ...without, voterName: 'Ким Александр', time: '11:11', listNumber: 1, lane: 9 };
    expect((await press.receipt(without, 576)).rows).toEqual((await press.receipt(other, 576)).rows);
  });

  it.each(WIDTHS)('wraps the longest names and titles inside its margins at %i dots', async (width) => {
    const long = receipt({
      mock: true,
      copy: 12,
      voterName: LONG_NAME,
      number: '10-123456',
      electionTitle: { ky: LONG_NAME, ru: LONG_NAME.toUpperCase(), en: '' },
    });
    const strip = await press.receipt(long, width);
    expect(dotsInMargins(strip)).toBe(0);
    expect(strip.height).toBeGreaterThan((await press.receipt(receipt(), width)).height);
    expect(readCode(strip)).toBe(long.code);
  });

  it('of a voter of another station shows the home district whatever the procedure lists, and no number of this list', async () => {
    const visitorFrom = { stationNumber: 9931, districtNumber: 4 };
    const [plain, visitor, otherDistrict, otherNumber] = [
      await press.receipt(receipt({ fields: [] }), 576),
      await press.receipt(receipt({ fields: [], visitorFrom }), 576),
      await press.receipt(receipt({ fields: [], visitorFrom: { ...visitorFrom, districtNumber: 5 } }), 576),
      await press.receipt(receipt({ fields: ['list-number'], visitorFrom, listNumber: 7 }), 576),
    ];
    expect(visitor.height).toBeGreaterThan(plain.height);
    expect(otherDistrict.rows).not.toEqual(visitor.rows);
    expect(otherNumber.rows).toEqual(visitor.rows);
  });

  it('is the same dots each time', async () => {
    expect(await press.receipt(receipt(), 576)).toEqual(await press.receipt(receipt(), 576));
  });
});

describe('Kyrgyz letters', () => {
  it('are drawn as themselves, not as the box of a missing glyph nor as their Russian neighbours', () => {
    const pen = new StripPen(576);
    const draw = (letter: string): string =>
      Buffer.from(pen.print([pen.text(letter, { size: 'display', weight: 'bold' })]).rows).toString('hex');
    const missing = draw('\ue000');
    const drawn = [...'ңөүҢӨҮноуНОУ№'].map(draw);
    expect(drawn).not.toContain(missing);
    expect(new Set(drawn).size).toBe(drawn.length);
  });
});

describe('a slip', () => {
  it('differs for each outcome and language, keeps its margins, and leaves room for where to go', async () => {
    const seen = new Set<string>();
    for (const outcome of STOP_OUTCOMES)
      for (const language of LANGUAGES) {
        const content = { mock: false, stationNumber: 9901, outcome, elsewhere: null, day: '2027-01-24' };
        const strip = await press.slip(content, language, 576);
        seen.add(Buffer.from(strip.rows).toString('base64'));
      }
    expect(seen.size).toBe(STOP_OUTCOMES.length * LANGUAGES.length);
    const content = { mock: true, stationNumber: 9901, outcome: 'wrong-station', day: '2027-01-24' };
    const elsewhere = { stationNumber: 1_234_567, districtNumber: 12, address: `${LONG_NAME}, ${LONG_NAME}` };
    const here = await press.slip({ ...content, elsewhere: null }, 'ky', 384);
    const there = await press.slip({ ...content, elsewhere }, 'ky', 384);
    expect(there.height).toBeGreaterThan(here.height + 150);
    expect(dotsInMargins(there)).toBe(0);
  });
});

describe('a report on the receipt printer', () => {
  it.each(WIDTHS)('carries its checkpoint as a code at %i dots', async (width) => {
    const report = closingReport();
    const strip = await press.reportStrip(report, 'ky', width);
    expect(readCode(strip)).toBe(report.checkpoint);
    expect(barAtTop(strip)).toBeGreaterThan(40);
    expect(dotsInMargins(strip)).toBe(0);
  });

  it('frames a warning where its figures do not add up, and prints a zero report without a code', async () => {
    const sound = await press.reportStrip(closingReport(), 'ru', 576);
    const unsound = await press.reportStrip(closingReport({ addsUp: false }), 'ru', 576);
    expect(unsound.height).toBeGreaterThan(sound.height + 60);
    expect(readCode(await press.reportStrip(openingReport(), 'ru', 576))).toBeNull();
  });
});

describe('a countersigned report', () => {
  it('has the whole note in its code, readable on either width of paper', async () => {
    const key = deviceKeyFromSeed(new Uint8Array(32).fill(7));
    const origin = 'tizme-TRAINING/training-2027-01-24-1/9901/lane-2-92f0f027/1800752400';
    const text = `${origin}\n4112\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n`;
    const lines = [1, 3, 4].map((lane) =>
      cosign(`tizme-TRAINING/training-2027-01-24-1/9901/lane-${lane}-92f0f027`, key, text, 1_790_000_001),
    );
    const checkpoint = `${signNote(origin, key, text)}${lines.join('')}`;
    const witnesses = ['lane-1-92f0f027', 'lane-3-92f0f027', 'lane-4-92f0f027'];
    for (const width of WIDTHS) {
      const strip = await press.reportStrip(closingReport({ checkpoint, witnesses }), 'ru', width);
      expect(readCode(strip)).toBe(checkpoint);
    }
  });
});

describe('the sign over a table', () => {
  it('has the table’s number large, on either width of paper', async () => {
    const shares = [
      { lane: 1, first: 1, last: 1204 },
      { lane: 2, first: 1205, last: 2410 },
    ];
    const content = { mock: true, electionTitle: { ky: '', ru: '', en: '' }, stationNumber: 9901, shares };
    for (const width of [384, 576]) {
      const one = await press.laneSignStrip(content, 1, 'ky', width);
      const two = await press.laneSignStrip(content, 2, 'ky', width);
      expect(one.width).toBe(width);
      expect(one.height).toBeGreaterThan(width / 2);
      expect(Buffer.from(one.rows).equals(two.rows)).toBe(false);
    }
  });
});

describe('the grid of numbers', () => {
  const numbers = {
    mock: false,
    stationNumber: 9901,
    printedAt: '2027-01-24 15:30',
    listNumbers: [1, 12, 13, 2499],
    listLength: 2500,
    lanes: [{ lane: 1, lastReceipt: '1-0412' }],
  };

  it.each(WIDTHS)('on paper of %i dots is at most a metre for 2,500 voters', async (width) => {
    const strip = await press.numbersStrip(numbers, 'ky', width);
    expect(strip.width).toBe(width);
    expect(strip.height).toBeLessThan(8_000);
  });

  it('ends in a line of its own in each language, so that a strip that was cut short can be told', async () => {
    for (const language of LANGUAGES) {
      const [short, long] = [
        await press.numbersStrip({ ...numbers, listLength: 10 }, language, 576),
        await press.numbersStrip({ ...numbers, listLength: 20 }, language, 576),
      ];
      // The last line of both is the same words, and not a row of the grid.
      expect(lastLine(short)).toEqual(lastLine(long));
      expect(lastLine(short).some((byte) => byte !== 0)).toBe(true);
    }
  });

  it('has as much ink as there are numbers taken: each is shown, and a free one is a dot', async () => {
    const ink = async (listNumbers: readonly number[]): Promise<number> => {
      const { rows } = await press.numbersStrip({ ...numbers, listNumbers }, 'ru', 576);
      return rows.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    };
    const all = Array.from({ length: 2500 }, (_, i) => i + 1);
    const [none, half, whole] = [await ink([]), await ink(all.filter((n) => n % 2 === 0)), await ink(all)];
    expect(half).toBeGreaterThan(none * 1.5);
    expect(whole).toBeGreaterThan(half * 1.3);
  });
});

describe('a strip as PNG', () => {
  it('is one bit a pixel, white where the strip is 0', async () => {
    const strip = await press.receipt(receipt({ mock: true }), 384);
    const png = decode(await press.stripPng(strip));
    expect(png).toMatchObject({ width: strip.width, height: strip.height, depth: 1, channels: 1 });
    expect([...png.data].map((bits) => ~bits & 0xff)).toEqual([...strip.rows]);
  });
});
