import { afterEach, describe, expect, it } from 'vitest';
import type { DevicesOptions, StationOptions } from '../../../src/domain/host-wire.ts';
import { systemTimer } from '../../../src/domain/timer.ts';
import { forkProcess } from './fork-process.ts';
import { StationHost } from './station-host.ts';

const stationOptions: StationOptions = {
  dataDirectory: '/nowhere/data',
  packageDirectory: '/nowhere/package',
  collectorUrl: null,
  collectorKey: null,
  collectorRecipient: null,
  language: 'ky',
  seed: 7,
  fingerprintWorkerUrl: 'file:///nowhere/worker.ts',
  migrationsDirectory: '/nowhere/migrations',
  fontsDirectory: null,
};
const devicesOptions: DevicesOptions = { packageDirectory: '/nowhere/package', seed: 7 };

/** Processes that really are forked: a station double and a devices double that speak the host protocol. */
const stationEntry = new URL('../testing/station-double.ts', import.meta.url);
const devicesEntry = new URL('../testing/devices-double.ts', import.meta.url);

const hosts: StationHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

function createHost(collectorUrl: string | null = null) {
  const log: string[] = [];
  const host = new StationHost({
    spawnStation: () => forkProcess(stationEntry),
    spawnDevices: () => forkProcess(devicesEntry),
    stationOptions: { ...stationOptions, collectorUrl },
    devicesOptions,
    // A busy machine must not look like a station that doesn't answer.
    timer: systemTimer(4, 60),
    log: (line) => log.push(line),
    onFatal: (code) => log.push(`fatal ${code}`),
  });
  hosts.push(host);
  return { host, log };
}

/** A window whose messages can be waited for. */
function screen() {
  const messages: unknown[] = [];
  let wake = () => {};
  return {
    messages,
    send(message: unknown) {
      messages.push(message);
      wake();
    },
    async until(test: (messages: readonly unknown[]) => boolean) {
      while (!test(messages)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const has = (wanted: object) => (messages: readonly unknown[]) =>
  messages.some((message) => JSON.stringify(message) === JSON.stringify(wanted));

describe('a host with real processes', () => {
  it('starts the station, tells it what kind of window asks, and carries bytes as bytes', async () => {
    const { host } = createHost();
    const started = await host.start();
    expect(started).toEqual({ ok: true, value: undefined });

    const desk = screen();
    const window = host.openWindow('desk', desk.send);
    window.receive({ type: 'echo', bytes: new Uint8Array([1, 2, 255]) });
    await desk.until((messages) => messages.some(ofType('echo')));

    expect(desk.messages.filter((message) => !isDevicesUp(message))).toEqual([
      { type: 'opened', kind: 'desk', seed: 7 },
      { type: 'echo', bytes: new Uint8Array([1, 2, 255]) },
    ]);
  });

  it('starts the station again after a crash, tells the windows, and reconnects windows and devices', async () => {
    const { host, log } = createHost();
    await host.start();
    const desk = screen();
    const window = host.openWindow('desk', desk.send);
    await desk.until((messages) => messages.some(isDevicesUp));
    window.receive({ type: 'ask-devices', text: 'first' });
    await desk.until(has({ type: 'from-devices', message: { reply: 'first', connections: 1 } }));
    const before = host.processIds();

    window.receive({ type: 'crash' });
    await desk.until(has({ type: 'station-lost' }));
    await desk.until((messages) => messages.filter(ofType('opened')).length === 2);
    await desk.until((messages) => messages.filter(isDevicesUp).length === 2);
    window.receive({ type: 'ask-devices', text: 'second' });
    await desk.until(has({ type: 'from-devices', message: { reply: 'second', connections: 2 } }));

    const after = host.processIds();
    expect(after.station).not.toBe(before.station);
    expect(after.devices).toBe(before.devices);
    expect(log).toEqual(['the station process ended (exit code 3) and is being started again']);
  });

  it('answers a call at once while there is no station', async () => {
    const { host } = createHost();
    await host.start();
    const desk = screen();
    const window = host.openWindow('desk', (message) => {
      desk.send(message);
      if (ofType('station-lost')(message))
        window.receive({ type: 'call', id: 5, name: 'unlock', parameters: {} });
    });
    window.receive({ type: 'crash' });
    await desk.until(
      has({ type: 'answer', id: 5, result: { ok: false, error: { code: 'station-restarting' } } }),
    );
    await desk.until((messages) => messages.filter(ofType('opened')).length === 2);
  });

  it('goes on without the devices process when a driver crashes it, and brings it back', async () => {
    const { host, log } = createHost();
    await host.start();
    const desk = screen();
    const window = host.openWindow('desk', desk.send);
    await desk.until(has({ type: 'devices', state: 'up' }));
    const before = host.processIds();

    window.receive({ type: 'tell-devices', message: { type: 'crash' } });
    await desk.until(has({ type: 'devices', state: 'down' }));
    window.receive({ type: 'echo', text: 'still here' });
    await desk.until(has({ type: 'echo', text: 'still here' }));
    await desk.until((messages) => messages.filter(isDevicesUp).length === 2);

    const after = host.processIds();
    expect(after.station).toBe(before.station);
    expect(after.devices).not.toBe(before.devices);
    expect(log).toEqual(['the devices process ended (exit code 4) and is being started again']);
  });

  it('says why when the station can never run here', async () => {
    const { host } = createHost('https://refused.invalid');
    expect(await host.start()).toEqual({ ok: false, error: { code: 'register-damaged' } });
  });
});

function isDevicesUp(message: unknown): boolean {
  return JSON.stringify(message) === JSON.stringify({ type: 'devices', state: 'up' });
}

function ofType(type: string) {
  return (message: unknown) =>
    typeof message === 'object' && message !== null && 'type' in message && message.type === type;
}
