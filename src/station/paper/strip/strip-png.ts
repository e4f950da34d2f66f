import { encode } from 'fast-png';
import type { MonoBitmap } from '../../../domain/devices.ts';

/** A strip as a PNG of one bit a pixel (grey scale: 1 is white there, so every bit is turned over). */
export function encodeStripPng(strip: MonoBitmap): Uint8Array {
  return encode({
    width: strip.width,
    height: strip.height,
    depth: 1,
    channels: 1,
    data: strip.rows.map((bits) => ~bits & 0xff),
  });
}
