import type { MonoBitmap } from '../../../../src/domain/devices.ts';
import type { PlayedName } from '../played/played-devices.ts';
import type { CheckedDevice, FaultCheck } from './checked-device.ts';
import { expectThat, type LabDesk, waitUntil, within } from './lab-desk.ts';

const PRINT_MILLISECONDS = 60_000;
const ACROSS = 576;
const FEED = 24;

type Printer = Extract<PlayedName, `${string}-printer`>;

/** Stripes, and as many rows as are asked for. */
function strip(height: number): MonoBitmap {
  return { width: ACROSS, height, rows: new Uint8Array((ACROSS / 8) * height).fill(0b1010_0110) };
}

async function printStrip({ manager, player }: LabDesk, printer: Printer, height: number): Promise<void> {
  await player.hand(printer, { do: 'load-paper' });
  // One that answers nothing is never said to be ready.
  const state = printer === 'one-way-printer' ? 'attention' : 'ready';
  const ready = () => manager.devices.printer.status().status.state === state;
  await waitUntil(ready, PRINT_MILLISECONDS, 'the printer is ready');
  const printed = await within(manager.devices.printer.print(strip(height)), PRINT_MILLISECONDS, 'a strip');
  expectThat(printed.ok, `not printed: ${JSON.stringify(printed)}`);
  const look = await player.look(printer);
  expectThat(look.ending === 'cut' && look.height === height + FEED, `on paper: ${JSON.stringify(look)}`);
  const { unknownBytes, firstUnknown } = look;
  expectThat(unknownBytes === 0, `${unknownBytes} bytes that no printer understands: ${firstUnknown}`);
}

function paperEnds(printer: Printer): FaultCheck {
  return {
    name: 'paper out',
    run: async (desk) => {
      await printStrip(desk, printer, 50);
      await desk.player.hand(printer, { do: 'end-paper', millimetres: 10 });
      const printing = desk.manager.devices.printer.print(strip(400));
      const ended = await within(printing, PRINT_MILLISECONDS, 'the printing ends');
      expectThat(!ended.ok && ended.error.code === 'paper-out', `it ended: ${JSON.stringify(ended)}`);
      const { status } = desk.manager.devices.printer.status();
      const seen = status.state === 'failed' && status.problem.code === 'paper-out';
      expectThat(seen, `the status is ${JSON.stringify(status)}`);
      await printStrip(desk, printer, 50);
    },
  };
}

function paperIsLow(printer: Printer): FaultCheck {
  return {
    name: 'paper near its end',
    run: async (desk) => {
      await printStrip(desk, printer, 50);
      await desk.player.hand(printer, { do: 'end-paper', millimetres: 300 });
      const low = () => desk.manager.devices.printer.status().status.state === 'attention';
      await waitUntil(low, PRINT_MILLISECONDS, 'the low paper is seen');
      const paper = await within(desk.manager.devices.printer.paper(), PRINT_MILLISECONDS, 'the paper');
      expectThat(paper.ok && paper.value.paper === 'low', `the paper is ${JSON.stringify(paper)}`);
    },
  };
}

function checkedPrinter(
  name: Printer,
  native: CheckedDevice['native'],
  model: string,
  serialNumber: string | null,
): CheckedDevice {
  return {
    name,
    kind: 'printer',
    native,
    model,
    serialNumber,
    use: (desk, round) => printStrip(desk, name, 60 + round),
    beginUse: async (desk) => {
      const printing = desk.manager.devices.printer.print(strip(3_000));
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { outcome: printing };
    },
    faults: name === 'one-way-printer' ? [paperEnds(name)] : [paperEnds(name), paperIsLow(name)],
  };
}

export const CHECKED_PRINTERS: readonly CheckedDevice[] = [
  checkedPrinter('usb-printer', 'usb', 'Receipt printer', null),
  checkedPrinter('one-way-printer', 'usb', 'Receipt printer', null),
  checkedPrinter('serial-printer', 'serialport', 'Serial printer', 'EMULATED-POS'),
];
