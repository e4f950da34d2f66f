import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from '../../fixtures/random.ts';
import { openCcidReader } from '../../native-bridges/card-readers/ccid/ccid-reader.ts';
import { DeviceManager } from '../../native-bridges/device-manager.ts';
import { MAX_CAPTURE_BYTES } from '../../native-bridges/fingerprint-scanners/digitalpersona/capture.ts';
import { openDigitalPersona } from '../../native-bridges/fingerprint-scanners/digitalpersona/digitalpersona-scanner.ts';
import { MODE, REGISTER } from '../../native-bridges/fingerprint-scanners/digitalpersona/registers.ts';
import {
  COMMANDS,
  openFutronic,
} from '../../native-bridges/fingerprint-scanners/futronic/futronic-scanner.ts';
import type { ScannerProtocol } from '../../native-bridges/fingerprint-scanners/opened-scanner.ts';
import {
  DIGITALPERSONA_4500,
  FUTRONIC_FS81,
  ZFM_MODULE,
} from '../../native-bridges/fingerprint-scanners/scanner-models.ts';
import { openZfm } from '../../native-bridges/fingerprint-scanners/zfm/zfm-scanner.ts';
import { EscPosEmulator } from '../../native-bridges/simulated/escpos-emulator.ts';
import {
  CcidEmulator,
  type EmulatedCard,
  EXTENDED_READER,
} from '../../native-bridges/simulated/usb/ccid-emulator.ts';
import {
  DigitalPersonaEmulator,
  SCRAMBLED_BLOCKS,
} from '../../native-bridges/simulated/usb/digitalpersona-emulator.ts';
import { apduCard, t0Card, t1Card } from '../../native-bridges/simulated/usb/emulated-cards.ts';
import { EmulatedUsbBus } from '../../native-bridges/simulated/usb/emulated-usb-bus.ts';
import { FutronicEmulator } from '../../native-bridges/simulated/usb/futronic-emulator.ts';
import { MemoryUsbTransport } from '../../native-bridges/simulated/usb/memory-usb-transport.ts';
import { UsbPrinterEmulator } from '../../native-bridges/simulated/usb/usb-printer-emulator.ts';
import { ZfmEmulator } from '../../native-bridges/simulated/zfm-emulator.ts';
import { systemHidDevices } from '../../native-bridges/transports/hid-devices.ts';
import { MemoryTransport } from '../../native-bridges/transports/memory-transport.ts';
import { systemSerialPorts } from '../../native-bridges/transports/serial-ports.ts';
import type { FingerFrame } from '../../src/domain/devices.ts';
import { type GreyImage, wipeImage } from '../../src/domain/grey-image.ts';
import { unwrap } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import type { CommandIo } from '../command-io.ts';
import { atLeast, atMost, type BenchmarkResult, type Figure, percentile, plain } from './benchmark.ts';

export interface DevicesBenchmarkOptions {
  readonly seconds: number;
  readonly io: CommandIo;
}

/** The exposure of one frame on the emulated sensors; what is behind it is only the wire. */
const FUTRONIC_FRAME_MILLISECONDS = 40;
const WIRE_LIMIT = { milliseconds: 2_000 };
const ZFM_BAUD = 115_200;
/** One start bit, eight bits, one stop bit. */
const BITS_PER_BYTE = 10;
const TOUCHES = 20;
const EXCHANGES = 2_000;
const READ_BINARY = Uint8Array.of(0x00, 0xb0, 0x00, 0x00, 0xc8);
const INFO = { kind: 'card-reader', model: 'CCID', serialNumber: null, simulated: true } as const;

/** Each scanner driver against its wire, the cost of an exchange with a card, and what a quiet desk costs. */
export async function benchDevices({ seconds, io }: DevicesBenchmarkOptions): Promise<BenchmarkResult> {
  const figures: Figure[] = [];
  for (const [words, run] of [
    ['Futronic FS81', () => benchFutronic(seconds)],
    ['U.are.U 4500', () => benchDigitalPersona('plain')],
    ['U.are.U 4500, scrambled', () => benchDigitalPersona('scrambled')],
    ['ZFM', () => benchZfm(seconds)],
    ['card readers', benchExchanges],
    ['a quiet desk', () => benchIdle(seconds)],
  ] as const) {
    io.progress(`measuring ${words}`);
    figures.push(...(await run()));
  }
  return { name: 'devices', figures };
}

function stripes(width: number, height: number): GreyImage {
  const pixels = Uint8Array.from({ length: width * height }, (_, at) => (at % 9 < 4 ? 60 : 220));
  return { width, height, dpi: 500, pixels };
}

