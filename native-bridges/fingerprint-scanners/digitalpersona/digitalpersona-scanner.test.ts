import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FingerFrame } from '../../../src/domain/devices.ts';
import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { manualTimer } from '../../../src/domain/manual-timer.ts';
import { ok } from '../../../src/domain/result.ts';
import {
  DIGITALPERSONA_ROWS,
  DigitalPersonaEmulator,
  SCRAMBLED_BLOCKS,
} from '../../simulated/usb/digitalpersona-emulator.ts';
import { MemoryUsbTransport } from '../../simulated/usb/memory-usb-transport.ts';
import { OpenedScanner } from '../opened-scanner.ts';
import { DIGITALPERSONA_4500 } from '../scanner-models.ts';
import { clearCapture, decodeCapture, ROW_BYTES } from './capture.ts';
import { openDigitalPersona } from './digitalpersona-scanner.ts';
import { INTERRUPT, MODE } from './registers.ts';
import { clearBlock, maskOf, scrambleBlock, stepKey } from './scrambling.ts';

const INFO = { kind: 'fingerprint-scanner', model: '4500', serialNumber: null, simulated: true } as const;

/** Smooth, unsymmetrical, with a dark corner: any turn, mirror or inversion shows. */
function finger(): GreyImage {
  const pixels = Uint8Array.from({ length: ROW_BYTES * DIGITALPERSONA_ROWS }, (_, index) => {
    const x = index % ROW_BYTES;
    const y = Math.floor(index / ROW_BYTES);
    return Math.min(255, 40 + (x >> 1) + (y >> 4) + ((x * y) & 7));
  });
  return { width: ROW_BYTES, height: DIGITALPERSONA_ROWS, pixels, dpi: 512 };
}

async function plugged(
  status?: number,
  prepare: (emulator: DigitalPersonaEmulator) => void = () => undefined,
) {
  const timer = manualTimer();
  const emulator = new DigitalPersonaEmulator(timer, status);
  prepare(emulator);
  const usb = new MemoryUsbTransport(emulator, timer);
  const opening = openDigitalPersona({ usb, profile: DIGITALPERSONA_4500, timer, seed: () => 0xdeadbeef });
  await timer.advance(3_000);
  const result = await opening;
  if (!result.ok) return { timer, emulator, usb, scanner: null, problem: result.error };
  return { timer, emulator, usb, scanner: new OpenedScanner(INFO, result.value), problem: null };
}

async function capturing(status?: number, prepare?: (emulator: DigitalPersonaEmulator) => void) {
  const { timer, emulator, usb, scanner } = await plugged(status, prepare);
  if (scanner === null) throw new Error('not opened');
  const frames: FingerFrame[] = [];
  const controller = new AbortController();
  const outcome = scanner.capture((frame) => frames.push(frame), controller.signal);
  await timer.advance(10);
  return { timer, emulator, usb, scanner, frames, controller, outcome };
}

