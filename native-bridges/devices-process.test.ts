import { expect, test, vi } from 'vitest';
import type { DeviceSet, FingerFrame } from '../src/domain/devices.ts';
import {
  DEVICES_PROTOCOL,
  type FromDevices,
  fromDevicesSchema,
  type ToDevices,
} from '../src/domain/devices-wire.ts';
import { manualTimer } from '../src/domain/manual-timer.ts';
import { createPortPair } from '../src/domain/message-port.ts';
import { err } from '../src/domain/result.ts';
import { serveDevices } from './devices-process.ts';
import { createSimulatedDevices } from './simulated/simulated-devices.ts';
import { stripedFinger, testPeople, testRandom } from './simulated/test-people.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A devices process whose scanner sends exactly the frames that the test hands it. */
function served() {
  const timer = manualTimer();
  const simulated = createSimulatedDevices({
    people: testPeople(),
    random: testRandom(),
    crash: vi.fn(),
    timer,
  });
  let show: (frame: FingerFrame) => void = () => undefined;
  let signal: AbortSignal | null = null;
  const devices: DeviceSet = {
    ...simulated.devices,
    scanner: {
      status: () => simulated.devices.scanner.status(),
      onStatus: (listener) => simulated.devices.scanner.onStatus(listener),
      capture: (onFrame, captureSignal) => {
        show = onFrame;
        signal = captureSignal;
        return new Promise((resolve) => {
          captureSignal.addEventListener('abort', () => resolve(err({ code: 'cancelled' })));
        });
      },
    },
  };
  const { near, far, close } = createPortPair();
  serveDevices({ ...simulated, devices }, far);
  const received: FromDevices[] = [];
  near.onMessage((message) => received.push(fromDevicesSchema.parse(message)));
  return {
    post: (message: ToDevices) => near.post(message),
    received,
    close,
    show: (frame: FingerFrame) => show(frame),
    aborted: () => signal?.aborted,
  };
}

function frame(grey: number): FingerFrame {
  const image = stripedFinger(32, 32);
  image.pixels.fill(grey);
  return { image, fingerPresent: true };
}

test('keeps one frame under way, lets the newest win, and leaves no pixel behind', async () => {
  const { post, received, show } = served();
  post({ type: 'request', id: 1, call: { method: 'capture' } });
  await settle();
  const frames = [10, 20, 30, 40].map(frame);
  for (const each of frames) show(each);
  await settle();
  const greys = () => received.flatMap((each) => (each.type === 'frame' ? [each.image.pixels[0]] : []));
  expect(greys()).toEqual([10]);
  post({ type: 'frame-received', id: 1 });
  await settle();
  expect(greys()).toEqual([10, 40]);
  expect(frames.every((each) => each.image.pixels.every((grey) => grey === 0))).toBe(true);

  const late = [frame(50), frame(60)] as const;
  show(late[0]);
  post({ type: 'cancel', id: 1 });
  await settle();
  show(late[1]);
  expect(received.at(-1)).toEqual({
    type: 'response',
    id: 1,
    answer: { method: 'capture', result: err({ code: 'cancelled' }) },
  });
  expect(late.every((each) => each.image.pixels.every((grey) => grey === 0))).toBe(true);
});

test('gives up captures when the station goes away', async () => {
  const { post, close, aborted } = served();
  post({ type: 'request', id: 1, call: { method: 'capture' } });
  await settle();
  expect(aborted()).toBe(false);
  close();
  await settle();
  expect(aborted()).toBe(true);
});

test('introduces itself, answers heartbeats, and knows only the card that was connected last', async () => {
  const { post, received } = served();
  post({ type: 'hello', protocol: DEVICES_PROTOCOL });
  post({ type: 'ping', sequence: 7 });
  const insert = { type: 'insert-document', person: 'aida', document: 'aida-card' } as const;
  post({ type: 'request', id: 1, call: { method: 'dock-perform', command: insert } });
  await settle();
  post({ type: 'request', id: 2, call: { method: 'connect-card' } });
  post({ type: 'request', id: 3, call: { method: 'connect-card' } });
  await settle();
  post({ type: 'request', id: 4, call: { method: 'transmit', card: 1, command: new Uint8Array(4) } });
  await settle();
  expect(received.find((each) => each.type === 'welcome')).toMatchObject({
    protocol: DEVICES_PROTOCOL,
    dotsAcross: 576,
    statuses: [{ info: { kind: 'fingerprint-scanner', simulated: true } }, {}, {}, {}],
  });
  expect(received).toContainEqual({ type: 'pong', sequence: 7 });
  expect(received).toContainEqual({ type: 'card', present: true });
  expect(received.at(-1)).toEqual({
    type: 'response',
    id: 4,
    answer: { method: 'transmit', result: err({ code: 'card-lost' }) },
  });
});
