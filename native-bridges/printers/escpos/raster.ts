import type { MonoBitmap } from '../../../src/domain/devices.ts';
import { rasterHeader } from './commands.ts';

const DLE = 0x10;
/** EOT, ENQ and DC4: after DLE each begins a real-time command. */
const REAL_TIME = [0x04, 0x05, 0x14];

/**
 * Cuts a strip into bands of `bandRows` rows, each a whole GS v 0 command, so that the printer can be asked for
 * its paper in between.
 */
export function encodeBands(strip: MonoBitmap, bandRows: number): Uint8Array[] {
  const bytesAcross = Math.ceil(strip.width / 8);
  const bands: Uint8Array[] = [];
  for (let row = 0; row < strip.height; row += bandRows) {
    const rows = Math.min(bandRows, strip.height - row);
    const header = rasterHeader(bytesAcross, rows);
    const band = new Uint8Array(header.length + rows * bytesAcross);
    band.set(header);
    band.set(strip.rows.subarray(row * bytesAcross, (row + rows) * bytesAcross), header.length);
    keepOutRealTimeCommands(band, header.length);
    bands.push(band);
  }
  return bands;
}

/**
 * Printers obey real-time commands wherever they meet them, even among the dots of a picture: a stray
 * DLE DC4 could open a drawer or drop the buffer. One dot beside a black one is blackened to break the pattern.
 */
function keepOutRealTimeCommands(band: Uint8Array, start: number): void {
  for (let index = start; index + 1 < band.length; index += 1) {
    if (band[index] === DLE && REAL_TIME.includes(band[index + 1] ?? 0)) band[index] = DLE | 0x08;
  }
}