/** Frames of a stream, each with the moment when it came. */
async function streamFor(
  protocol: ScannerProtocol,
  isEnough: (times: readonly number[]) => boolean,
): Promise<readonly number[]> {
  const stop = new AbortController();
  const times: number[] = [];
  const problem = await protocol.stream(({ image, fingerPresent }: FingerFrame) => {
    wipeImage(image);
    if (fingerPresent) times.push(performance.now());
    if (isEnough(times)) stop.abort();
  }, stop.signal);
  if (problem.code !== 'cancelled') throw new Error(`the stream ended: ${problem.code}`);
  await protocol.close();
  return times;
}

function rateOf(times: readonly number[]): number {
  return ((times.length - 1) * 1_000) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
}

async function benchFutronic(seconds: number): Promise<Figure[]> {
  const timer = systemTimer();
  const device = new FutronicEmulator(timer, createRandom(1).next, FUTRONIC_FRAME_MILLISECONDS);
  const usb = new MemoryUsbTransport(device, timer);
  const protocol = unwrap(await openFutronic(usb, FUTRONIC_FS81));
  device.layFinger(stripes(320, 480));
  // The wire alone, as the emulated device serves it: the same commands, and nothing done with what comes.
  const times: number[] = [];
  const wireEnd = performance.now() + seconds * 500;
  while (performance.now() < wireEnd) {
    unwrap(await usb.transferOut(0x01, COMMANDS.lampOn, WIRE_LIMIT));
    unwrap(await usb.transferOut(0x01, COMMANDS.frame, WIRE_LIMIT));
    unwrap(await usb.transferIn(0x82, 320 * 480, WIRE_LIMIT));
    times.push(performance.now());
  }
  const wire = rateOf(times);
  const end = performance.now() + seconds * 1_000;
  const rate = rateOf(await streamFor(protocol, () => performance.now() > end));
  return [
    plain('FS81: frames that the wire allows', wire, 'a second'),
    plain('FS81: frames', rate, 'a second'),
    atLeast('FS81: share of the wire', (100 * rate) / wire, '%', 90),
    plain('FS81: what the driver adds to a frame', 1_000 / rate - 1_000 / wire, 'ms'),
  ];
}

/** One picture for a touch: what counts is the time from the touch to the picture. */
async function benchDigitalPersona(pictures: 'plain' | 'scrambled'): Promise<Figure[]> {
  const timer = systemTimer();
  const device = new DigitalPersonaEmulator(timer);
  if (pictures === 'scrambled') device.blocks = SCRAMBLED_BLOCKS;
  const name = pictures === 'plain' ? 'U.are.U' : 'U.are.U, scrambled';
  const usb = new MemoryUsbTransport(device, timer);
  const opened = await openDigitalPersona({
    usb,
    profile: DIGITALPERSONA_4500,
    timer,
    seed: () => 0x1234_5678,
  });
  const protocol = unwrap(opened);
  // The wire alone: the same control and bulk transfers for one picture.
  const wireTimes: number[] = [];
  for (let picture = 0; picture < TOUCHES; picture += 1) {
    device.layFinger(stripes(384, 289));
    const started = performance.now();
    const mode = { requestType: 0x40, request: 0x04, value: REGISTER.mode, index: 0 };
    unwrap(await usb.controlOut(mode, Uint8Array.of(MODE.capture), WIRE_LIMIT));
    unwrap(await usb.transferIn(0x82, MAX_CAPTURE_BYTES, WIRE_LIMIT));
    wireTimes.push(performance.now() - started);
    device.liftFinger();
    await pause(100);
  }
  const wire = percentile(wireTimes, 0.5);
  const latencies: number[] = [];
  const stop = new AbortController();
  let touched = 0;
  const touch = () => device.layFinger(stripes(384, 289));
  // The touch is what the sensor tells of: before that the emulator draws what it will send, which no sensor does.
  const tell = device.interrupt.bind(device);
  device.interrupt = (type) => {
    touched = performance.now();
    tell(type);
  };
  await protocol.stream(({ image, fingerPresent }) => {
    wipeImage(image);
    if (fingerPresent) {
      latencies.push(performance.now() - touched);
      if (latencies.length === TOUCHES) stop.abort();
      else setTimeout(() => device.liftFinger(), 20);
    } else {
      setTimeout(touch, 100);
    }
  }, stop.signal);
  await protocol.close();
  const latency = percentile(latencies, 0.5);
  return [
    plain(`${name}: the wire alone, p50`, wire, 'ms'),
    plain(`${name}: from the touch to the picture, p50`, latency, 'ms'),
    plain(`${name}: the same, p95`, percentile(latencies, 0.95), 'ms'),
    atLeast(`${name}: share of the wire`, (100 * wire) / latency, '%', 90),
  ];
}

