import type { EscPosEmulator } from '../../../native-bridges/simulated/escpos-emulator.ts';
import { UsbPrinterEmulator } from '../../../native-bridges/simulated/usb/usb-printer-emulator.ts';
import type { ByteTransport } from '../../../native-bridges/transports/byte-transport.ts';
import {
  openPseudoTerminal,
  type PseudoTerminal,
} from '../../../native-bridges/transports/pseudo-terminal.ts';
import { type PluggedDevice, plugIn } from '../devices/usbip/virtual-port.ts';

export const PRINTER_CABLES = ['serial', 'usb'] as const;
export type PrinterCableKind = (typeof PRINTER_CABLES)[number];

/** What leads from the receipt printer to the laptop. */
export interface PrinterCable {
  /** Where a technician has to say that a printer hangs on it; null where it is found by itself. */
  readonly path: string | null;
  pull(): Promise<void>;
  /** Does nothing while it is in. */
  plug(): Promise<void>;
}

export function layPrinterCable(kind: PrinterCableKind, printer: EscPosEmulator): Promise<PrinterCable> {
  return kind === 'usb' ? usbCable(printer) : serialCable(printer);
}

/** A terminal of the system; pulled out, it is gone. */
async function serialCable(printer: EscPosEmulator): Promise<PrinterCable> {
  const line = await openPseudoTerminal();
  joinTerminal(printer.connect(), line);
  return { path: line.path, pull: () => line.hangUp(), plug: () => Promise.resolve() };
}

/** A printer of the USB printer class in a port of the kernel's own. It has a power supply: only the cable is pulled. */
async function usbCable(printer: EscPosEmulator): Promise<PrinterCable> {
  let plugged: PluggedDevice | null = await plugIn(new UsbPrinterEmulator(printer));
  return {
    path: null,
    pull: () => {
      plugged?.unplug();
      plugged = null;
      return Promise.resolve();
    },
    plug: async () => {
      plugged ??= await plugIn(new UsbPrinterEmulator(printer));
    },
  };
}

export function joinTerminal(machine: ByteTransport, line: PseudoTerminal): void {
  machine.onData((bytes) => void line.send(bytes.slice()));
  line.onData((bytes) => void machine.write(bytes));
}
