import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../fixtures/random.ts';
import { DeviceManager } from '../../native-bridges/device-manager.ts';
import { EscPosEmulator } from '../../native-bridges/simulated/escpos-emulator.ts';
import { CcidEmulator, EXTENDED_READER } from '../../native-bridges/simulated/usb/ccid-emulator.ts';
import { apduCard } from '../../native-bridges/simulated/usb/emulated-cards.ts';
import { EmulatedUsbBus } from '../../native-bridges/simulated/usb/emulated-usb-bus.ts';
import { FutronicEmulator } from '../../native-bridges/simulated/usb/futronic-emulator.ts';
import { UsbPrinterEmulator } from '../../native-bridges/simulated/usb/usb-printer-emulator.ts';
import { ok } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import { runDevices } from './devices.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-devices-command-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bench() {
  const timer = systemTimer(20, 10);
  const bus = new EmulatedUsbBus(timer);
  const scanner = new FutronicEmulator(timer, createRandom(4).next, 20);
  const reader = new CcidEmulator(EXTENDED_READER);
  const printing = new EscPosEmulator(timer, 576);
  const all = [scanner, reader, new UsbPrinterEmulator(printing)] as const;
  const noPorts = { list: async () => ok([]), open: () => Promise.reject(new Error('there is no port')) };
  const open = () => new DeviceManager({ bus, serialPorts: noPorts, hid: noPorts, timer });
  return { bus, scanner, reader, printing, all, open };
}

async function run(open: (() => DeviceManager) | undefined, ...args: string[]) {
  const out: string[] = [];
  const progress: string[] = [];
  const io = { out: (line: string) => out.push(line), progress: (text: string) => progress.push(text) };
  const code = await runDevices(args, io, open);
  return { code, out, progress, json: args.includes('--json') ? JSON.parse(out.at(-1) ?? '') : null };
}

