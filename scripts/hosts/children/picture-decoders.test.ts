import openJpeg from '@cornerstonejs/codec-openjpeg/wasmjs';
import { describe, expect, it } from 'vitest';
import {
  COMPRESSION,
  readFingerImageRecord,
  writeFingerImageRecord,
} from '../../../native-bridges/fingerprint-scanners/sbi/finger-image-record.ts';
import { stripedFinger } from '../../../native-bridges/simulated/test-people.ts';
import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { unwrap } from '../../../src/domain/result.ts';
import { encodeWsq } from '../../../src/fingerprint/testing/wsq-encoder.ts';
import { PICTURE_DECODERS } from './picture-decoders.ts';

const FINGER = stripedFinger(320, 480);

async function jpeg2000(image: GreyImage): Promise<Uint8Array> {
  const { J2KEncoder } = await openJpeg({ print: () => undefined, printErr: () => undefined });
  const encoder = new J2KEncoder();
  const { width, height, pixels } = image;
  const frame = { width, height, bitsPerSample: 8, componentCount: 1, isSigned: false };
  encoder.getDecodedBuffer({ ...frame, isUsingColorTransform: false }).set(pixels);
  encoder.setQuality(true, 0);
  encoder.encode();
  const bytes = Uint8Array.from(encoder.getEncodedBuffer());
  encoder.delete();
  return bytes;
}

/** The mean difference of a grey value. */
function difference(one: GreyImage, other: GreyImage): number {
  const sum = one.pixels.reduce((all, grey, at) => all + Math.abs(grey - (other.pixels[at] ?? 0)), 0);
  return sum / one.pixels.length;
}

describe('compressed pictures of a biometric service', () => {
  it('are read as WSQ and as JPEG 2000, with the size and resolution of their record', async () => {
    const wsq = { as: COMPRESSION.wsq, bytes: encodeWsq(FINGER.pixels, 320, 480) };
    const read = unwrap(await readFingerImageRecord(writeFingerImageRecord(FINGER, wsq), PICTURE_DECODERS));
    expect([read.width, read.height, read.dpi]).toEqual([320, 480, 500]);
    expect(difference(read, FINGER)).toBeLessThan(4);
    const jp2 = { as: COMPRESSION.jpeg2000, bytes: await jpeg2000(FINGER) };
    expect(await readFingerImageRecord(writeFingerImageRecord(FINGER, jp2), PICTURE_DECODERS)).toEqual({
      ok: true,
      value: FINGER,
    });
  });

  it('are refused where they are damaged, of another size than was signed, or nothing decodes them', async () => {
    const bytes = encodeWsq(FINGER.pixels, 320, 480);
    const other = writeFingerImageRecord(
      { ...FINGER, width: 480, height: 320 },
      { as: COMPRESSION.wsq, bytes },
    );
    const cut = writeFingerImageRecord(FINGER, { as: COMPRESSION.wsq, bytes: bytes.slice(0, 900) });
    const rubbish = writeFingerImageRecord(FINGER, { as: COMPRESSION.jpeg2000, bytes: bytes.slice(0, 900) });
    const bad = { ok: false, error: { code: 'bad-data' } };
    for (const record of [other, cut, rubbish])
      expect(await readFingerImageRecord(record, PICTURE_DECODERS)).toEqual(bad);
    const whole = writeFingerImageRecord(FINGER, { as: COMPRESSION.wsq, bytes });
    expect(await readFingerImageRecord(whole)).toEqual(bad);
  });
});
