import { describe, expect, test } from 'vitest';
import { manualTimer } from '../../../src/domain/manual-timer.ts';
import { unwrap } from '../../../src/domain/result.ts';
import { EscPosEmulator } from '../../simulated/escpos-emulator.ts';
import { MemoryUsbTransport } from '../../simulated/usb/memory-usb-transport.ts';
import { UsbPrinterEmulator } from '../../simulated/usb/usb-printer-emulator.ts';
import { STANDARD_PROFILE } from './escpos-profile.ts';
import { OneWayPrinter } from './one-way-printer.ts';

const INFO = { kind: 'printer', model: 'One way', serialNumber: null, simulated: true } as const;
const STRIP = { width: 576, height: 400, rows: new Uint8Array(72 * 400).fill(0x55) };

async function opened() {
  const timer = manualTimer();
  const paper = new EscPosEmulator(timer, 576);
  const device = new UsbPrinterEmulator(paper, 'one-way');
  const usb = new MemoryUsbTransport(device, timer);
  const printer = unwrap(await OneWayPrinter.open(usb, INFO, STANDARD_PROFILE, timer));
  return { timer, paper, device, usb, printer };
}

describe('a printer that answers nothing', () => {
  test('prints, and asks for somebody who looks at each receipt', async () => {
    const { timer, paper, printer } = await opened();
    const unseen = { state: 'attention', notice: 'receipts-unseen' };
    expect(printer.status().status).toEqual(unseen);
    const printing = printer.print(STRIP);
    await timer.advance(2_000);
    expect(await printing).toEqual({ ok: true, value: undefined });
    expect(paper.strips()).toMatchObject([{ ending: 'cut', height: 400 + STANDARD_PROFILE.feedDots }]);
    expect(printer.status().status).toEqual(unseen);
  });

  test('begins nothing without paper, and sees the new roll', async () => {
    const { timer, paper, printer } = await opened();
    paper.endPaperAfter(0);
    expect(await printer.print(STRIP)).toEqual({ ok: false, error: { code: 'paper-out' } });
    expect(printer.status().status).toEqual({ state: 'failed', problem: { code: 'paper-out' } });
    expect(paper.strips()).toHaveLength(0);
    paper.loadPaper(1_000);
    await timer.advance(1_100);
    expect(printer.status().status.state).toBe('attention');
  });

  test('whose paper ends within a receipt is never said to have printed it', async () => {
    const { timer, paper, printer } = await opened();
    paper.endPaperAfter(20);
    const printing = printer.print(STRIP);
    await timer.advance(3_000);
    expect(await printing).toEqual({ ok: false, error: { code: 'paper-out' } });
    paper.loadPaper(1_000);
    await timer.advance(1_100);
    const again = printer.print(STRIP);
    await timer.advance(2_000);
    expect(await again).toEqual({ ok: true, value: undefined });
    expect(paper.strips()[0]).toMatchObject({ ending: 'cut' });
  });

  test('with an error of its own, or whose port says nothing, does not answer', async () => {
    const { timer, paper, device, printer } = await opened();
    paper.openCover(true);
    expect(await printer.print(STRIP)).toEqual({ ok: false, error: { code: 'no-answer' } });
    paper.openCover(false);
    device.control = () => null;
    await timer.advance(1_100);
    expect(printer.status().status).toEqual({ state: 'failed', problem: { code: 'bad-data' } });
  });

  test('pulled out, is absent, and asked no more', async () => {
    const { timer, usb, printer } = await opened();
    const printing = printer.print(STRIP);
    await usb.close();
    await timer.advance(5_000);
    expect(await printing).toEqual({ ok: false, error: { code: 'absent' } });
    expect(await printer.print(STRIP)).toEqual({ ok: false, error: { code: 'absent' } });
    expect(printer.status().status).toEqual({ state: 'failed', problem: { code: 'absent' } });
  });
});
