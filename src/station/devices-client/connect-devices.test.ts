import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceStatus, FingerFrame } from '../../domain/devices.ts';
import {
  DEVICES_PROTOCOL,
  type FromDevices,
  type ToDevices,
  toDevicesSchema,
} from '../../domain/devices-wire.ts';
import { manualTimer } from '../../domain/manual-timer.ts';
import { createPortPair } from '../../domain/message-port.ts';
import { connectDevices, type DevicesClientOptions, limitsInRealTime } from './connect-devices.ts';

const failed = (code: string) => ({ ok: false, error: { code } });
const settle = () => new Promise((resolve) => setImmediate(resolve));

const PRINTER: DeviceStatus = {
  info: { kind: 'printer', model: 'Bench printer', serialNumber: '7', simulated: false },
  status: { state: 'ready' },
};
const WELCOME: FromDevices = {
  type: 'welcome',
  protocol: DEVICES_PROTOCOL,
  statuses: [PRINTER],
  dotsAcross: 384,
  report: { usbProblem: null, found: [] },
  dock: null,
};

/** A devices process that says what the test lets it say, and answers heartbeats unless it is told not to. */
function scriptedProcess(options: { readonly answersPings: boolean } = { answersPings: true }) {
  const { near, far, close } = createPortPair();
  const received: ToDevices[] = [];
  far.onMessage((message) => {
    const parsed = toDevicesSchema.parse(message);
    if (parsed.type === 'ping' && options.answersPings) far.post({ type: 'pong', sequence: parsed.sequence });
    else received.push(parsed);
  });
  const lastId = () => received.findLast((message) => message.type === 'request')?.id ?? 0;
  return { near, close, received, lastId, say: (message: unknown) => far.post(message) };
}

async function connected(options: DevicesClientOptions = {}) {
  const timer = manualTimer();
  const process = scriptedProcess();
  const client = connectDevices(process.near, { timer, ...options });
  process.say(WELCOME);
  await client.whenReady();
  return { timer, process, client, ...client.devices };
}

function frame(id: number, side: number) {
  const image = { width: side, height: side, pixels: new Uint8Array(side * side).fill(9), dpi: 500 };
  return { type: 'frame', id, image, fingerPresent: true };
}

