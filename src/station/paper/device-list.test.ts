import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../domain/language.ts';
import type { DeviceList } from '../technician/device-list.ts';
import { wordDeviceList } from './device-list-wording.ts';
import { createPaperPress } from './paper-press.ts';
import { readPdfText } from './pdf/read-pdf-text.ts';

const SCANNER = {
  kind: 'fingerprint-scanner',
  model: 'Futronic FS81',
  port: '1-4:7',
  serialNumber: '0010A7F3',
  simulated: false,
  problem: null,
  calibration: { dpi: 503, flipRows: false, flipColumns: true },
} as const;
const LIST: DeviceList = {
  mock: false,
  stationNumber: 9901,
  lane: 2,
  deviceId: 'lane-2-abcd1234',
  printedAt: '2027-01-23 16:05',
  usbProblem: null,
  devices: [
    SCANNER,
    {
      ...SCANNER,
      kind: 'card-reader',
      model: 'Card reader',
      serialNumber: null,
      problem: { code: 'held-by-card-service' },
      calibration: null,
    },
  ],
};
const press = createPaperPress();

describe('the list of devices on paper', () => {
  it('names each by model, serial number and port, with what is set for a scanner and what is wrong', async () => {
    const text = readPdfText(await press.devicesPdf(LIST, 'en')).join('\n');
    for (const part of ['Futronic FS81', '0010A7F3', '1-4:7', '503 dots per inch, picture mirrored'])
      expect(text).toContain(part);
    for (const part of ['Card reader', 'none', "held by the system's card service", 'lane-2-abcd1234'])
      expect(text).toContain(part);
    expect(text).not.toContain('\ufffd');
  });

  it('goes on over as many pages as it needs', async () => {
    const many = { ...LIST, devices: Array.from({ length: 30 }, () => SCANNER) };
    const pages = readPdfText(await press.devicesPdf(many, 'ky'));
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.join('\n').split('0010A7F3')).toHaveLength(31);
  });

  it('says in three languages that nothing is plugged in, and why nothing can be', () => {
    for (const language of LANGUAGES) {
      const { warnings, devices } = wordDeviceList({ ...LIST, usbProblem: 'no-bus', devices: [] }, language);
      expect(devices).toEqual([]);
      expect(warnings).toHaveLength(2);
      expect(warnings[0]).toContain('USB');
    }
  });

  it('fits paper of both widths', async () => {
    for (const width of [576, 384]) {
      const strip = await press.devicesStrip(LIST, 'ky', width);
      expect(strip.width).toBe(width);
      expect(strip.height).toBeGreaterThan(400);
      expect(strip.rows).toHaveLength(Math.ceil(width / 8) * strip.height);
    }
  });
});
