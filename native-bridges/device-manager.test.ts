import { describe, expect, test } from 'vitest';
import { createRandom } from '../fixtures/random.ts';
import { ListenerSet } from '../src/domain/listener-set.ts';
import { manualTimer } from '../src/domain/manual-timer.ts';
import { err, ok, unwrap } from '../src/domain/result.ts';
import type { CardService } from './card-readers/pcsc/card-service.ts';
import { DeviceManager, type DeviceManagerOptions } from './device-manager.ts';
import { parseDeviceSettings } from './device-settings.ts';
import { withCalibration } from './device-settings-file.ts';
import { encodeHidPosReports } from './mrz-readers/hid-pos-report.ts';
import { EscPosEmulator } from './simulated/escpos-emulator.ts';
import { CcidEmulator, EXTENDED_READER } from './simulated/usb/ccid-emulator.ts';
import { DigitalPersonaEmulator } from './simulated/usb/digitalpersona-emulator.ts';
import { apduCard } from './simulated/usb/emulated-cards.ts';
import { EmulatedUsbBus } from './simulated/usb/emulated-usb-bus.ts';
import { FutronicEmulator } from './simulated/usb/futronic-emulator.ts';
import { UsbPrinterEmulator } from './simulated/usb/usb-printer-emulator.ts';
import { ZfmEmulator } from './simulated/zfm-emulator.ts';
import type { HidDevices } from './transports/hid-devices.ts';
import { MemoryTransport } from './transports/memory-transport.ts';
import type { SerialPortFound, SerialPorts } from './transports/serial-ports.ts';

const ABSENT = { state: 'failed', problem: { code: 'absent' } };

/** Serial adapters that can be plugged in too. */
function serialBench() {
  const ports: SerialPortFound[] = [];
  const lines: MemoryTransport[] = [];
  /** What hangs on the lines, in the order in which they are opened. */
  const machines: ((bytes: Uint8Array) => void)[] = [];
  const serialPorts: SerialPorts = {
    list: async () => ok([...ports]),
    open: async () => {
      const line = new MemoryTransport(machines[lines.length] ?? (() => undefined));
      lines.push(line);
      return ok(line);
    },
  };
  return { ports, lines, machines, serialPorts };
}

/** A code reader of the point-of-sale page, which the bus shows as one more device. */
function hidBench() {
  const reports = new ListenerSet<Uint8Array>();
  const found = { path: '/dev/hidraw0', vendorId: 1, productId: 1, product: 'Codes', serialNumber: null };
  const devices: HidDevices = {
    list: async () =>
      ok([
        { ...found, usagePage: 0x8c },
        { ...found, path: '/dev/hidraw1', usagePage: 1 },
      ]),
    open: async () =>
      ok({
        onReport: (listener) => reports.add(listener),
        onClose: () => () => undefined,
        close: async () => {},
      }),
  };
  return { reports, devices };
}

function desk(settings: object = {}, more: Partial<DeviceManagerOptions> = {}) {
  const timer = more.timer ?? manualTimer();
  const bus = new EmulatedUsbBus(timer);
  const serial = serialBench();
  const hid = hidBench();
  const manager = new DeviceManager({
    ...{ bus, serialPorts: serial.serialPorts, hid: hid.devices, timer },
    settings: unwrap(parseDeviceSettings(JSON.stringify(settings))),
    ...more,
  });
  return { timer: timer as ReturnType<typeof manualTimer>, bus, serial, hid, manager };
}