async function benchZfm(seconds: number): Promise<Figure[]> {
  const timer = systemTimer();
  const bytesPerMillisecond = ZFM_BAUD / BITS_PER_BYTE / 1_000;
  let carried = 0;
  let free = performance.now();
  const line = new MemoryTransport((bytes) => module.receive(bytes));
  // The line carries what the module sends at its speed, one packet behind the other.
  const module = new ZfmEmulator((bytes) => {
    const packet = bytes.slice();
    carried += packet.length;
    free = Math.max(free, performance.now()) + packet.length / bytesPerMillisecond;
    setTimeout(() => line.send(packet), free - performance.now());
  });
  const protocol = unwrap(await openZfm(line, ZFM_MODULE, timer));
  module.layFinger(stripes(256, 288));
  const before = carried;
  let after = 0;
  const wanted = Math.max(3, Math.round(seconds / 3.5));
  const times = await streamFor(protocol, (each) => {
    if (each.length === 1 && after === 0) after = carried;
    return each.length >= wanted;
  });
  const wire = 1_000 / ((after - before) / bytesPerMillisecond);
  const rate = rateOf(times);
  return [
    plain(`ZFM at ${ZFM_BAUD} baud: pictures that the wire allows`, wire * 60, 'a minute'),
    plain('ZFM: pictures', rate * 60, 'a minute'),
    atLeast('ZFM: share of the wire', (100 * rate) / wire, '%', 90),
  ];
}

/** The emulated reader and card answer at once: what is measured is the driver's own time and the emulator's. */
async function benchExchanges(): Promise<Figure[]> {
  const application = (command: Uint8Array) =>
    Uint8Array.from({ length: (command[4] ?? 0) + 2 }, (_, at) => (at === command[4] ? 0x90 : 0));
  const readers: readonly [string, number, () => EmulatedCard][] = [
    ['extended APDU', 0x404ba, () => apduCard(application)],
    ['short APDU, T=0', 0x204ba, () => t0Card(application)],
    ['TPDU, T=0', 0x10030, () => t0Card(application)],
    ['TPDU, T=1, blocks of 40 bytes', 0x10030, () => t1Card(application)],
  ];
  const figures: Figure[] = [];
  for (const [words, features, card] of readers) {
    const timer = systemTimer();
    const emulator = new CcidEmulator({ ...EXTENDED_READER, features });
    const usb = new MemoryUsbTransport(emulator, timer);
    const reader = unwrap(await openCcidReader(usb, INFO, timer));
    emulator.insert(card());
    const transport = unwrap(await reader.connect());
    const times: number[] = [];
    for (let exchange = 0; exchange < EXCHANGES; exchange += 1) {
      const started = performance.now();
      unwrap(await transport.transmit(READ_BINARY));
      times.push(performance.now() - started);
    }
    await reader.close();
    const mean = times.reduce((sum, each) => sum + each, 0) / times.length;
    figures.push(atMost(`READ BINARY of 200 bytes, ${words}: on top of the reader, mean`, mean, 'ms', 1));
    figures.push(plain('  the same, p99', percentile(times, 0.99), 'ms'));
  }
  return figures;
}

/** A desk at which nobody is: scanner, reader and printer plugged in, and this machine's own ports looked at. */
async function benchIdle(seconds: number): Promise<Figure[]> {
  const timer = systemTimer();
  const bus = new EmulatedUsbBus(timer);
  const serialPorts = systemSerialPorts();
  const manager = new DeviceManager({ bus, serialPorts, hid: systemHidDevices(), timer });
  bus.plug(new FutronicEmulator(timer, createRandom(2).next, FUTRONIC_FRAME_MILLISECONDS));
  bus.plug(new CcidEmulator(EXTENDED_READER));
  bus.plug(new UsbPrinterEmulator(new EscPosEmulator(timer, 576)));
  await pause(6_000);
  const before = process.cpuUsage();
  const started = performance.now();
  await pause(Math.max(10, seconds) * 1_000);
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1_000 / (performance.now() - started);
  await manager.close();
  return [atMost('processor of a quiet desk, emulated devices included', 100 * share, '%', 1)];
}
