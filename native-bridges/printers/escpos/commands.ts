/**
 * The ESC/POS commands that a receipt needs (Epson ESC/POS command reference, names as there). All text is
 * printed as raster, so there are no character commands.
 */

/** ESC @: forgets modes and what is half printed in the line buffer. */
export const INITIALISE = Uint8Array.of(0x1b, 0x40);

/** GS r 1: the paper sensors, answered in its turn, that is after all that was sent before has been printed. */
export const TRANSMIT_PAPER_SENSOR = Uint8Array.of(0x1d, 0x72, 0x01);

/** DLE DC4 8: drops what the printer still holds, so that a new roll does not print half a receipt. */
export const CLEAR_BUFFER = Uint8Array.of(0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08);

/** DLE EOT n: answered at once, whatever is being printed. */
export const REAL_TIME_STATUS = {
  printer: Uint8Array.of(0x10, 0x04, 0x01),
  offlineCause: Uint8Array.of(0x10, 0x04, 0x02),
  paper: Uint8Array.of(0x10, 0x04, 0x04),
} as const;

/** GS V 66 n: feeds to the cutter and n dots further, then cuts. */
export function feedAndCut(dots: number): Uint8Array {
  return Uint8Array.of(0x1d, 0x56, 0x42, dots);
}

/** GS v 0: the header of a raster of `bytesAcross` x `rows`, which follows row by row. */
export function rasterHeader(bytesAcross: number, rows: number): Uint8Array {
  return Uint8Array.of(0x1d, 0x76, 0x30, 0, bytesAcross & 0xff, bytesAcross >> 8, rows & 0xff, rows >> 8);
}
