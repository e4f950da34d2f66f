import { describe, expect, test } from 'vitest';
import { manualTimer } from '../../src/domain/manual-timer.ts';
import { unwrap } from '../../src/domain/result.ts';
import { decodeStringDescriptor, LibusbBus } from './libusb-bus.ts';
import type { NativeDevice, NativeUsb, TransferDone } from './native-usb.ts';

const CANCELLED = 3;
const NO_DEVICE = 5;

/** A library whose transfers end only when the test says so, as on an idle bus. */
function quietLibrary() {
  const transfers: { readonly endpoint: number; readonly buffer: Buffer; readonly done: TransferDone }[] = [];
  const listeners = new Map<string, (device: NativeDevice) => void>();
  const devices: NativeDevice[] = [];
  const released: string[] = [];
  const descriptor = {
    bInterfaceNumber: 0,
    bAlternateSetting: 0,
    bInterfaceClass: 0xff,
    bInterfaceSubClass: 0,
    bInterfaceProtocol: 0,
    extra: Buffer.from([2, 0x21]),
    endpoints: [
      { bEndpointAddress: 0x82, bmAttributes: 2, wMaxPacketSize: 64, extra: Buffer.alloc(0) },
      { bEndpointAddress: 0x01, bmAttributes: 2, wMaxPacketSize: 64, extra: Buffer.alloc(0) },
    ],
  };
  const device: NativeDevice = {
    busNumber: 1,
    deviceAddress: 7,
    portNumbers: [2],
    deviceDescriptor: { idVendor: 0x1491, idProduct: 0x20, iManufacturer: 0, iProduct: 0, iSerialNumber: 0 },
    configDescriptor: { interfaces: [[descriptor]] },
    open: () => undefined,
    close: () => {
      if (library.underWay) throw new Error("Can't close device with a pending request");
      released.push('closed');
    },
    interface: () => ({
      descriptor,
      claim: () => undefined,
      setAltSetting: (setting, done) => {
        library.settings.push(setting);
        if (library.takesSettings) done();
        else done({ errno: -9 });
      },
      release: (done) => {
        released.push('released');
        if (library.releases) done();
      },
      refresh: () => undefined,
      isKernelDriverActive: () => false,
      detachKernelDriver: () => undefined,
    }),
  };
  devices.push(device);
  const usb: NativeUsb = {
    getDeviceList: () => devices,
    on: (event, listener) => listeners.set(event, listener),
    off: (event) => listeners.delete(event),
    unrefHotplugEvents: () => undefined,
    createTransfer: (_device, endpoint, _type, done) => ({
      submit: (buffer) => {
        if (library.submitProblem !== null) throw library.submitProblem;
        transfers.push({ endpoint, buffer, done });
      },
      cancel: () => {
        if (library.cancelProblem !== null) throw library.cancelProblem;
        const waiting = transfers.at(-1);
        if (waiting !== undefined)
          queueMicrotask(() => waiting.done({ errno: CANCELLED }, waiting.buffer, 0));
        return true;
      },
    }),
  };
  const library: {
    cancelProblem: (Error & { readonly errno: number }) | null;
    submitProblem: (Error & { readonly errno: number }) | null;
    /** False: an interface is let go of without a word, as of a device that has gone. */
    releases: boolean;
    /** Something of the device goes on, so that it can't be closed. */
    underWay: boolean;
    /** Those that were chosen. */
    readonly settings: number[];
    takesSettings: boolean;
  } = {
    settings: [],
    takesSettings: true,
    cancelProblem: null,
    submitProblem: null,
    releases: true,
    underWay: false,
  };
  return { usb, device, devices, transfers, listeners, released, library };
}

async function opened() {
  const timer = manualTimer();
  const library = quietLibrary();
  const bus = new LibusbBus({ timer, load: async () => library.usb, machineHasUsb: () => true });
  const [found] = unwrap(await bus.list());
  if (found === undefined) throw new Error('nothing found');
  return { ...library, timer, bus, found, transport: unwrap(await bus.open(found, 0)) };
}