describe('the devices client', () => {
  test('says restarting until the devices process has introduced itself, and shows what it has', async () => {
    const process = scriptedProcess();
    const client = connectDevices(process.near, { timer: manualTimer() });
    expect(await client.devices.printer.paper()).toEqual(failed('restarting'));
    expect(client.devices.printer.status().status).toEqual({
      state: 'failed',
      problem: { code: 'restarting' },
    });
    await settle();
    expect(process.received).toEqual([{ type: 'hello', protocol: DEVICES_PROTOCOL }]);
    process.say(WELCOME);
    await client.whenReady();
    expect(client.devices.printer.status()).toEqual(PRINTER);
    expect(client.devices.printer.dotsAcross).toBe(384);
    expect(client.dock).toBeNull();
  });

  test('fails what is pending when the process dies, and goes on with the next one', async () => {
    const { timer, process, client, printer, cardReader } = await connected();
    const losses: string[] = [];
    const cards: boolean[] = [];
    client.onLost((reason) => losses.push(reason));
    cardReader.onCard((present) => cards.push(present));
    process.say({ type: 'card', present: true });
    const connecting = cardReader.connect();
    await settle();
    const answer = { card: 1, answerToReset: Uint8Array.of(0x3b) };
    const id = process.lastId();
    process.say({
      type: 'response',
      id,
      answer: { method: 'connect-card', result: { ok: true, value: answer } },
    });
    const card = await connecting;
    const exchange = card.ok ? card.value.transmit(new Uint8Array(5)) : null;
    const paper = printer.paper();
    process.close();
    expect(await paper).toEqual(failed('restarting'));
    expect(await exchange).toEqual(failed('restarting'));
    expect(losses).toEqual(['closed']);
    expect(cards).toEqual([true, false]);
    expect(printer.status().status).toEqual({ state: 'failed', problem: { code: 'restarting' } });

    const next = scriptedProcess();
    client.reconnect(next.near);
    next.say(WELCOME);
    await timer.advance(10);
    expect(printer.status()).toEqual(PRINTER);
    expect(card.ok && (await card.value.transmit(new Uint8Array(5)))).toEqual(failed('card-lost'));
  });

  test('calls a process lost that stays silent for three heartbeats, or speaks another protocol', async () => {
    const timer = manualTimer();
    const silent = scriptedProcess({ answersPings: false });
    const client = connectDevices(silent.near, { timer });
    const losses: string[] = [];
    client.onLost((reason) => losses.push(reason));
    silent.say(WELCOME);
    await timer.advance(3_500);
    expect(losses).toEqual([]);
    await timer.advance(1_000);
    expect(losses).toEqual(['silent']);

    const stranger = scriptedProcess();
    client.reconnect(stranger.near);
    stranger.say({ ...WELCOME, protocol: DEVICES_PROTOCOL + 1 });
    await timer.advance(10);
    expect(losses).toEqual(['silent', 'incompatible']);
    expect(await client.devices.printer.paper()).toEqual(failed('restarting'));
  });

  test('waits no longer than its own limits', async () => {
    const { timer, process, printer, scanner } = await connected();
    const paper = printer.paper();
    const capture = scanner.capture(() => undefined, new AbortController().signal);
    await settle();
    const id = process.lastId();
    await timer.advance(4_500);
    expect(await paper).toEqual(failed('no-answer'));
    process.say(frame(id, 32));
    await timer.advance(4_500);
    expect(process.received.at(-1)).toEqual({ type: 'frame-received', id });
    await timer.advance(600);
    expect(await capture).toEqual(failed('no-answer'));
    expect(process.received.at(-1)).toEqual({ type: 'cancel', id });
  });

  test('on a day twenty times as fast its limits are those of the clock on the wall', async () => {
    const { timer, printer } = await connected({ limits: limitsInRealTime(20) });
    let answer: unknown = null;
    void printer.paper().then((result) => {
      answer = result;
    });
    await timer.advance(19 * 4_000);
    expect(answer).toBeNull();
    await timer.advance(4_000);
    expect(answer).toEqual(failed('no-answer'));
  });

  test('delivers no frame after the abort, wipes it, and ends as cancelled', async () => {
    const { process, scanner } = await connected();
    const stop = new AbortController();
    const frames: FingerFrame[] = [];
    const capture = scanner.capture((each) => frames.push(each), stop.signal);
    await settle();
    const id = process.lastId();
    process.say(frame(id, 32));
    await settle();
    stop.abort();
    process.say(frame(id, 32));
    await settle();
    process.say({
      type: 'response',
      id,
      answer: { method: 'capture', result: { ok: false, error: { code: 'cancelled' } } },
    });
    expect(await capture).toEqual(failed('cancelled'));
    expect(frames).toHaveLength(1);
    expect(process.received).toContainEqual({ type: 'cancel', id });
  });

  test.each([
    ['a frame larger than any sensor', (id: number) => frame(id, 1_601)],
    [
      'a frame with too few pixels',
      (id: number) => ({ ...frame(id, 32), image: { ...frame(id, 32).image, height: 40 } }),
    ],
    ['an answer that is not one', (id: number) => ({ type: 'response', id, answer: { method: 'capture' } })],
    [
      'the answer to another question',
      (id: number) => ({
        type: 'response',
        id,
        answer: { method: 'dock-people', result: { ok: true, value: [] } },
      }),
    ],
  ])('answers bad-data to %s', async (_name, message) => {
    const { process, scanner } = await connected();
    const capture = scanner.capture(() => undefined, new AbortController().signal);
    await settle();
    process.say(message(process.lastId()));
    expect(await capture).toEqual(failed('bad-data'));
  });

  test('shrugs at what belongs to nothing', async () => {
    const { process, printer } = await connected();
    for (const message of [
      null,
      7,
      'text',
      {},
      { type: 'status' },
      { type: 'frame', id: 99 },
      frame(99, 32),
    ]) {
      process.say(message);
    }
    await settle();
    expect(printer.status()).toEqual(PRINTER);
  });

  test('no message whatever breaks it, nor settles a request that it does not name', async () => {
    const { process, printer } = await connected();
    let settled = false;
    const paper = printer.paper().finally(() => {
      settled = true;
    });
    await settle();
    const id = process.lastId();
    const envelope = fc.record({
      type: fc.constantFrom(
        'welcome',
        'status',
        'card',
        'text',
        'frame',
        'response',
        'dock-state',
        'pong',
        'other',
      ),
      id: fc.constantFrom(id + 1, -1, 'x', null),
      status: fc.jsonValue(),
      image: fc.jsonValue(),
      answer: fc.jsonValue(),
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), envelope), async (message) => {
        process.say(message);
        await settle();
        expect(settled).toBe(false);
      }),
      { numRuns: 300, seed: 11 },
    );
    const value = { paper: 'present', coverOpen: false };
    process.say({ type: 'response', id, answer: { method: 'paper', result: { ok: true, value } } });
    expect(await paper).toEqual({ ok: true, value });
  });
});
