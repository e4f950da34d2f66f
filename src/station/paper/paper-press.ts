import type { PaperPress } from '../context.ts';
import { writeErasureCertificatePdf } from '../provision/erasure-certificate-pdf.ts';
import { findFontFiles } from './fonts.ts';
import { writeDevicesPdf } from './pdf/devices-pdf.ts';
import { writeLaneSignsPdf } from './pdf/lane-signs-pdf.ts';
import { writePaperListPdf } from './pdf/paper-list-pdf.ts';
import { writePracticeBallotsPdf } from './pdf/practice-ballots-pdf.ts';
import { writeReportPdf } from './pdf/report-pdf.ts';
import { drawDeviceList } from './strip/devices-strip.ts';
import { drawErasure } from './strip/erasure-strip.ts';
import { drawLaneSign } from './strip/lane-sign-strip.ts';
import { drawNumbers } from './strip/numbers-strip.ts';
import { drawReceipt } from './strip/receipt-strip.ts';
import { drawReport } from './strip/report-strip.ts';
import { drawSlip } from './strip/slip-strip.ts';
import { registerStripFonts, StripPen } from './strip/strip-pen.ts';
import { encodeStripPng } from './strip/strip-png.ts';

export interface PaperPressOptions {
  /**
   * Folder that holds `GolosText_400Regular.ttf`, `GolosText_500Medium.ttf`, `GolosText_700Bold.ttf` and
   * `GolosText_800ExtraBold.ttf`; needed where the npm package is not beside the program (a bundle).
   */
  readonly fontDirectory?: string;
}

/**
 * Everything that a station prints. Strips are dots, because no printer's code page has ң, ө and ү; PDFs carry
 * their font. The same content always gives the same bytes.
 *
 * @throws when a font file is missing or broken: the installation is not whole.
 */
export function createPaperPress(options: PaperPressOptions = {}): PaperPress {
  const fonts = findFontFiles(options.fontDirectory);
  registerStripFonts(fonts);
  return {
    receipt: async (receipt, dotsAcross) => drawReceipt(new StripPen(dotsAcross), receipt),
    reportStrip: async (report, language, dotsAcross) =>
      drawReport(new StripPen(dotsAcross), report, language),
    slip: async (slip, language, dotsAcross) => drawSlip(new StripPen(dotsAcross), slip, language),
    numbersStrip: async (content, language, dotsAcross) =>
      drawNumbers(new StripPen(dotsAcross), content, language),
    laneSignStrip: async (sign, lane, language, dotsAcross) =>
      drawLaneSign(new StripPen(dotsAcross), sign, lane, language),
    laneSignsPdf: (sign, language) => writeLaneSignsPdf(fonts, sign, language),
    devicesStrip: async (list, language, dotsAcross) =>
      drawDeviceList(new StripPen(dotsAcross), list, language),
    devicesPdf: (list, language) => writeDevicesPdf(fonts, list, language),
    reportPdf: (report, language) => writeReportPdf(fonts, report, language),
    paperListPdf: (list, language) => writePaperListPdf(fonts, list, language),
    practiceBallotsPdf: (ballots, language) => writePracticeBallotsPdf(fonts, ballots, language),
    erasurePdf: (certificate, names, language) =>
      writeErasureCertificatePdf(fonts, certificate, names, language),
    erasureStrip: async (certificate, names, language, dotsAcross) =>
      drawErasure(new StripPen(dotsAcross), certificate, names, language),
    stripPng: async (strip) => encodeStripPng(strip),
  };
}
