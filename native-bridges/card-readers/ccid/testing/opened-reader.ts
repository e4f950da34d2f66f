import { manualTimer } from '../../../../src/domain/manual-timer.ts';
import { unwrap } from '../../../../src/domain/result.ts';
import { CcidEmulator, EXTENDED_READER } from '../../../simulated/usb/ccid-emulator.ts';
import type { Application } from '../../../simulated/usb/emulated-cards.ts';
import { MemoryUsbTransport } from '../../../simulated/usb/memory-usb-transport.ts';
import { openCcidReader } from '../ccid-reader.ts';
import type { CcidDescriptor } from '../descriptor.ts';

const INFO = { kind: 'card-reader', model: 'CCID', serialNumber: null, simulated: true } as const;
export const SELECT = Uint8Array.of(0x00, 0xa4, 0x04, 0x0c, 0x07, 0xa0, 0, 0, 2, 0x47, 0x10, 0x01);
export const READ_BINARY = Uint8Array.of(0x00, 0xb0, 0x00, 0x00, 0xc8);

/** SELECT is answered 9000, READ BINARY with counting bytes, everything else with its own data. */
export const application: Application = (command) => {
  if (command[1] === 0xa4) return Uint8Array.of(0x90, 0);
  if (command[1] === 0xb0)
    return Uint8Array.of(...Array.from({ length: command[4] ?? 0 }, (_, i) => i), 0x90, 0);
  return Uint8Array.of(...command.subarray(5, 5 + (command[4] ?? 0)), 0x90, 0);
};

/** A reader that is plugged in and open, with what differs from `EXTENDED_READER`. */
export async function opened(
  descriptor: Partial<CcidDescriptor> = {},
  options: ConstructorParameters<typeof CcidEmulator>[1] = {},
) {
  const timer = manualTimer();
  const emulator = new CcidEmulator({ ...EXTENDED_READER, ...descriptor }, options);
  const usb = new MemoryUsbTransport(emulator, timer);
  const opening = openCcidReader(usb, INFO, timer);
  await timer.advance(100);
  return { timer, emulator, usb, reader: unwrap(await opening) };
}
