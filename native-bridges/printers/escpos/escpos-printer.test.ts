import { describe, expect, test } from 'vitest';
import type { MonoBitmap } from '../../../src/domain/devices.ts';
import { manualTimer } from '../../../src/domain/manual-timer.ts';
import { EscPosEmulator } from '../../simulated/escpos-emulator.ts';
import { MemoryTransport } from '../../transports/memory-transport.ts';
import { EscPosPrinter } from './escpos-printer.ts';
import { STANDARD_PROFILE } from './escpos-profile.ts';

const INFO = { kind: 'printer', model: 'Emulated', serialNumber: null, simulated: true } as const;
const DONE = { ok: true, value: undefined };
const failed = (code: string) => ({ ok: false, error: { code } });

/** 400 rows of 576 dots, each row different: 50 mm of paper. */
function receipt(height = 400): MonoBitmap {
  const rows = Uint8Array.from({ length: 72 * height }, (_, index) => (index * 31 + (index >> 6)) & 0xff);
  return { width: 576, height, rows };
}

async function pluggedIn() {
  const timer = manualTimer();
  const emulator = new EscPosEmulator(timer, 576);
  const printer = new EscPosPrinter(INFO, STANDARD_PROFILE, timer);
  await printer.attach(emulator.connect());
  return { timer, emulator, printer };
}

/** Rows of a picture that are on paper exactly as they were sent, from the top. */
function rowsInCommon(sent: MonoBitmap, printed: MonoBitmap | null): number {
  if (printed === null) return 0;
  for (let row = 0; row < Math.min(sent.height, printed.height); row += 1) {
    const at = row * 72;
    // One dot may have been blackened to keep real-time commands out of the picture.
    for (let index = at; index < at + 72; index += 1) {
      const dots = sent.rows[index] ?? 0;
      if (((printed.rows[index] ?? 0) & dots) !== dots) return row;
    }
  }
  return Math.min(sent.height, printed.height);
}

describe('an ESC/POS printer', () => {
  test('prints a strip, cuts it, and returns only once it is on paper', async () => {
    const { timer, emulator, printer } = await pluggedIn();
    expect(printer.status().status).toEqual({ state: 'ready' });
    let returned: unknown = null;
    void printer.print(receipt()).then((result) => {
      returned = result;
    });
    await timer.advance(250);
    expect(returned).toBeNull();
    expect(emulator.strips()[0]?.ending).toBe('printing');
    await timer.advance(250);
    expect(returned).toEqual(DONE);
    const [strip] = emulator.strips();
    expect(strip).toMatchObject({ width: 576, height: 424, ending: 'cut' });
    expect(rowsInCommon(receipt(), emulator.picture(strip?.id ?? 0))).toBe(400);
    expect(emulator.unknownBytes).toBe(0);
  });

  test('says paper-out when the roll ends in the middle, and a new roll starts with a new receipt', async () => {
    const { timer, emulator, printer } = await pluggedIn();
    emulator.endPaperAfter(20);
    const printing = printer.print(receipt());
    await timer.advance(2_000);
    expect(await printing).toEqual(failed('paper-out'));
    const [partial] = emulator.strips();
    expect(partial).toMatchObject({ height: 160, ending: 'unfinished' });
    expect(rowsInCommon(receipt(), emulator.picture(partial?.id ?? 0))).toBe(160);
    expect(printer.status().status).toEqual({ state: 'failed', problem: { code: 'paper-out' } });
    expect(await printer.print(receipt())).toEqual(failed('paper-out'));

    emulator.loadPaper(10_000);
    await timer.advance(2_000);
    expect(printer.status().status).toEqual({ state: 'ready' });
    expect(emulator.strips()).toHaveLength(1);
    const again = printer.print(receipt());
    await timer.advance(2_000);
    expect(await again).toEqual(DONE);
    expect(emulator.strips().map(({ height, ending }) => [height, ending])).toEqual([
      [424, 'cut'],
      [160, 'unfinished'],
    ]);
  });

  test('sees the near end, the missing paper and the open cover while it is idle', async () => {
    const { timer, emulator, printer } = await pluggedIn();
    const seen: string[] = [];
    printer.onStatus(({ status }) => seen.push(JSON.stringify(status)));
    emulator.endPaperAfter(1_000);
    await timer.advance(1_100);
    expect(await printer.paper()).toEqual({ ok: true, value: { paper: 'low', coverOpen: false } });
    emulator.openCover(true);
    await timer.advance(1_100);
    emulator.openCover(false);
    emulator.endPaperAfter(0);
    await timer.advance(1_100);
    expect(await printer.paper()).toEqual({ ok: true, value: { paper: 'out', coverOpen: false } });
    expect(seen.map((line) => JSON.parse(line))).toEqual([
      { state: 'attention', notice: 'paper-low' },
      { state: 'failed', problem: { code: 'cover-open' } },
      { state: 'failed', problem: { code: 'paper-out' } },
    ]);
  });

  test('stops for an open cover in the middle of a strip and does not print the rest later', async () => {
    const { timer, emulator, printer } = await pluggedIn();
    const printing = printer.print(receipt());
    await timer.advance(100);
    emulator.openCover(true);
    await timer.advance(500);
    expect(await printing).toEqual(failed('cover-open'));
    const height = emulator.strips()[0]?.height ?? 0;
    expect(height).toBeGreaterThan(0);
    emulator.openCover(false);
    await timer.advance(2_000);
    expect(emulator.strips()[0]?.height).toBe(height);
  });

  test('answers absent when the cable is pulled while printing, and prints again when it is back', async () => {
    const { timer, emulator, printer } = await pluggedIn();
    const printing = printer.print(receipt());
    await timer.advance(100);
    emulator.disconnect();
    expect(await printing).toEqual(failed('absent'));
    expect(printer.status().status).toEqual({ state: 'failed', problem: { code: 'absent' } });
    expect(await printer.paper()).toEqual(failed('absent'));
    emulator.tear();
    await printer.attach(emulator.connect());
    const again = printer.print(receipt(100));
    await timer.advance(1_000);
    expect(await again).toEqual(DONE);
    expect(emulator.strips().map(({ ending }) => ending)).toEqual(['cut', 'torn']);
  });

  test('waits for a slow printer, is busy meanwhile, and paper torn off in the middle shows', async () => {
    const { timer, emulator, printer } = await pluggedIn();
    emulator.setSpeed('slow');
    const printing = printer.print(receipt());
    await timer.advance(1_000);
    expect(await printer.print(receipt())).toEqual(failed('busy'));
    expect(await printer.paper()).toEqual({ ok: true, value: { paper: 'present', coverOpen: false } });
    emulator.tear();
    await timer.advance(3_000);
    expect(await printing).toEqual(DONE);
    expect(emulator.strips().map(({ ending }) => ending)).toEqual(['cut', 'torn']);
  });

  test('calls a printer that says nothing no-answer', async () => {
    const timer = manualTimer();
    const printer = new EscPosPrinter(INFO, STANDARD_PROFILE, timer);
    const attached = printer.attach(new MemoryTransport(() => undefined));
    await timer.advance(7_000);
    await attached;
    expect(printer.status().status).toEqual({ state: 'failed', problem: { code: 'no-answer' } });
    const printing = printer.print(receipt());
    await timer.advance(7_000);
    expect(await printing).toEqual(failed('no-answer'));
  });
});