describe('DigitalPersona U.are.U 4000B and 4500', () => {
  test.each([
    ['asleep', 0x80],
    ['awake', 0x00],
    ['in the state that wants a reboot', 0x85],
  ])('gets power when it was left %s', async (_name, status) => {
    expect((await plugged(status)).scanner).not.toBeNull();
  });

  test('starts the power up again when "scan power on" is lost, and gives up after three', async () => {
    const lost = (count: number) => (emulator: DigitalPersonaEmulator) => {
      emulator.faults.lostScanPower = count;
    };
    expect((await plugged(0x80, lost(2))).problem).toBeNull();
    expect((await plugged(0x80, lost(3))).problem).toEqual({ code: 'no-answer' });
  });

  test.each(['plain', 'scrambled'])('shows a finger as it lay there, from %s rows', async (kind) => {
    const { timer, emulator, frames, controller, outcome } = await capturing(0x80, (device) => {
      if (kind === 'scrambled') device.blocks = SCRAMBLED_BLOCKS;
    });
    expect(frames.map(({ fingerPresent }) => fingerPresent)).toEqual([false]);
    const expected = finger().pixels;
    emulator.layFinger(finger());
    await timer.advance(500);
    const seen = frames.at(-1);
    expect(seen?.fingerPresent).toBe(true);
    const wrong = (seen?.image.pixels ?? new Uint8Array()).reduce(
      (count, grey, index) => count + (grey === expected[index] ? 0 : 1),
      0,
    );
    // The last byte of a scrambled block is lost, and nine rows were never sent.
    expect(wrong).toBeLessThanOrEqual(kind === 'plain' ? 0 : 2 + 9 * ROW_BYTES);
    emulator.liftFinger();
    await timer.advance(100);
    expect(frames.at(-1)?.fingerPresent).toBe(false);
    controller.abort();
    await timer.advance(10);
    expect(await outcome).toEqual({ ok: false, error: { code: 'cancelled' } });
    expect(emulator.mode).toBe(MODE.off);
  });

  test('an old "finger on" is not trusted', async () => {
    const { timer, emulator, frames } = await capturing(0x80, (device) => {
      device.interrupt(INTERRUPT.fingerOn);
    });
    emulator.mode = MODE.waitFingerOn;
    await timer.advance(3_000);
    expect(frames).toHaveLength(1);
  });

  test('captures that fail or are cut off are taken again; three in a row are a broken device', async () => {
    const { timer, emulator, frames, outcome } = await capturing();
    emulator.faults.failedScans = 1;
    emulator.faults.shortCaptures = 1;
    emulator.layFinger(finger());
    await timer.advance(5_000);
    expect(frames.at(-1)?.fingerPresent).toBe(true);
    emulator.faults.shortCaptures = 3;
    emulator.liftFinger();
    await timer.advance(100);
    emulator.layFinger(finger());
    await timer.advance(8_000);
    expect(await outcome).toEqual({ ok: false, error: { code: 'bad-data' } });
  });

  test('pulled out while it waits for a finger it is absent at once', async () => {
    const { usb, outcome, scanner } = await capturing();
    await usb.close();
    expect(await outcome).toEqual({ ok: false, error: { code: 'absent' } });
    expect(scanner.status().status).toEqual({ state: 'failed', problem: { code: 'absent' } });
  });
});

describe('captures', () => {
  test('the shift register has its published taps and mask', () => {
    expect(stepKey(1)).toBe(0x80000000);
    expect(stepKey(2)).toBe(1);
    expect(stepKey(0x0000000d)).toBe(0x80000006);
    expect(maskOf((1 << 4) | (1 << 11) | (1 << 29))).toBe(0b1000_0101);
  });

  test('descrambling undoes scrambling but for the last byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), fc.nat(0xffffffff), (clear, key) => {
        const block = clear.slice();
        const after = scrambleBlock(block, key);
        expect(clearBlock(block, key)).toBe(after);
        expect(block.subarray(0, -1)).toEqual(clear.subarray(0, -1));
      }),
    );
  });

  test('any bytes are a picture of a size that the sensor has, or a clear error', async () => {
    const header = fc.tuple(fc.nat(300), fc.uint8Array({ minLength: 48, maxLength: 48 }), fc.nat(112_000));
    await fc.assert(
      fc.asyncProperty(header, async ([rows, rest, length]) => {
        const bytes = new Uint8Array(length);
        bytes.set([rows & 0xff, rows >> 8].slice(0, Math.max(0, length - 4)), Math.min(4, length));
        bytes.set(rest.subarray(0, Math.max(0, length - 16)), Math.min(16, length));
        const decoded = decodeCapture(bytes);
        if (!decoded.ok) {
          expect(decoded.error.code).toBe('bad-data');
          return;
        }
        const cleared = await clearCapture(decoded.value, async (number) => ok(number));
        if (cleared.ok) expect(cleared.value.pixels).toHaveLength(cleared.value.height * ROW_BYTES);
      }),
      { numRuns: 200, seed: 4 },
    );
  });
});