describe('the device manager', () => {
  test('joins whatever is plugged in to its driver, and says what it found', async () => {
    const { timer, bus, manager } = desk();
    const printing = new EscPosEmulator(timer, 576);
    const reader = new CcidEmulator(EXTENDED_READER);
    bus.plug(new FutronicEmulator(timer, createRandom(1).next, 60));
    bus.plug(reader);
    bus.plug(new UsbPrinterEmulator(printing));
    await timer.advance(3_000);
    const { scanner, cardReader, printer } = manager.devices;
    for (const device of [scanner, cardReader, printer]) {
      expect(device.status()).toMatchObject({ status: { state: 'ready' }, info: { simulated: false } });
    }
    expect(manager.report().found.map(({ kind, problem }) => [kind, problem])).toEqual([
      ['fingerprint-scanner', null],
      ['card-reader', null],
      ['printer', null],
      ['mrz-reader', null],
    ]);
    reader.insert(apduCard(() => Uint8Array.of(0x90, 0)));
    const card = unwrap(await cardReader.connect());
    expect(unwrap(await card.transmit(Uint8Array.of(0, 0xa4, 0, 0)))).toEqual(Uint8Array.of(0x90, 0));
    const printed = printer.print({ width: 576, height: 100, rows: new Uint8Array(7_200).fill(0x55) });
    await timer.advance(2_000);
    expect(await printed).toEqual({ ok: true, value: undefined });
    expect(printing.strips()[0]?.ending).toBe('cut');
    await manager.close();
  });

  test('a printer is driven in the setting in which it answers, and one that never does is no ready one', async () => {
    for (const [offer, status] of [
      ['both-ways-chosen', { state: 'ready' }],
      ['one-way', { state: 'attention', notice: 'receipts-unseen' }],
    ] as const) {
      const { timer, bus, manager } = desk();
      bus.plug(new UsbPrinterEmulator(new EscPosEmulator(timer, 576), offer));
      await timer.advance(3_000);
      expect(manager.devices.printer.status().status).toEqual(status);
      const printed = manager.devices.printer.print({ width: 8, height: 8, rows: new Uint8Array(8) });
      await timer.advance(2_000);
      expect(await printed).toEqual({ ok: true, value: undefined });
      await manager.close();
    }
  });

  test('fifty times out and in, in the middle of a capture: absent at once, ready again, no frame too many', async () => {
    const { timer, bus, manager } = desk();
    const device = new FutronicEmulator(timer, createRandom(1).next, 60);
    for (let round = 0; round < 50; round += 1) {
      bus.plug(device);
      await timer.advance(500);
      expect(manager.devices.scanner.status().status).toEqual({ state: 'ready' });
      let frames = 0;
      const count = () => {
        frames += 1;
      };
      const capturing = manager.devices.scanner.capture(count, new AbortController().signal);
      await timer.advance(90);
      bus.unplug(device);
      expect(await capturing).toEqual({ ok: false, error: { code: 'absent' } });
      expect(manager.devices.scanner.status().status).toEqual(ABSENT);
      const before = frames;
      await timer.advance(200);
      expect(frames).toBe(before);
    }
    await manager.close();
  });

  test('a device that is slow to open keeps no other kind waiting, and of two that come at once one is the spare', async () => {
    const { timer, bus, manager } = desk();
    const silent = new FutronicEmulator(timer, createRandom(1).next, 60);
    silent.faults.mute = true;
    bus.tellsOfChanges = false;
    bus.plug(silent);
    bus.plug(new CcidEmulator(EXTENDED_READER));
    bus.plug(new DigitalPersonaEmulator(timer));
    bus.plug(new DigitalPersonaEmulator(timer));
    void manager.scan();
    await timer.advance(900);
    // The silent one has not been given up yet.
    expect(manager.devices.cardReader.status().status).toEqual({ state: 'ready' });
    expect(manager.devices.scanner.status().status).toEqual(ABSENT);
    await timer.advance(5_000);
    expect(manager.devices.scanner.status().info.model).toContain('U.are.U');
    const problems = manager.report().found.map(({ problem }) => problem?.code ?? null);
    expect(problems.slice(0, 4)).toEqual(['spare', null, null, 'spare']);
    await manager.close();
  });

  test('a reader of a maker’s own class is known by its descriptor', async () => {
    const { timer, bus, manager } = desk();
    bus.plug(new CcidEmulator(EXTENDED_READER, { usbClass: 0xff }));
    await timer.advance(1_000);
    expect(manager.report().found[0]).toMatchObject({ kind: 'card-reader', problem: null });
    await manager.close();
  });

  test('a card is read wherever it is laid, and every reader that cannot be used says who holds it', async () => {
    const held: string[] = [];
    const isHeldByCardService = async (address: string) => {
      held.push(address);
      return address === '1-1:3';
    };
    const { timer, bus, manager } = desk({}, { isHeldByCardService });
    const [first, second] = [new CcidEmulator(EXTENDED_READER), new CcidEmulator(EXTENDED_READER)];
    bus.plug(first);
    bus.plug(second);
    bus.plug(new CcidEmulator(EXTENDED_READER), { code: 'busy' });
    bus.plug(new CcidEmulator(EXTENDED_READER), { code: 'busy' });
    await timer.advance(3_000);
    expect(
      manager
        .report()
        .found.map(({ problem }) => problem?.code ?? null)
        .slice(0, 4),
    ).toEqual([null, null, 'held-by-card-service', 'busy']);
    expect(new Set(held)).toEqual(new Set(['1-1:3', '1-1:4']));
    const cards: boolean[] = [];
    manager.devices.cardReader.onCard((present) => cards.push(present));
    second.insert(apduCard(() => Uint8Array.of(0x90, 2)));
    await timer.advance(500);
    const read = async () => {
      const card = unwrap(await manager.devices.cardReader.connect());
      return unwrap(await card.transmit(Uint8Array.of(0, 0xa4, 0, 0)));
    };
    expect(await read()).toEqual(Uint8Array.of(0x90, 2));
    bus.unplug(second);
    first.insert(apduCard(() => Uint8Array.of(0x90, 1)));
    await timer.advance(500);
    expect(await read()).toEqual(Uint8Array.of(0x90, 1));
    expect(cards).toEqual([true, false, true]);
    await manager.close();
  });

  test('a calibration is kept, and the scanner is opened anew with it', async () => {
    const kept: unknown[] = [];
    const { timer, bus, manager } = desk(
      {},
      {
        saveCalibration: async (calibration) => {
          kept.push(calibration);
          return parseDeviceSettings(withCalibration({}, calibration));
        },
      },
    );
    expect(await manager.calibrate({ dpi: 503, flipRows: true, flipColumns: true })).toEqual({
      ok: false,
      error: { code: 'no-such-scanner' },
    });
    bus.plug(new FutronicEmulator(timer, createRandom(1).next, 60));
    await timer.advance(3_000);
    expect(manager.report().found[0]?.calibration).toEqual({
      dpi: 500,
      flipRows: true,
      flipColumns: false,
    });
    const set = manager.calibrate({ dpi: 503, flipRows: true, flipColumns: true });
    await timer.advance(3_000);
    expect(await set).toEqual({ ok: true, value: undefined });
    expect(kept).toEqual([
      { model: 'Futronic FS81', serialNumber: null, dpi: 503, flipRows: true, flipColumns: true },
    ]);
    expect(manager.report().found[0]?.calibration).toMatchObject({ dpi: 503, flipColumns: true });
    const resolutions: number[] = [];
    const stop = new AbortController();
    const capture = manager.devices.scanner.capture(({ image }) => resolutions.push(image.dpi), stop.signal);
    await timer.advance(300);
    stop.abort();
    await timer.advance(300);
    await capture;
    expect(new Set(resolutions)).toEqual(new Set([503]));
    await manager.close();
  });

  test('another scanner takes the place of the first', async () => {
    const { timer, bus, manager } = desk();
    const first = new FutronicEmulator(timer, createRandom(1).next, 60);
    bus.plug(first);
    await timer.advance(500);
    bus.plug(new DigitalPersonaEmulator(timer));
    await timer.advance(3_000);
    expect(manager.devices.scanner.status().info.model).toBe('FS81');
    expect(manager.report().found[1]?.problem).toEqual({ code: 'spare' });
    bus.unplug(first);
    await timer.advance(3_000);
    expect(manager.devices.scanner.status().info.model).toBe('U.are.U 4500');
    await manager.close();
  });

  test('a machine without udev tells of nothing, and is asked', async () => {
    const { timer, bus, manager } = desk();
    bus.tellsOfChanges = false;
    await manager.scan();
    const reader = new CcidEmulator(EXTENDED_READER);
    bus.plug(reader);
    await timer.advance(2_500);
    expect(manager.devices.cardReader.status().status).toEqual({ state: 'ready' });
    bus.unplug(reader);
    await timer.advance(10);
    expect(manager.devices.cardReader.status().status).toEqual(ABSENT);
    await manager.close();
  });

  test.each(['access-denied', 'busy'] as const)(
    'a device that cannot be opened (%s) says why',
    async (code) => {
      const { timer, bus, manager } = desk();
      bus.plug(new CcidEmulator(EXTENDED_READER), { code });
      await timer.advance(10);
      expect(manager.report().found[0]).toMatchObject({ kind: 'card-reader', problem: { code } });
      expect(manager.devices.cardReader.status().status).toEqual({ state: 'failed', problem: { code } });
      await manager.close();
    },
  );

  test('a code reader among the HID devices is found and read', async () => {
    const { timer, bus, hid, manager } = desk();
    bus.plug(new CcidEmulator(EXTENDED_READER));
    await timer.advance(100);
    const texts: (readonly string[])[] = [];
    manager.devices.mrzReader.onText((lines) => texts.push(lines));
    for (const report of encodeHidPosReports(new TextEncoder().encode('ABC<<'), ']Q0'))
      hid.reports.tell(report);
    expect(texts).toEqual([['ABC<<']]);
    expect(manager.report().found.at(-1)).toMatchObject({
      kind: 'mrz-reader',
      port: '/dev/hidraw0',
      problem: null,
    });
    await manager.close();
  });

  test('a machine without USB is an ordinary state, in which serial devices work', async () => {
    const { timer, bus, serial, manager } = desk();
    bus.problem = { code: 'no-bus' };
    const port = {
      path: '/dev/ttyACM0',
      vendorId: 0x1ac2,
      productId: 1,
      serialNumber: 'S1',
      product: 'Scanner',
    };
    serial.ports.push(port);
    await manager.scan();
    expect(manager.report().usbProblem).toEqual({ code: 'no-bus' });
    expect(await manager.devices.cardReader.connect()).toEqual(err({ code: 'absent' }));
    const texts: (readonly string[])[] = [];
    manager.devices.mrzReader.onText((lines) => texts.push(lines));
    serial.lines[0]?.send(new TextEncoder().encode('\x02ABC<<\r\x03'));
    await timer.advance(10);
    expect(texts).toEqual([['ABC<<']]);
    // Pulled out, and the serial library does not notice.
    serial.ports.length = 0;
    await timer.advance(2_500);
    expect(manager.devices.mrzReader.status().status).toEqual(ABSENT);
    serial.ports.push(port);
    await timer.advance(2_500);
    expect(manager.devices.mrzReader.status().status).toEqual({ state: 'ready' });
    await manager.close();
  });

  test('what hangs on a serial port is what the settings say: a fingerprint module, a receipt printer', async () => {
    const zfm = { vendorId: '10c4', productId: 'ea60', serialNumber: 'A1', device: 'zfm-scanner' };
    const printer = { path: '/dev/ttyUSB1', device: 'escpos-printer', dotsAcross: 384 };
    const { timer, serial, manager } = desk({ serial: [zfm, printer] });
    const port = { vendorId: 0x10c4, productId: 0xea60, product: 'CP2102' };
    serial.ports.push({ ...port, path: '/dev/ttyUSB0', serialNumber: 'A1' });
    serial.ports.push({ ...port, path: '/dev/ttyUSB1', serialNumber: 'B2' });
    serial.ports.push({ ...port, path: '/dev/ttyUSB2', serialNumber: 'C3' });
    const module = new ZfmEmulator((bytes) => serial.lines[0]?.send(bytes));
    serial.machines.push((bytes) => module.receive(bytes));
    const strip = new EscPosEmulator(timer, 384);
    const cable = strip.connect();
    cable.onData((bytes) => serial.lines[1]?.send(bytes));
    serial.machines.push((bytes) => void cable.write(bytes));
    void manager.scan();
    await timer.advance(3_000);
    expect(manager.devices.scanner.status().status).toEqual({ state: 'ready' });
    expect(manager.devices.printer.status().status).toEqual({ state: 'ready' });
    const serials = manager.report().found.map(({ port: where, serialNumber }) => [where, serialNumber]);
    expect(serials).toEqual([
      ['/dev/ttyUSB0', 'A1'],
      ['/dev/ttyUSB1', 'B2'],
    ]);
    await manager.close();
  });

  test('a reader is never taken twice: the card service has them all, or we do', async () => {
    const listed: string[] = [];
    const cardService: CardService = {
      list: async () => {
        listed.push('asked');
        return ok(['Reader 00 00']);
      },
      open: async () => err({ code: 'busy' }),
    };
    for (const cardReaders of ['usb', 'pcsc']) {
      const { timer, bus, manager } = desk({ cardReaders }, { cardService });
      const opened: string[] = [];
      const { open } = bus;
      bus.open = (found, interfaceNumber) => {
        opened.push(found.address);
        return open.call(bus, found, interfaceNumber);
      };
      listed.length = 0;
      bus.plug(new CcidEmulator(EXTENDED_READER));
      await timer.advance(1_000);
      expect([opened.length, listed.length > 0]).toEqual(cardReaders === 'usb' ? [1, false] : [0, true]);
      const reader = manager.report().found.find(({ kind }) => kind === 'card-reader');
      expect(reader).toMatchObject(
        cardReaders === 'usb' ? { problem: null } : { port: 'PC/SC', problem: { code: 'busy' } },
      );
      await manager.close();
    }
  });

  test('a device that could not be opened and is pulled out is absent, not refused for ever', async () => {
    const { timer, bus, manager } = desk();
    const reader = new CcidEmulator(EXTENDED_READER);
    bus.plug(reader, { code: 'access-denied' });
    await timer.advance(500);
    expect(manager.devices.cardReader.status().status).toMatchObject({ problem: { code: 'access-denied' } });
    bus.unplug(reader);
    await timer.advance(500);
    expect(manager.devices.cardReader.status().status).toEqual(ABSENT);
    await manager.close();
  });
});
