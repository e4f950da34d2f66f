import { err, ok, type Result } from '../../src/domain/result.ts';

/**
 * An input report of a bar code or document reader of HID usage page 8C (Point of Sale): report number, length,
 * AIM symbology identifier, data, and a last byte whose bit 0 says that more of the same text follows.
 */
export const HID_POS = { reportNumber: 2, reportBytes: 64, dataOffset: 5, maxData: 56 } as const;

export interface HidPosReport {
  /** Such as `]Q0`. */
  readonly symbology: string;
  readonly data: Uint8Array;
  readonly more: boolean;
}

/** `bad-data` for a report of another number or length, or that states more data than it can hold. */
export function parseHidPosReport(report: Uint8Array): Result<HidPosReport, { readonly code: 'bad-data' }> {
  const [number, length = 0] = report;
  if (number !== HID_POS.reportNumber || report.length !== HID_POS.reportBytes || length > HID_POS.maxData) {
    return err({ code: 'bad-data' });
  }
  return ok({
    symbology: new TextDecoder('latin1').decode(report.subarray(2, HID_POS.dataOffset)),
    data: report.slice(HID_POS.dataOffset, HID_POS.dataOffset + length),
    more: ((report[HID_POS.reportBytes - 1] ?? 0) & 1) !== 0,
  });
}

/** The reports that a reader sends for a text, for the emulator. */
export function encodeHidPosReports(text: Uint8Array, symbology: string): Uint8Array[] {
  const reports: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < text.length; at += HID_POS.maxData) {
    const data = text.subarray(at, at + HID_POS.maxData);
    const report = new Uint8Array(HID_POS.reportBytes);
    report.set([HID_POS.reportNumber, data.length, ...new TextEncoder().encode(symbology).subarray(0, 3)]);
    report.set(data, HID_POS.dataOffset);
    report[HID_POS.reportBytes - 1] = at + HID_POS.maxData < text.length ? 1 : 0;
    reports.push(report);
  }
  return reports;
}
