import { describe, expect, test } from 'vitest';
import { serveDevices } from '../native-bridges/devices-process.ts';
import { createSimulatedDevices } from '../native-bridges/simulated/simulated-devices.ts';
import { MRZ_LINES, testPeople, testRandom } from '../native-bridges/simulated/test-people.ts';
import { assertDefined } from '../src/domain/assert.ts';
import type { FingerFrame } from '../src/domain/devices.ts';
import type { DockCommand } from '../src/domain/dock.ts';
import { manualTimer } from '../src/domain/manual-timer.ts';
import { createPortPair } from '../src/domain/message-port.ts';
import { connectDevices } from '../src/station/devices-client/connect-devices.ts';

const failed = (code: string) => ({ ok: false, error: { code } });
const DONE = { ok: true, value: undefined };
const CARD: DockCommand = { type: 'insert-document', person: 'aida', document: 'aida-card' };
const SELECT = Uint8Array.of(0x00, 0xa4, 0x04, 0x0c);

/** A devices process as the host would start it: simulated devices behind one end of a channel. */
function startProcess(timer: ReturnType<typeof manualTimer>) {
  const channel = createPortPair();
  const simulated = createSimulatedDevices({
    people: testPeople(),
    random: testRandom(),
    crash: () => channel.close(),
    timer,
  });
  serveDevices(simulated, channel.far);
  return channel.near;
}

async function station() {
  const timer = manualTimer();
  const client = connectDevices(startProcess(timer), { timer });
  await client.whenReady();
  await timer.advance(100);
  return { timer, client, dock: assertDefined(client.dock, 'the dock'), ...client.devices };
}

describe('the station and its devices process', () => {
  test('a voter is served through the wire: card, zone, finger, receipt', async () => {
    const { timer, dock, scanner, cardReader, mrzReader, printer } = await station();
    expect(await dock.people()).toMatchObject({ ok: true, value: [{ key: 'aida' }] });

    const cards: boolean[] = [];
    cardReader.onCard((present) => cards.push(present));
    await dock.perform(CARD);
    expect(cards).toEqual([true]);
    const connected = await cardReader.connect();
    const answer = connected.ok ? connected.value.transmit(SELECT) : null;
    await timer.advance(20);
    expect(await answer).toEqual({ ok: true, value: Uint8Array.of(...SELECT, 0x90, 0x00) });

    const texts: (readonly string[])[] = [];
    mrzReader.onText((lines) => texts.push(lines));
    await dock.perform({ type: 'scan-mrz', person: 'aida', document: 'aida-card' });
    await timer.advance(500);
    expect(texts).toEqual([MRZ_LINES]);

    const frames: FingerFrame[] = [];
    const stop = new AbortController();
    const capture = scanner.capture((frame) => frames.push(frame), stop.signal);
    await dock.perform({ type: 'lay-finger', person: 'aida', position: 2 });
    await timer.advance(1_000);
    expect(frames.length).toBeGreaterThanOrEqual(9);
    expect(frames.at(-1)?.fingerPresent).toBe(true);
    stop.abort();
    expect(await capture).toEqual(failed('cancelled'));

    const printing = printer.print({ width: 576, height: 100, rows: new Uint8Array(7_200).fill(0xaa) });
    await timer.advance(1_000);
    expect(await printing).toEqual(DONE);
    const [strip] = dock.state().strips;
    expect(strip).toMatchObject({ ending: 'cut', height: 124 });
    expect(await dock.strip(strip?.id ?? 0)).toMatchObject({ ok: true, value: { width: 576, height: 124 } });
  });

  test('paper that ends in the middle of a receipt, and plugs that are pulled, come back as what they are', async () => {
    const { timer, dock, scanner, cardReader, printer } = await station();
    await dock.perform({ type: 'paper', action: { do: 'end-after', millimetres: 5 } });
    const printing = printer.print({ width: 576, height: 100, rows: new Uint8Array(7_200).fill(0xaa) });
    await timer.advance(1_000);
    expect(await printing).toEqual(failed('paper-out'));
    expect(dock.state().strips).toMatchObject([{ height: 40, ending: 'unfinished' }]);
    expect(printer.status().status).toEqual({ state: 'failed', problem: { code: 'paper-out' } });

    const capture = scanner.capture(() => undefined, new AbortController().signal);
    await dock.perform({ type: 'unplug', kind: 'fingerprint-scanner' });
    expect(await capture).toEqual(failed('absent'));
    expect(scanner.status().status).toEqual({ state: 'failed', problem: { code: 'absent' } });

    await dock.perform(CARD);
    const connected = await cardReader.connect();
    const exchange = connected.ok ? connected.value.transmit(SELECT) : null;
    await dock.perform({ type: 'unplug', kind: 'card-reader' });
    await timer.advance(100);
    expect(await exchange).toEqual(failed('absent'));
  });

  test('a crash in the middle of everything fails each call as restarting, and a new process takes over', async () => {
    const { timer, client, dock, scanner, printer } = await station();
    const lost: string[] = [];
    client.onLost((reason) => {
      lost.push(reason);
      client.reconnect(startProcess(timer));
    });
    const capture = scanner.capture(() => undefined, new AbortController().signal);
    const printing = printer.print({ width: 576, height: 2_000, rows: new Uint8Array(144_000) });
    await timer.advance(200);
    const crash = dock.perform({ type: 'crash-devices-process' });
    await timer.advance(200);
    expect(await Promise.all([capture, printing, crash])).toEqual([
      failed('restarting'),
      failed('restarting'),
      failed('restarting'),
    ]);
    expect(lost).toEqual(['closed']);
    expect(printer.status().status).toEqual({ state: 'ready' });
    const frames: FingerFrame[] = [];
    const stop = new AbortController();
    void scanner.capture((frame) => frames.push(frame), stop.signal);
    await timer.advance(500);
    expect(frames.length).toBeGreaterThan(0);
    stop.abort();
  });
});
