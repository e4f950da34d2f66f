import openJpeg from '@cornerstonejs/codec-openjpeg/decodewasmjs';
import { encode } from 'fast-png';
import { err, ok, type Result } from '../../domain/result.ts';
import { type FacePictureError, type Jpeg2000Frame, readJpeg2000Frame } from './jpeg2000-frame.ts';

/** A face as every browser shows it. */
export interface FacePicture {
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes a JPEG 2000 face into a PNG of 8 bits. Takes a tenth of a second and up to 200 MB of WebAssembly memory, which only ends
 * with its thread: face-pictures.ts is what the rest of the program calls.
 */
export async function decodeJpeg2000(bytes: Uint8Array): Promise<Result<FacePicture, FacePictureError>> {
  const frame = readJpeg2000Frame(bytes);
  if (!frame.ok) return frame;
  const samples = await decodeSamples(frame.value);
  if (!samples.ok) return samples;
  const { width, height } = frame.value;
  const channels = frame.value.components === 3 ? 3 : 1;
  const data = toPixels(frame.value, samples.value);
  return ok({
    mediaType: 'image/png',
    bytes: encode({ width, height, data, channels, depth: 8 }),
    width,
    height,
  });
}

async function decodeSamples(frame: Jpeg2000Frame): Promise<Result<Uint8Array, FacePictureError>> {
  const { width, height, components, bits, codeStream } = frame;
  try {
    // It speaks of everything that it meets; what matters is in the frame that it gives.
    const { J2KDecoder } = await openJpeg({ print: () => undefined, printErr: () => undefined });
    // One decoder for each picture: after a failure it would give the one before.
    const decoder = new J2KDecoder();
    decoder.getEncodedBuffer(codeStream.length).set(codeStream);
    decoder.decode();
    const info = decoder.getFrameInfo();
    const samples = decoder.getDecodedBuffer();
    const expected = width * height * components * (bits > 8 ? 2 : 1);
    const whole = info.width === width && info.height === height && info.componentCount === components;
    const result = whole && samples.length === expected ? Uint8Array.from(samples) : null;
    decoder.delete();
    return result === null ? err({ code: 'not-decoded' }) : ok(result);
  } catch {
    return err({ code: 'not-decoded' });
  }
}

/** Grey, or red, green and blue, of eight bits each. */
function toPixels(frame: Jpeg2000Frame, samples: Uint8Array): Uint8Array {
  const { components, bits, signed, colours } = frame;
  const pixels = new Uint8Array(frame.width * frame.height * components);
  const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  for (let i = 0; i < pixels.length; i++) {
    const raw = bits > 8 ? view.getUint16(2 * i, true) : (samples[i] ?? 0);
    const value = signed ? (raw + 2 ** (bits - 1)) % 2 ** (bits > 8 ? 16 : 8) : raw;
    pixels[i] = bits >= 8 ? value >> (bits - 8) : Math.round((value * 255) / (2 ** bits - 1));
  }
  if (colours === 'ycc') for (let at = 0; at < pixels.length; at += 3) toRgb(pixels, at);
  return pixels;
}

/** sYCC (IEC 61966-2-1, amendment 1), in place. */
function toRgb(pixels: Uint8Array, at: number): void {
  const [y = 0, cb = 0, cr = 0] = pixels.subarray(at, at + 3);
  const clamp = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));
  pixels[at] = clamp(y + 1.402 * (cr - 128));
  pixels[at + 1] = clamp(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128));
  pixels[at + 2] = clamp(y + 1.772 * (cb - 128));
}
