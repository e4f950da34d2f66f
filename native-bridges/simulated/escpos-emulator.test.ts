import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualTimer } from '../../src/domain/manual-timer.ts';
import { REAL_TIME_STATUS } from '../printers/escpos/commands.ts';
import { EscPosEmulator } from './escpos-emulator.ts';

test('whatever bytes come, in whatever chunks, the printer goes on answering', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 12 }),
      async (chunks) => {
        const timer = manualTimer();
        const emulator = new EscPosEmulator(timer, 64);
        emulator.endPaperAfter(20);
        const cable = emulator.connect();
        const answers: number[] = [];
        cable.onData((bytes) => answers.push(...bytes));
        for (const chunk of chunks) await cable.write(chunk);
        await timer.advance(500);
        answers.length = 0;
        await cable.write(REAL_TIME_STATUS.paper);
        await timer.advance(1);
        expect(answers.at(-1)).toBe(emulator.paper.sensor() === 'out' ? 0b0111_1110 : 0b0001_1110);
      },
    ),
    { numRuns: 60, seed: 4 },
  );
});

test('a printer with its cover open keeps what it was sent and prints it when the cover is closed', async () => {
  const timer = manualTimer();
  const emulator = new EscPosEmulator(timer, 64);
  const cable = emulator.connect();
  emulator.openCover(true);
  await cable.write(Uint8Array.of(0x1b, 0x64, 2, 0x1d, 0x56, 0));
  await timer.advance(1_000);
  expect(emulator.strips()).toEqual([]);
  emulator.openCover(false);
  await timer.advance(1_000);
  expect(emulator.strips()).toMatchObject([{ height: 60, ending: 'cut' }]);
});

test('bytes that begin no command are counted, and the first of them kept, while those around them are obeyed', async () => {
  const timer = manualTimer();
  const emulator = new EscPosEmulator(timer, 64);
  const cable = emulator.connect();
  await cable.write(Uint8Array.of(0x1b, 0x40, 0xa6, 0xa7, ...new Uint8Array(20).fill(0xee), 0x1b, 0x64, 2));
  await timer.advance(1_000);
  expect(emulator.unknownBytes).toBe(22);
  expect(emulator.firstUnknown).toEqual([0xa6, 0xa7, ...new Array(14).fill(0xee)]);
  expect(emulator.strips()).toMatchObject([{ height: 60 }]);
});
