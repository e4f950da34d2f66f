import { describe, expect, test } from 'vitest';
import { manualTimer } from '../../src/domain/manual-timer.ts';
import { DigitalPersonaEmulator } from '../simulated/usb/digitalpersona-emulator.ts';
import { MemoryUsbTransport } from '../simulated/usb/memory-usb-transport.ts';
import { drainEndpoint, findEndpoint } from './usb-transport.ts';

async function drain(left: readonly number[]) {
  const timer = manualTimer();
  const device = new DigitalPersonaEmulator(timer);
  const usb = new MemoryUsbTransport(device, timer);
  const pictures = findEndpoint(usb, 'bulk', 'in');
  if (pictures === null) throw new Error('there is no bulk endpoint');
  for (const bytes of left) device.inEndpoints[1]?.push(new Uint8Array(bytes).fill(7));
  const draining = drainEndpoint(usb, pictures);
  await timer.advance(1_000);
  return { drained: await draining, waiting: device.inEndpoints[1]?.packetsWaiting };
}

describe('draining what an earlier listener left', () => {
  test.each([
    ['nothing', []],
    ['one short packet', [5]],
    ['a whole picture behind the end of another', [100, 111_040]],
    ['whole packets only, so that no read ends by itself', [64_000]],
  ])('%s', async (_what, left) => {
    const { drained, waiting } = await drain(left);
    expect(drained).toEqual({ ok: true, value: undefined });
    expect(waiting).toBe(0);
  });

  test('a device that never falls silent is no device', async () => {
    expect((await drain([2_000_000])).drained).toEqual({ ok: false, error: { code: 'bad-data' } });
  });
});
