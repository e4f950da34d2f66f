import { create } from 'qrcode';

/** Modules of a QR code (ISO/IEC 18004), without the quiet zone. */
export interface QrMatrix {
  /** Modules across. */
  readonly size: number;
  isDark(row: number, column: number): boolean;
}

/** Light modules around the code (ISO/IEC 18004, 6.3.8). */
export const QUIET_ZONE = 4;

/** The code of a text, with level M: 15 % of it may be soiled. */
export function qrMatrix(text: string): QrMatrix {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  return { size: modules.size, isDark: (row, column) => modules.get(row, column) !== 0 };
}