describe('devices over libusb', () => {
  test('a machine without a bus, and one without the library, is an ordinary answer', async () => {
    const timer = manualTimer();
    const noBus = new LibusbBus({ timer, machineHasUsb: () => false });
    expect(await noBus.list()).toEqual({ ok: false, error: { code: 'no-bus' } });
    const noLibrary = new LibusbBus({ timer, load: async () => null, machineHasUsb: () => true });
    expect(await noLibrary.list()).toEqual({ ok: false, error: { code: 'no-library' } });
  });

  test('a transfer has a limit of our own, because the library of an idle bus has none', async () => {
    const { transport, timer, transfers } = await opened();
    const read = transport.transferIn(0x82, 64, { milliseconds: 300 });
    await timer.advance(299);
    expect(transfers).toHaveLength(1);
    await timer.advance(1);
    expect(await read).toEqual({ ok: false, error: { code: 'no-answer' } });
  });

  test('a device that went before its transfer could be called off is absent, and nothing is thrown', async () => {
    const { transport, timer, library } = await opened();
    library.cancelProblem = Object.assign(new Error('LIBUSB_ERROR_NO_DEVICE'), { errno: -4 });
    const read = transport.transferIn(0x82, 64, { milliseconds: 300 });
    await timer.advance(300);
    await timer.advance(500);
    expect(await read).toEqual({ ok: false, error: { code: 'absent' } });
  });

  test('closing ends also where the library never says that it let the interface go', async () => {
    const { transport, timer, library, released } = await opened();
    library.releases = false;
    const closing = transport.close();
    await timer.advance(500);
    await closing;
    expect(released).toEqual(['released', 'closed']);
  });

  test('a setting is chosen where one is asked for, and one that is refused lets go of the device', async () => {
    const { transport, bus, found, library, released } = await opened();
    expect(library.settings).toEqual([]);
    await transport.close();
    const chosen = unwrap(await bus.open(found, 0, 1));
    expect(library.settings).toEqual([1]);
    await chosen.close();
    library.takesSettings = false;
    released.length = 0;
    expect(await bus.open(found, 0, 2)).toEqual({ ok: false, error: { code: 'bad-data' } });
    expect(released).toEqual(['closed']);
  });

  test('a device that the library will not close yet is closed as soon as it can be', async () => {
    const { transport, timer, library, released, bus, found } = await opened();
    library.releases = false;
    library.underWay = true;
    const closing = transport.close();
    await timer.advance(500);
    await closing;
    await bus.list();
    expect(released).toEqual(['released']);
    library.underWay = false;
    await bus.list();
    await bus.list();
    expect(released).toEqual(['released', 'closed']);
    expect((await bus.open(found, 0)).ok).toBe(true);
  });

  test('a device that is opened again before it could be closed stays open', async () => {
    const { transport, library, released, bus, found } = await opened();
    library.underWay = true;
    await transport.close();
    library.underWay = false;
    const again = unwrap(await bus.open(found, 0));
    await bus.list();
    expect(released).toEqual(['released']);
    await again.close();
    expect(released).toEqual(['released', 'released', 'closed']);
  });

  test('a transfer that ended just before it was called off is waited for', async () => {
    const { transport, timer, transfers, library } = await opened();
    library.cancelProblem = Object.assign(new Error('LIBUSB_ERROR_NOT_FOUND'), { errno: -5 });
    const read = transport.transferIn(0x82, 64, { milliseconds: 300 });
    await timer.advance(300);
    transfers[0]?.done(undefined, Buffer.alloc(0), 2);
    expect(await read).toEqual({ ok: true, value: Uint8Array.of(0, 0) });
  });

  test('a wait is called off by its signal', async () => {
    const { transport } = await opened();
    const controller = new AbortController();
    const read = transport.transferIn(0x82, 64, { milliseconds: 60_000, signal: controller.signal });
    controller.abort();
    expect(await read).toEqual({ ok: false, error: { code: 'cancelled' } });
  });

  test('what arrives is handed over, and a control transfer begins with its setup packet', async () => {
    const { transport, transfers } = await opened();
    const read = transport.transferIn(0x82, 64, { milliseconds: 300 });
    transfers[0]?.buffer.set([1, 2, 3]);
    transfers[0]?.done(undefined, Buffer.alloc(0), 3);
    expect(await read).toEqual({ ok: true, value: Uint8Array.of(1, 2, 3) });
    expect(transfers[0]?.buffer.every((byte) => byte === 0)).toBe(true);
    const setup = { requestType: 0x40, request: 4, value: 0x4e, index: 0 };
    const written = transport.controlOut(setup, Uint8Array.of(0x10), { milliseconds: 300 });
    expect([...(transfers[1]?.buffer ?? [])]).toEqual([0x40, 4, 0x4e, 0, 0, 0, 1, 0, 0x10]);
    transfers[1]?.done(undefined, Buffer.alloc(0), 1);
    expect(await written).toEqual({ ok: true, value: undefined });
  });

  test.each(['a transfer fails', 'the system tells', 'it is no longer listed'])(
    'an unplug is seen when %s',
    async (sign) => {
      const { transport, transfers, listeners, device, devices, bus, released } = await opened();
      let told = 0;
      transport.onClose(() => {
        told += 1;
      });
      const read = transport.transferIn(0x82, 64, { milliseconds: 60_000 });
      if (sign === 'a transfer fails') transfers[0]?.done({ errno: NO_DEVICE }, Buffer.alloc(0), 0);
      if (sign === 'the system tells') listeners.get('detach')?.(device);
      if (sign === 'it is no longer listed') {
        devices.length = 0;
        await bus.list();
      }
      expect(await read).toEqual({ ok: false, error: { code: 'absent' } });
      await transport.close();
      expect(told).toBe(1);
      expect(released).toEqual(['released', 'closed']);
      const after = await transport.transferOut(0x01, Uint8Array.of(1), { milliseconds: 10 });
      expect(after).toEqual({ ok: false, error: { code: 'absent' } });
    },
  );

  /** A transfer's status, and an error's number of one that is refused: both LIBUSB's words for "something went wrong". */
  test.each([
    ['ends with an error', 1],
    ['is refused', -1],
  ])('a transfer that %s while its device is going is one of a device that has gone', async (what, errno) => {
    const signs = [
      'the system tells',
      'it is no longer listed',
      'it is asked',
      'it answers',
      'it stays mute',
    ] as const;
    for (const sign of signs) {
      const { transport, transfers, listeners, device, devices, library, timer } = await opened();
      library.submitProblem =
        what === 'is refused' ? Object.assign(new Error('LIBUSB_ERROR_IO'), { errno }) : null;
      const read = transport.transferIn(0x82, 64, { milliseconds: 60_000 });
      transfers[0]?.done({ errno }, Buffer.alloc(0), 0);
      library.submitProblem = null;
      // A refused one is asked after at once, which is refused as well, and then once more.
      await timer.advance(what === 'is refused' ? 200 : 0);
      if (sign === 'the system tells') listeners.get('detach')?.(device);
      if (sign === 'it is no longer listed') devices.length = 0;
      const probe = transfers.at(-1);
      expect([probe?.endpoint, ...(probe?.buffer ?? [])]).toEqual([0, 0x80, 0, 0, 0, 0, 0, 2, 0, 0, 0]);
      if (sign === 'it is asked') probe?.done({ errno: NO_DEVICE }, Buffer.alloc(0), 0);
      if (sign === 'it answers') probe?.done(undefined, Buffer.alloc(10), 2);
      if (sign === 'it is no longer listed') await timer.advance(1_000);
      // Every question is called off after its time, and the next one asked a little later.
      if (sign === 'it stays mute') for (let i = 0; i < 60; i += 1) await timer.advance(100);
      const stays = sign === 'it answers' || sign === 'it stays mute';
      expect(await read).toEqual({ ok: false, error: { code: stays ? 'bad-data' : 'absent' } });
    }
  });

  test('a wait for a device that may be going is called off like any other', async () => {
    const { transport, transfers } = await opened();
    const controller = new AbortController();
    const read = transport.transferIn(0x82, 64, { milliseconds: 60_000, signal: controller.signal });
    transfers[0]?.done({ errno: 1 }, Buffer.alloc(0), 0);
    controller.abort();
    expect(await read).toEqual({ ok: false, error: { code: 'cancelled' } });
  });

  test('a device that goes while it is opened is absent', async () => {
    const { bus, found, transport, device } = await opened();
    await transport.close();
    const gone = device as { configDescriptor: unknown; open: () => void };
    gone.open = () => {
      gone.configDescriptor = undefined;
      // As the library's own line does.
      void (gone.configDescriptor as unknown as { interfaces: unknown }).interfaces;
    };
    expect(await bus.open(found, 0)).toEqual({ ok: false, error: { code: 'absent' } });
  });

  test('a device is opened once', async () => {
    const { bus, found, transport } = await opened();
    expect(await bus.open(found, 0)).toEqual({ ok: false, error: { code: 'busy' } });
    await transport.close();
    expect((await bus.open(found, 0)).ok).toBe(true);
  });

  test('names keep no control characters', () => {
    const text = Buffer.from('FS81\u0000\u0007 A', 'utf16le');
    expect(decodeStringDescriptor(Uint8Array.of(2 + text.length, 3, ...text))).toBe('FS81 A');
    expect(decodeStringDescriptor(Uint8Array.of(4, 9, 65, 0))).toBeNull();
  });
});
