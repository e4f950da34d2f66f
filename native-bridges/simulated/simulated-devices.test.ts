import { describe, expect, test } from 'vitest';
import type { FingerFrame } from '../../src/domain/devices.ts';
import type { DockCommand } from '../../src/domain/dock.ts';
import { manualTimer } from '../../src/domain/manual-timer.ts';
import type { Timer } from '../../src/domain/timer.ts';
import { meanBlockVariance } from '../fingerprint-scanners/finger-presence.ts';
import { createSimulatedDevices } from './simulated-devices.ts';
import { MRZ_LINES, testPeople, testRandom } from './test-people.ts';

const failed = (code: string) => ({ ok: false, error: { code } });
const DONE = { ok: true, value: undefined };
const CARD: DockCommand = { type: 'insert-document', person: 'aida', document: 'aida-card' };
const FINGER: DockCommand = { type: 'lay-finger', person: 'aida', position: 2 };
const SELECT = Uint8Array.of(0x00, 0xa4, 0x04, 0x0c);

async function desk({ heldUpMs = 0, patience = 1 } = {}) {
  const timer = manualTimer();
  // A machine with other work comes to each short step of the emulated motor late.
  const busy: Timer = {
    after: (milliseconds, task) => timer.after(milliseconds === 10 ? 10 + heldUpMs : milliseconds, task),
    giveUpAfter: (milliseconds, task) => timer.after(milliseconds * patience, task),
  };
  const people = testPeople();
  const crashes: string[] = [];
  const { devices, dock, close } = createSimulatedDevices({
    people,
    random: testRandom(),
    crash: () => crashes.push('crashed'),
    timer: busy,
  });
  await timer.advance(100);
  return { timer, people, crashes, ...devices, dock, close };
}

describe('the simulated scanner', () => {
  test('streams the empty platen, then a finger that is pressed harder frame by frame, then the platen', async () => {
    const { timer, scanner, dock } = await desk();
    const frames: FingerFrame[] = [];
    const stop = new AbortController();
    const capture = scanner.capture((frame) => frames.push(frame), stop.signal);
    await timer.advance(1_000);
    expect(frames).toHaveLength(10);
    expect(frames.some((frame) => frame.fingerPresent)).toBe(false);
    expect(frames.every((frame) => meanBlockVariance(frame.image) < 30)).toBe(true);
    expect(frames[0]?.image.pixels).not.toEqual(frames[1]?.image.pixels);

    await dock.perform(FINGER);
    await timer.advance(1_000);
    const variances = frames.slice(10, 14).map((frame) => meanBlockVariance(frame.image));
    expect(variances).toEqual([...variances].sort((a, b) => a - b));
    expect(variances[3]).toBeGreaterThan(4 * (variances[0] ?? 0));
    expect(frames[19]?.fingerPresent).toBe(true);
    expect(frames[19]?.image).toMatchObject({ width: 400, height: 480, dpi: 500 });

    await dock.perform({ type: 'lift-finger' });
    await timer.advance(100);
    expect(frames[20]?.fingerPresent).toBe(false);
    stop.abort();
    expect(await capture).toEqual(failed('cancelled'));
    await timer.advance(500);
    expect(frames).toHaveLength(21);
  });

  test('draws each laying anew and wipes the picture of a lifted finger', async () => {
    const { people, dock } = await desk();
    expect(await dock.perform(FINGER)).toEqual(DONE);
    expect(await dock.perform(FINGER)).toEqual(DONE);
    await dock.perform({ type: 'lift-finger' });
    expect(people.attempts).toEqual([1, 2]);
    expect(people.drawn.every((image) => image.pixels.every((grey) => grey === 0))).toBe(true);
  });

  test('ends a capture with absent when its plug is pulled, refuses a second one, and comes back', async () => {
    const { timer, scanner, dock } = await desk();
    const capture = scanner.capture(() => undefined, new AbortController().signal);
    expect(await scanner.capture(() => undefined, new AbortController().signal)).toEqual(failed('busy'));
    await timer.advance(250);
    await dock.perform({ type: 'unplug', kind: 'fingerprint-scanner' });
    expect(await capture).toEqual(failed('absent'));
    expect(await scanner.capture(() => undefined, new AbortController().signal)).toEqual(failed('absent'));
    expect(dock.state().plugged['fingerprint-scanner']).toBe(false);
    await dock.perform({ type: 'plug', kind: 'fingerprint-scanner' });
    expect(scanner.status().status).toEqual({ state: 'ready' });
  });
});

