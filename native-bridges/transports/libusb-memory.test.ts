import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { manualTimer } from '../../src/domain/manual-timer.ts';
import { LibusbTransport } from './libusb-transport.ts';
import type { NativeDevice, NativeInterface, NativeTransfer, NativeUsb, TransferDone } from './native-usb.ts';

/** As libusb counts them: the transfer goes at once, is called off, ends with an error, or is never taken. */
type Ending = 'done' | 'failed' | 'called off' | 'refused';

const ERRNO = { stall: 4, cancelled: 3, io: -1 } as const;

/**
 * The library's memory as it is: its part of a transfer holds the callback, and the buffer of one that it refused,
 * for as long as JavaScript holds the transfer, and the collector sees nothing of that.
 */
function holdingLibrary(ending: Ending) {
  const held = new Map<number, { readonly done: TransferDone; buffer: Buffer | null }>();
  const collected = new FinalizationRegistry<number>((id) => held.delete(id));
  let lastId = 0;
  const createTransfer: NativeUsb['createTransfer'] = (_device, _endpoint, _type, done) => {
    lastId += 1;
    const id = lastId;
    held.set(id, { done, buffer: null });
    const end = (errno: number | null, buffer: Buffer) =>
      queueMicrotask(() => done(errno === null ? undefined : { errno }, buffer, errno === null ? 1 : 0));
    let running = Buffer.alloc(0);
    const transfer: NativeTransfer = {
      submit: (buffer) => {
        running = buffer as typeof running;
        if (ending === 'done') end(null, buffer);
        if (ending === 'failed') end(ERRNO.stall, buffer);
        if (ending !== 'refused') return;
        const part = held.get(id);
        if (part !== undefined) part.buffer = buffer;
        throw Object.assign(new Error('LIBUSB_ERROR_IO'), { errno: ERRNO.io });
      },
      cancel: () => {
        end(ERRNO.cancelled, running);
        return true;
      },
    };
    collected.register(transfer, id);
    return transfer;
  };
  const usb = { createTransfer, getDeviceList: () => [DEVICE] } as unknown as NativeUsb;
  return { held, created: () => lastId, usb };
}

const DEVICE = { busNumber: 1, deviceAddress: 7 } as NativeDevice;
const CLAIMED = {
  descriptor: {
    bInterfaceNumber: 0,
    extra: Buffer.alloc(0),
    endpoints: [{ bEndpointAddress: 0x82, bmAttributes: 2, wMaxPacketSize: 64, extra: Buffer.alloc(0) }],
  },
} as unknown as NativeInterface;
const NO_NAMES = { manufacturer: null, product: null, serialNumber: null };
const TRANSFERS = 200;
const FRAME_BYTES = 100_000;

/** Collects until nothing more is let go of. */
async function collect(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let times = 0; times < 5; times += 1) {
    gc();
    await turn();
  }
}

describe('the memory of transfers', () => {
  test.each<Ending>(['done', 'failed', 'called off', 'refused'])(
    'of those that were %s is given back',
    async (ending) => {
      const { held, created, usb } = holdingLibrary(ending);
      const timer = manualTimer();
      const transport = new LibusbTransport(usb, DEVICE, CLAIMED, NO_NAMES, timer, () => undefined);
      for (let each = 0; each < TRANSFERS; each += 1) {
        const read = transport.transferIn(0x82, FRAME_BYTES, { milliseconds: 100 });
        if (ending === 'called off') await timer.advance(100);
        // The device is asked ten times whether it is still there, which is refused, too.
        if (ending === 'refused') await timer.advance(2_000);
        expect((await read).ok).toBe(ending === 'done');
      }
      await collect();
      expect(created()).toBe(ending === 'refused' ? 11 * TRANSFERS : TRANSFERS);
      // The last one may still stand in a register or on the stack.
      expect(held.size).toBeLessThanOrEqual(2);
      // All that while the device stays open.
      expect(transport.endpoints).toHaveLength(1);
    },
  );
});
