import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { unwrap } from '../../src/domain/result.ts';
import { hasPseudoTerminals, openPseudoTerminal, type PseudoTerminal } from './pseudo-terminal.ts';
import { openSerialPort, SERIAL_9600 } from './serial-port-transport.ts';
import { listLinuxSerialPorts } from './serial-ports.ts';

const terminals: PseudoTerminal[] = [];
afterEach(async () => {
  for (const terminal of terminals.splice(0)) await terminal.hangUp();
});

async function terminal(): Promise<PseudoTerminal> {
  const opened = await openPseudoTerminal();
  terminals.push(opened);
  return opened;
}

function nextBytes(
  count: number,
  subscribe: (listener: (bytes: Uint8Array) => void) => void,
): Promise<number[]> {
  return new Promise((resolve) => {
    const taken: number[] = [];
    subscribe((bytes) => {
      taken.push(...bytes);
      if (taken.length >= count) resolve(taken);
    });
  });
}

// Pseudo-terminals are made with Python here; without it the real serial library can't be driven.
describe.skipIf(!hasPseudoTerminals())('a serial port of the operating system', () => {
  test('carries bytes both ways, all values of a byte unchanged', async () => {
    const far = await terminal();
    const near = unwrap(await openSerialPort(far.path, SERIAL_9600));
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    const there = nextBytes(256, far.onData);
    expect(await near.write(all)).toEqual({ ok: true, value: undefined });
    expect(await there).toEqual([...all]);
    const back = nextBytes(256, (listener) => near.onData(listener));
    await far.send(all);
    expect(await back).toEqual([...all]);
    await near.close();
    expect(await near.write(all)).toEqual({ ok: false, error: { code: 'absent' } });
  });

  test('drops what came before it was opened', async () => {
    const far = await terminal();
    const first = unwrap(await openSerialPort(far.path, SERIAL_9600));
    const echoed = nextBytes(1, (listener) => first.onData(listener));
    await far.send(Uint8Array.of(1));
    await echoed;
    await first.close();
    await far.send(Uint8Array.of(0xee, 0xee));
    const second = unwrap(await openSerialPort(far.path, SERIAL_9600));
    const answer = nextBytes(1, (listener) => second.onData(listener));
    await far.send(Uint8Array.of(7));
    expect(await answer).toEqual([7]);
    await second.close();
  });

  test('is open for one program at a time, and a port that is not there is absent', async () => {
    const far = await terminal();
    const near = unwrap(await openSerialPort(far.path, SERIAL_9600));
    expect(await openSerialPort(far.path, SERIAL_9600)).toEqual({ ok: false, error: { code: 'busy' } });
    await near.close();
    expect(await openSerialPort('/dev/ttyACM999', SERIAL_9600)).toEqual({
      ok: false,
      error: { code: 'absent' },
    });
  });

  test('tells when its owner lets go of it, once', async () => {
    const far = await terminal();
    const near = unwrap(await openSerialPort(far.path, SERIAL_9600));
    let told = 0;
    near.onClose(() => {
      told += 1;
    });
    await near.close();
    await near.close();
    expect(told).toBe(1);
  });
});

test('USB serial ports are found in sysfs with the numbers of their adapter', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tizme-sysfs-'));
  const device = join(root, 'devices', 'usb1', '1-2');
  const port = join(device, '1-2:1.0', 'tty', 'ttyACM0');
  mkdirSync(port, { recursive: true });
  mkdirSync(join(root, 'class', 'tty'), { recursive: true });
  writeFileSync(join(device, 'idVendor'), '1fc9\n');
  writeFileSync(join(device, 'idProduct'), '00a3\n');
  writeFileSync(join(device, 'product'), 'Reader\n');
  symlinkSync(join(device, '1-2:1.0'), join(port, 'device'));
  symlinkSync(port, join(root, 'class', 'tty', 'ttyACM0'));
  mkdirSync(join(root, 'class', 'tty', 'ttyS0'));
  const own = join(root, 'ttyS0');
  writeFileSync(own, '');
  const named = [own, join(root, 'ttyS1')];
  const [found, withNamed] = [await listLinuxSerialPorts(root), await listLinuxSerialPorts(root, named)];
  rmSync(root, { recursive: true });
  const adapter = {
    path: '/dev/ttyACM0',
    vendorId: 0x1fc9,
    productId: 0xa3,
    product: 'Reader',
    serialNumber: null,
  };
  expect(found).toEqual({ ok: true, value: [adapter] });
  // A port of the machine itself has no numbers: it is there because the settings name it.
  const none = { vendorId: null, productId: null, product: null, serialNumber: null };
  expect(withNamed).toEqual({ ok: true, value: [adapter, { path: own, ...none }] });
});