describe('tizme devices', () => {
  test('of a printer that never answers, test says what is not seen', async () => {
    const { bus, printing, open } = bench();
    bus.plug(new UsbPrinterEmulator(printing, 'one-way'));
    const { code, out } = await run(open, 'test');
    expect(code).toBe(1);
    expect(out.find((line) => line.startsWith('printer'))).toContain('receipts-unseen: it never answers');
  });

  test('lists what is plugged in, and explains what cannot be opened', async () => {
    const { bus, open, reader, scanner } = bench();
    bus.plug(scanner);
    bus.plug(reader, { code: 'busy' });
    const { code, json } = await run(open, 'list', '--json');
    expect(code).toBe(1);
    expect(json).toMatchObject({
      usb: null,
      found: [
        { kind: 'fingerprint-scanner', model: 'Futronic FS81', problem: null },
        {
          kind: 'card-reader',
          problem: { code: 'busy' },
          explanation: expect.stringContaining('another program'),
        },
      ],
    });
  });

  test('measures a scanner by the printed target, and writes what belongs into the settings', async () => {
    const { bus, open, scanner } = bench();
    bus.plug(scanner);
    const png = join(folder, 'target.png');
    expect((await run(open, 'target', '--out', png, '--json')).code).toBe(0);
    const { width, height, data } = decode(readFileSync(png));
    // The sensor has 500 dpi and sees the target mirrored.
    const scale = 500 / 203;
    const pixels = Uint8Array.from({ length: 300 * 300 }, (_, at) => {
      const [x, y] = [Math.floor((299 - (at % 300)) / scale), Math.floor(Math.floor(at / 300) / scale)];
      return x < width && y < height ? Number(data[y * width + x]) : 255;
    });
    scanner.layFinger({ width: 300, height: 300, dpi: 500, pixels });
    const { code, json } = await run(open, 'calibrate', '--json');
    expect(code).toBe(0);
    const { model, dpi, flipRows, flipColumns } = json.scanner;
    expect({ model, flipRows, flipColumns }).toEqual({
      model: 'Futronic FS81',
      flipRows: true,
      flipColumns: true,
    });
    expect(Math.abs(dpi - 500)).toBeLessThanOrEqual(10);
  });

  test('settings that cannot be read are named, with the field', async () => {
    const { open } = bench();
    const file = join(folder, 'devices.json');
    writeFileSync(file, '{"cardReaders":"both"}');
    const { code, progress } = await run(open, 'list', '--settings', file);
    expect(code).toBe(2);
    expect(progress[0]).toContain('cardReaders: ');
    expect((await run(open, 'list', '--settings', join(folder, 'missing.json'))).code).toBe(2);
  });

  test('a machine without USB says so, and that is no failure', async () => {
    const { bus, open } = bench();
    bus.problem = { code: 'no-bus' };
    const { code, out } = await run(open, 'list');
    expect(code).toBe(0);
    expect(out).toEqual([expect.stringMatching(/^no USB on this machine: .*BIOS/)]);
  });

  test('on a machine without USB nobody is sent to look for a cable, or asked for a finger', async () => {
    const { bus, open } = bench();
    bus.problem = { code: 'no-bus' };
    for (const asked of [
      ['test'],
      ['capture', '--out', join(folder, 'none.png')],
      ['apdu', '00a40400'],
      ['target'],
    ]) {
      const { code, out, progress } = await run(open, ...asked);
      const said = [...out, ...progress].join('\n');
      expect(code).toBe(1);
      expect(said).toContain('absent: no USB on this machine');
      expect(said).not.toMatch(/cable|finger on the glass/);
    }
  });

  test('runs on this machine, whatever it has', async () => {
    const { json } = await run(undefined, 'list', '--json');
    expect(json.found).toBeInstanceOf(Array);
  });

  test('sends commands to a card', async () => {
    const { bus, open, reader } = bench();
    reader.insert(apduCard((command) => Uint8Array.of(command[1] ?? 0, 0x90, 0)));
    bus.plug(reader);
    const { code, json } = await run(open, 'apdu', '00a40400', '00 84 00 00 08', '--json');
    expect(code).toBe(0);
    expect(json).toEqual({ answerToReset: '3b80800101', answers: ['a49000', '849000'] });
  });

  test('writes the picture of a finger, once', async () => {
    const { bus, open, scanner } = bench();
    bus.plug(scanner);
    const pixels = Uint8Array.from({ length: 320 * 480 }, (_, index) => (index % 9 < 4 ? 20 : 230));
    scanner.layFinger({ width: 320, height: 480, pixels, dpi: 500 });
    const file = join(folder, 'finger.png');
    expect((await run(open, 'capture', '--out', file)).code).toBe(0);
    expect(decode(readFileSync(file))).toMatchObject({ width: 320, height: 480, channels: 1 });
    expect((await run(open, 'capture', '--out', file)).progress.at(-1)).toContain('is there already');
    expect((await run(open, 'capture', '--out', file)).progress).not.toContain('lay a finger on the glass');
  });

  test('prints a picture', async () => {
    const { bus, open, all, printing } = bench();
    bus.plug(all[2]);
    const file = join(folder, 'strip.png');
    writeFileSync(
      file,
      encode({ width: 64, height: 40, data: new Uint8Array(64 * 40), channels: 1, depth: 8 }),
    );
    const { code, progress } = await run(open, 'print', file);
    expect({ code, progress }).toEqual({ code: 0, progress: [] });
    expect(printing.strips()[0]).toMatchObject({ ending: 'cut' });
  });

  test('tests each kind, and wrong usage is told', async () => {
    const { bus, open, scanner } = bench();
    bus.plug(scanner);
    const { code, out } = await run(open, 'test');
    expect(code).toBe(1);
    expect(out[0]).toBe('fingerprint-scanner FS81: ready');
    expect(out[1]).toContain('card-reader: absent: not plugged in');
    expect((await run(open, 'apdu', 'xyz')).code).toBe(2);
    expect((await run(open, 'dance')).code).toBe(2);
  });

  test('prints the rules by which this user may open devices, of ports that the settings name too', async () => {
    const settings = join(folder, 'rules.json');
    writeFileSync(settings, JSON.stringify({ serial: [{ vendorId: '10c4', device: 'zfm-scanner' }] }));
    const { code, out } = await run(bench().open, 'rules', '--settings', settings);
    expect(code).toBe(0);
    const [comment, ...rules] = out;
    expect(comment).toMatch(/^# /);
    expect(rules).toContain(
      'SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ATTR{idVendor}=="1491", ATTR{idProduct}=="0020", TAG+="uaccess"',
    );
    expect(rules).toContain('SUBSYSTEM=="tty", ATTRS{idVendor}=="10c4", TAG+="uaccess"');
    expect(rules.some((rule) => rule.includes('ID_USB_INTERFACES}=="*:0b????:*"'))).toBe(true);
    // Each has a condition beyond the subsystem: no rule opens every keyboard.
    expect(rules.every((rule) => /(idVendor|ID_USB_INTERFACES)/.test(rule))).toBe(true);
  });

  test('watches for a while', async () => {
    const { bus, open, scanner } = bench();
    bus.plug(scanner);
    const { code, out } = await run(open, 'watch', '--seconds', '0');
    expect(code).toBe(0);
    expect(out).toEqual(['fingerprint-scanner: Futronic FS81 at 1-1:1, no serial number: works']);
  });
});
