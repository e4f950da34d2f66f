import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FingerFrame } from '../../../src/domain/devices.ts';
import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { manualTimer } from '../../../src/domain/manual-timer.ts';
import { unwrap } from '../../../src/domain/result.ts';
import { systemTimer } from '../../../src/domain/timer.ts';
import { ZfmEmulator } from '../../simulated/zfm-emulator.ts';
import { MemoryTransport } from '../../transports/memory-transport.ts';
import { hasPseudoTerminals, openPseudoTerminal } from '../../transports/pseudo-terminal.ts';
import { openSerialPort, SERIAL_9600 } from '../../transports/serial-port-transport.ts';
import { OpenedScanner } from '../opened-scanner.ts';
import { ZFM_MODULE } from '../scanner-models.ts';
import { encodePacket, ZfmPacketReader } from './packets.ts';
import { openZfm, ZFM_SIZE } from './zfm-scanner.ts';

const INFO = { kind: 'fingerprint-scanner', model: 'ZFM', serialNumber: null, simulated: true } as const;

/** In the sixteen greys that the module has. */
function finger(): GreyImage {
  const { width, height } = ZFM_SIZE;
  const pixels = Uint8Array.from(
    { length: width * height },
    (_, index) => ((index * 7 + (index >> 8)) % 16) * 17,
  );
  return { width, height, pixels, dpi: 500 };
}

async function opened(prepare: (emulator: ZfmEmulator) => void = () => undefined) {
  const timer = manualTimer();
  const line: MemoryTransport = new MemoryTransport((bytes) => emulator.receive(bytes));
  const emulator = new ZfmEmulator((bytes) => line.send(bytes));
  prepare(emulator);
  const result = await openZfm(line, ZFM_MODULE, timer);
  return { timer, line, emulator, result };
}

async function capturing() {
  const { timer, line, emulator, result } = await opened();
  const scanner = new OpenedScanner(INFO, unwrap(result));
  const frames: FingerFrame[] = [];
  const controller = new AbortController();
  const outcome = scanner.capture((frame) => frames.push(frame), controller.signal);
  await timer.advance(10);
  return { timer, line, emulator, frames, controller, outcome };
}

describe('ZFM modules', () => {
  test('show the glass, a finger in its sixteen greys, and the glass again', async () => {
    const { timer, emulator, frames, controller, outcome } = await capturing();
    expect(frames.map(({ fingerPresent }) => fingerPresent)).toEqual([false]);
    emulator.layFinger(finger());
    await timer.advance(200);
    expect(frames.at(-1)?.fingerPresent).toBe(true);
    expect(frames.at(-1)?.image.pixels).toEqual(finger().pixels);
    emulator.liftFinger();
    await timer.advance(400);
    expect(frames.at(-1)?.fingerPresent).toBe(false);
    controller.abort();
    await timer.advance(200);
    expect(await outcome).toEqual({ ok: false, error: { code: 'cancelled' } });
  });

  test('a picture that breaks off or is damaged is taken again', async () => {
    const { timer, emulator, frames } = await capturing();
    emulator.faults.shortImages = 1;
    emulator.faults.damagedImages = 1;
    emulator.layFinger(finger());
    await timer.advance(5_000);
    expect(frames.at(-1)?.image.pixels).toEqual(finger().pixels);
  });

  test('a module with a password of its own, a silent line and a pulled cable each have their name', async () => {
    const locked = await opened((emulator) => {
      emulator.faults.locked = true;
    });
    expect(locked.result).toEqual({ ok: false, error: { code: 'access-denied' } });
    const timer = manualTimer();
    const silent = openZfm(new MemoryTransport(() => undefined), ZFM_MODULE, timer);
    await timer.advance(2_500);
    expect(await silent).toEqual({ ok: false, error: { code: 'no-answer' } });
    const { timer: clock, line, outcome } = await capturing();
    line.close();
    await clock.advance(500);
    expect(await outcome).toEqual({ ok: false, error: { code: 'absent' } });
  });

  // Pseudo-terminals are made with Python here; without it the real serial library can't be driven.
  test.skipIf(!hasPseudoTerminals())('work over a real serial port', async () => {
    const terminal = await openPseudoTerminal();
    const emulator = new ZfmEmulator((bytes) => void terminal.send(bytes));
    terminal.onData((bytes) => emulator.receive(bytes));
    emulator.layFinger(finger());
    const line = unwrap(await openSerialPort(terminal.path, { ...SERIAL_9600, baudRate: 57_600 }));
    const scanner = new OpenedScanner(INFO, unwrap(await openZfm(line, ZFM_MODULE, systemTimer(1, 60))));
    const controller = new AbortController();
    const seen = Promise.withResolvers<FingerFrame>();
    const outcome = scanner.capture((frame) => seen.resolve(frame), controller.signal);
    const frame = await seen.promise;
    controller.abort();
    await outcome;
    await scanner.close();
    await terminal.hangUp();
    expect(frame.image.pixels).toEqual(finger().pixels);
  });
});

describe('packets', () => {
  test('a known command has its known bytes', () => {
    expect([...encodePacket(0x01, Uint8Array.of(0x13, 0, 0, 0, 0))]).toEqual([
      0xef, 0x01, 0xff, 0xff, 0xff, 0xff, 0x01, 0x00, 0x07, 0x13, 0, 0, 0, 0, 0x00, 0x1b,
    ]);
  });

  test('are found in any chunks, behind noise that ends before them', () => {
    const noise = fc.uint8Array({ maxLength: 30 }).filter((bytes) => !bytes.includes(0xef));
    fc.assert(
      fc.property(
        noise,
        fc.uint8Array({ maxLength: 256 }),
        fc.integer({ min: 1, max: 50 }),
        (before, payload, size) => {
          const stream = Buffer.concat([before, encodePacket(0x02, payload)]);
          const reader = new ZfmPacketReader();
          const packets = [];
          for (let at = 0; at < stream.length; at += size)
            packets.push(...reader.push(stream.subarray(at, at + size)));
          expect(packets).toEqual([{ kind: 0x02, payload }]);
        },
      ),
    );
  });

  test('no bytes of any kind break the reader: a packet sent often enough comes through', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const reader = new ZfmPacketReader();
        reader.push(noise);
        const packet = encodePacket(0x07, Uint8Array.of(0));
        const found = Array.from({ length: 30 }, () => reader.push(packet)).flat();
        expect(found.at(-1)).toEqual({ kind: 0x07, payload: Uint8Array.of(0) });
      }),
    );
  });
});