describe('the simulated card reader', () => {
  test('tells of a card, exchanges commands with it one at a time, and tells when it leaves', async () => {
    const { timer, cardReader, dock } = await desk();
    const seen: boolean[] = [];
    cardReader.onCard((present) => seen.push(present));
    expect(await cardReader.connect()).toEqual(failed('card-lost'));
    await dock.perform(CARD);
    const connected = await cardReader.connect();
    if (!connected.ok) throw new Error('the card did not answer');
    const answer = connected.value.transmit(SELECT);
    expect(await connected.value.transmit(SELECT)).toEqual(failed('busy'));
    await timer.advance(10);
    expect(await answer).toEqual({ ok: true, value: Uint8Array.of(...SELECT, 0x90, 0x00) });
    await dock.perform({ type: 'remove-document' });
    expect(await connected.value.transmit(SELECT)).toEqual(failed('card-lost'));
    expect(seen).toEqual([true, false]);
    expect(dock.state().document).toBeNull();
  });

  test('loses the card in the middle of a command, or itself', async () => {
    const { cardReader, dock } = await desk();
    await dock.perform(CARD);
    const first = await cardReader.connect();
    const lost = first.ok ? first.value.transmit(SELECT) : null;
    await dock.perform({ type: 'remove-document' });
    expect(await lost).toEqual(failed('card-lost'));

    await dock.perform(CARD);
    const second = await cardReader.connect();
    const pulled = second.ok ? second.value.transmit(SELECT) : null;
    await dock.perform({ type: 'unplug', kind: 'card-reader' });
    expect(await pulled).toEqual(failed('absent'));

    const seen: boolean[] = [];
    cardReader.onCard((present) => seen.push(present));
    await dock.perform({ type: 'plug', kind: 'card-reader' });
    expect(seen).toEqual([true]);
    expect((await cardReader.connect()).ok).toBe(true);
  });

  test('notices nothing of a document without a chip', async () => {
    const { cardReader, dock } = await desk();
    const seen: boolean[] = [];
    cardReader.onCard((present) => seen.push(present));
    const document = 'aida-old-passport';
    expect(await dock.perform({ type: 'insert-document', person: 'aida', document })).toEqual(DONE);
    expect(dock.state().document).toEqual({ person: 'aida', document });
    expect(await cardReader.connect()).toEqual(failed('card-lost'));
    expect(seen).toEqual([]);
  });
});

describe('the simulated MRZ reader', () => {
  test('sends the printed lines through the serial framing, and nothing of a scan that was cut off', async () => {
    const { timer, mrzReader, dock } = await desk();
    const texts: (readonly string[])[] = [];
    mrzReader.onText((lines) => texts.push(lines));
    const scan: DockCommand = { type: 'scan-mrz', person: 'aida', document: 'aida-card' };
    await dock.perform(scan);
    await timer.advance(40);
    await dock.perform({ type: 'unplug', kind: 'mrz-reader' });
    await timer.advance(1_000);
    expect(mrzReader.status().status).toEqual({ state: 'failed', problem: { code: 'absent' } });
    expect(await dock.perform(scan)).toEqual(failed('unplugged'));
    await dock.perform({ type: 'plug', kind: 'mrz-reader' });
    await dock.perform(scan);
    await timer.advance(1_000);
    expect(texts).toEqual([MRZ_LINES]);
  });

  test('reads a code from another screen as well, letter by letter', async () => {
    const { timer, mrzReader, dock } = await desk();
    const texts: (readonly string[])[] = [];
    mrzReader.onText((lines) => texts.push(lines));
    const text = 'tizme-lane 192.168.8.101:47100 10.0.0.7:47100';
    await dock.perform({ type: 'scan-code', text });
    await timer.advance(1_000);
    expect(texts).toEqual([[text]]);
  });
});

describe('the simulated printer', () => {
  const strip = { width: 576, height: 600, rows: new Uint8Array(72 * 600).fill(0xf0) };

  test('of a day that goes faster than the machine can turn its motor is waited for as much longer', async () => {
    for (const { patience, outcome } of [
      { patience: 1, outcome: failed('no-answer') },
      { patience: 20, outcome: DONE },
    ]) {
      const { timer, printer, close } = await desk({ heldUpMs: 400, patience });
      const printing = printer.print(strip);
      await timer.advance(40_000);
      expect(await printing).toEqual(outcome);
      close();
    }
  });
});

describe('the dock', () => {
  test('follows what is done to the desk, down to the strips that were printed', async () => {
    const { timer, printer, dock } = await desk();
    const states: string[] = [];
    dock.onState((state) => states.push(state.strips.map((strip) => strip.ending).join()));
    await dock.perform({ type: 'paper', action: { do: 'end-after', millimetres: 10 } });
    const printing = printer.print({ width: 576, height: 200, rows: new Uint8Array(72 * 200).fill(0xf0) });
    await timer.advance(1_000);
    expect(await printing).toEqual(failed('paper-out'));
    const [strip] = dock.state().strips;
    expect(strip).toMatchObject({ height: 80, ending: 'unfinished' });
    expect(dock.state().paper.remainingMillimetres).toBe(0);
    const picture = await dock.strip(strip?.id ?? 0);
    expect(picture).toEqual({
      ok: true,
      value: { width: 576, height: 80, rows: new Uint8Array(5760).fill(0xf0) },
    });
    expect(await dock.strip(99)).toEqual(failed('no-such-strip'));
    expect(states).toContain('printing');
    expect(states.at(-1)).toBe('unfinished');
  });

  test('names what is not there, and leaves the desk as it was', async () => {
    const { dock } = await desk();
    const before = dock.state();
    expect(await dock.perform({ ...FINGER, person: 'nobody' })).toEqual(failed('no-such-person'));
    expect(await dock.perform({ ...FINGER, position: 7 })).toEqual(failed('no-such-finger'));
    expect(await dock.perform({ ...CARD, document: 'none' })).toEqual(failed('no-such-document'));
    const zone: DockCommand = { type: 'scan-mrz', person: 'aida', document: 'aida-old-passport' };
    expect(await dock.perform(zone)).toEqual(failed('no-such-zone'));
    expect(dock.state()).toEqual(before);
  });

  test('a finger that is lifted while it is still being drawn never lies on the glass', async () => {
    const { dock, people } = await desk();
    const laying = dock.perform(FINGER);
    await dock.perform({ type: 'lift-finger' });
    await laying;
    expect(dock.state().finger).toBeNull();
    expect(people.drawn[0]?.pixels.every((grey) => grey === 0)).toBe(true);
  });

  test('lets the process die on command', async () => {
    const { dock, crashes } = await desk();
    await dock.perform({ type: 'crash-devices-process' });
    expect(crashes).toEqual(['crashed']);
  });
});
