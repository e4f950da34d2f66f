import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBands } from './raster.ts';
import { decodeStatus, encodeStatus, isRealTimeStatus } from './status.ts';

test('a strip is cut into whole GS v 0 bands that hold all its rows', () => {
  const rows = Uint8Array.from({ length: 3 * 150 }, (_, index) => index & 1);
  const bands = encodeBands({ width: 20, height: 150, rows }, 64);
  expect(bands.map((band) => [...band.subarray(0, 8)])).toEqual([
    [0x1d, 0x76, 0x30, 0, 3, 0, 64, 0],
    [0x1d, 0x76, 0x30, 0, 3, 0, 64, 0],
    [0x1d, 0x76, 0x30, 0, 3, 0, 22, 0],
  ]);
  expect(Buffer.concat(bands.map((band) => band.subarray(8)))).toEqual(Buffer.from(rows));
});

test('no picture, whatever its dots, holds a real-time command, and no black dot is lost', () => {
  const dots = fc.array(fc.constantFrom(0x10, 0x04, 0x05, 0x14, 0x01, 0x08, 0xff), {
    minLength: 40,
    maxLength: 40,
  });
  fc.assert(
    fc.property(dots, (values) => {
      const rows = Uint8Array.from(values);
      const [band] = encodeBands({ width: 32, height: 10, rows }, 64);
      const sent = band?.subarray(8) ?? new Uint8Array();
      for (const [index, byte] of sent.entries()) {
        expect(byte & (rows[index] ?? 0)).toBe(rows[index]);
        if (byte === 0x10) expect([0x04, 0x05, 0x14]).not.toContain(sent[index + 1]);
      }
    }),
  );
});

test('what the status bytes say is what the sensors saw, and every one is told from line noise', () => {
  for (const paper of ['present', 'low', 'out'] as const) {
    for (const coverOpen of [false, true]) {
      const sent = encodeStatus({ paper, coverOpen });
      expect(decodeStatus(sent.offlineCause, sent.paper)).toEqual({ paper, coverOpen });
      for (const byte of Object.values(sent)) expect(isRealTimeStatus(byte)).toBe(true);
    }
  }
  expect(isRealTimeStatus(0x00)).toBe(false);
  expect(isRealTimeStatus(0xff)).toBe(false);
});
