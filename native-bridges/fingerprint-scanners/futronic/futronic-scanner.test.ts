import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../fixtures/random.ts';
import type { FingerFrame } from '../../../src/domain/devices.ts';
import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { manualTimer } from '../../../src/domain/manual-timer.ts';
import { FUTRONIC_SIZE, FutronicEmulator } from '../../simulated/usb/futronic-emulator.ts';
import { MemoryUsbTransport } from '../../simulated/usb/memory-usb-transport.ts';
import { OpenedScanner } from '../opened-scanner.ts';
import { FUTRONIC_FS81 } from '../scanner-models.ts';
import { decodeFrameSize, openFutronic } from './futronic-scanner.ts';

const INFO = { kind: 'fingerprint-scanner', model: 'FS81', serialNumber: null, simulated: true } as const;

/** Ridges 9 pixels apart in the upper half only, so that up and down can be told. */
function stripedFinger(): GreyImage {
  const { width, height } = FUTRONIC_SIZE;
  const pixels = new Uint8Array(width * height).fill(255);
  for (let y = 0; y < height / 2; y += 1) {
    for (let x = 0; x < width; x += 1) pixels[y * width + x] = (x + y) % 9 < 4 ? 20 : 230;
  }
  return { width, height, pixels, dpi: 500 };
}

function plugged() {
  const timer = manualTimer();
  const emulator = new FutronicEmulator(timer, createRandom(4).next, 60);
  return { timer, emulator, usb: new MemoryUsbTransport(emulator, timer) };
}

/** Lets time pass while `promise` is under way. */
async function during<T>(timer: ReturnType<typeof manualTimer>, promise: Promise<T>): Promise<T> {
  let done = false;
  const settled = promise.finally(() => {
    done = true;
  });
  for (let steps = 0; !done && steps < 2_000; steps += 1) await timer.advance(10);
  return settled;
}

async function opened() {
  const { timer, emulator, usb } = plugged();
  const result = await during(timer, openFutronic(usb, FUTRONIC_FS81));
  if (!result.ok) throw new Error(result.error.code);
  return { timer, emulator, usb, scanner: new OpenedScanner(INFO, result.value) };
}

describe('the Futronic FS81 family', () => {
  test('streams frames with the rows the right way up, and says when a finger lies there', async () => {
    const { timer, emulator, scanner } = await opened();
    const frames: FingerFrame[] = [];
    const controller = new AbortController();
    const capturing = scanner.capture((frame) => frames.push(frame), controller.signal);
    expect(await scanner.capture(() => undefined, controller.signal)).toEqual({
      ok: false,
      error: { code: 'busy' },
    });
    await timer.advance(200);
    expect(frames.length).toBeGreaterThanOrEqual(3);
    expect(frames.some(({ fingerPresent }) => fingerPresent)).toBe(false);
    emulator.layFinger(stripedFinger());
    await timer.advance(400);
    const last = frames.at(-1);
    expect(last?.fingerPresent).toBe(true);
    const { width, height, pixels } = last?.image ?? stripedFinger();
    const spread = (from: number) =>
      new Set(pixels.subarray(from * width, (from + 20) * width).map((grey) => grey >> 6)).size;
    expect(spread(height / 4)).toBeGreaterThan(spread((height * 3) / 4));
    emulator.liftFinger();
    await timer.advance(200);
    expect(frames.at(-1)?.fingerPresent).toBe(false);
    controller.abort();
    expect(await during(timer, capturing)).toEqual({ ok: false, error: { code: 'cancelled' } });
    expect(emulator.lamp).toBe(false);
  });

  test('gets into step whatever an earlier process left in the device', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 153_600 }),
        fc.constantFrom(0, 1, 255),
        async (length, grey) => {
          const { timer, emulator, usb } = plugged();
          emulator.leaveBehind(new Uint8Array(length).fill(grey));
          expect((await during(timer, openFutronic(usb, FUTRONIC_FS81))).ok).toBe(true);
        },
      ),
      { numRuns: 25, seed: 4 },
    );
  });

  test('is not taken in by left-over pixels that look like an answer', async () => {
    const { timer, emulator, usb } = plugged();
    const stale = new Uint8Array(512 * 40);
    for (let packet = 0; packet < 40; packet += 1) stale.set([1, 0x40, 1, 0xe0], packet * 512 + 4);
    emulator.leaveBehind(stale);
    const result = await during(timer, openFutronic(usb, FUTRONIC_FS81));
    if (!result.ok) throw new Error(result.error.code);
    const scanner = new OpenedScanner(INFO, result.value);
    const controller = new AbortController();
    const frames: FingerFrame[] = [];
    const capturing = scanner.capture((frame) => frames.push(frame), controller.signal);
    await timer.advance(200);
    controller.abort();
    await during(timer, capturing);
    expect(frames[0]?.image).toMatchObject({ width: 320, height: 480, dpi: 500 });
  });

  test('reads on after a frame that ended too early, and gives up after three in a row', async () => {
    const { timer, emulator, scanner } = await opened();
    emulator.faults.shortFrames = 2;
    const frames: FingerFrame[] = [];
    const controller = new AbortController();
    const capturing = scanner.capture((frame) => frames.push(frame), controller.signal);
    await timer.advance(2_000);
    expect(frames.length).toBeGreaterThan(3);
    emulator.faults.shortFrames = 3;
    expect(await during(timer, capturing)).toEqual({ ok: false, error: { code: 'bad-data' } });
    expect(scanner.status().status).toEqual({ state: 'failed', problem: { code: 'bad-data' } });
  });

  test('pulled out in the middle of a frame it is absent at once', async () => {
    const { timer, usb, scanner } = await opened();
    const capturing = scanner.capture(() => undefined, new AbortController().signal);
    await timer.advance(30);
    await usb.close();
    expect(await capturing).toEqual({ ok: false, error: { code: 'absent' } });
    expect(scanner.status().status).toEqual({ state: 'failed', problem: { code: 'absent' } });
  });

  test('a device that says nothing is no-answer', async () => {
    const { timer, emulator, usb } = plugged();
    emulator.faults.mute = true;
    expect(await during(timer, openFutronic(usb, FUTRONIC_FS81))).toEqual({
      ok: false,
      error: { code: 'no-answer' },
    });
  });

  test('no answer of any content is a size that no sensor has', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 600 }), (answer) => {
        const size = decodeFrameSize(answer);
        if (size !== null) expect(size.width * size.height).toBeLessThanOrEqual(1_024 * 1_024);
      }),
    );
  });
});
