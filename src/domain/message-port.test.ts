import { expect, test } from 'vitest';
import { createPortPair } from './message-port.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('messages arrive in order, as copies made when they were sent, also those before the first listener', async () => {
  const { near, far } = createPortPair();
  const pixels = Uint8Array.of(1, 2, 3);
  near.post({ pixels });
  near.post('second');
  pixels.fill(0);
  const received: unknown[] = [];
  far.onMessage((message) => received.push(message));
  await settle();
  expect(received).toEqual([{ pixels: Uint8Array.of(1, 2, 3) }, 'second']);
});

test('a closed channel tells both ends once, also whoever asks later, and carries nothing more', async () => {
  const { near, far, close } = createPortPair();
  const told: string[] = [];
  const received: unknown[] = [];
  near.onClose(() => told.push('near'));
  far.onMessage((message) => received.push(message));
  near.post('under way');
  close();
  close();
  near.post('too late');
  await settle();
  far.onClose(() => told.push('far'));
  await settle();
  expect(told).toEqual(['near', 'far']);
  expect(received).toEqual([]);
});
