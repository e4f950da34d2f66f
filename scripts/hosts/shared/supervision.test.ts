import { describe, expect, it } from 'vitest';
import { ManualTimer, settle } from '../testing/manual-timer.ts';
import { memorySpawner } from '../testing/memory-process.ts';
import { MessageRate } from './message-rate.ts';
import { StationHost } from './station-host.ts';
import { Supervisor } from './supervisor.ts';

function supervise() {
  const timer = new ManualTimer();
  const { spawned, spawn } = memorySpawner();
  const ends: (number | null)[] = [];
  const supervisor = new Supervisor(spawn, timer, { up() {}, down: (code) => ends.push(code) });
  supervisor.start();
  return { timer, spawned, ends, supervisor };
}

describe('a supervised process', () => {
  it('is started again with waits that double up to five seconds', async () => {
    const { timer, spawned, ends } = supervise();
    for (const waitMs of [200, 400, 800, 1600, 3200, 5000, 5000]) {
      const count = spawned.length;
      spawned.at(-1)?.die(1);
      await timer.advance(waitMs - 1);
      expect(spawned).toHaveLength(count);
      await timer.advance(1);
      expect(spawned).toHaveLength(count + 1);
    }
    expect(ends).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it('waits the shortest time again once it ran well', async () => {
    const { timer, spawned } = supervise();
    spawned.at(-1)?.die(1);
    await timer.advance(200);
    spawned.at(-1)?.die(1);
    await timer.advance(400);
    await timer.advance(30_000);
    spawned.at(-1)?.die(1);
    await timer.advance(200);
    expect(spawned).toHaveLength(4);
  });

  it('is asked to stop, killed when it does not, and never started again', async () => {
    const { timer, spawned, supervisor, ends } = supervise();
    const stopping = supervisor.stop((process) => process.port.post('stop'));
    await timer.advance(4_999);
    expect(spawned[0]?.inbox).toEqual(['stop']);
    await timer.advance(1);
    await stopping;
    await timer.advance(60_000);
    expect({ started: spawned.length, ends }).toEqual({ started: 1, ends: [] });
  });
});

function createHost() {
  const timer = new ManualTimer();
  const station = memorySpawner();
  const devices = memorySpawner();
  const fatal: string[] = [];
  const host = new StationHost({
    spawnStation: station.spawn,
    spawnDevices: devices.spawn,
    stationOptions: {
      dataDirectory: '/nowhere/data',
      packageDirectory: '/nowhere/package',
      collectorUrl: null,
      collectorKey: null,
      collectorRecipient: null,
      language: 'ru',
      seed: null,
      fingerprintWorkerUrl: 'file:///nowhere/worker.ts',
      migrationsDirectory: '/nowhere/migrations',
      fontsDirectory: null,
    },
    devicesOptions: { packageDirectory: '/nowhere/package', seed: null },
    timer,
    log() {},
    onFatal: (code) => fatal.push(code),
  });
  return { timer, host, station: station.spawned, devices: devices.spawned, fatal };
}

describe('a host that watches its station', () => {
  it('kills a station that does not answer for half a minute, and leaves one alone that does', async () => {
    const { timer, host, station } = createHost();
    void host.start();
    station[0]?.say({ type: 'ready' });
    await timer.advance(29_000);
    expect(station).toHaveLength(1);
    station[0]?.say({ type: 'pong', sequence: 6 });
    await timer.advance(29_000);
    expect(station).toHaveLength(1);
    await timer.advance(10_000);
    expect(station).toHaveLength(2);
    expect(station[1]?.inbox[0]).toMatchObject({ type: 'start' });
  });

  it('gives up when the station ends three times before it was ever ready', async () => {
    const { timer, host, station } = createHost();
    const started = host.start();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      station.at(-1)?.die(1);
      await timer.advance(5_000);
    }
    expect(await started).toEqual({ ok: false, error: { code: 'station-does-not-start' } });
  });

  it('restarts a process that breaks the protocol, and new devices when the station asks', async () => {
    const { timer, host, station, devices } = createHost();
    void host.start();
    station[0]?.say({ type: 'ready' });
    station[0]?.say({ type: 'restart-devices' });
    await timer.advance(200);
    station[0]?.say({ type: 'open-the-door' });
    devices[1]?.say('nonsense');
    await timer.advance(400);
    expect({ stations: station.length, devices: devices.length }).toEqual({ stations: 2, devices: 3 });
  });

  it('passes on what is fatal after a good start', async () => {
    const { host, station, fatal } = createHost();
    const started = host.start();
    station[0]?.say({ type: 'ready' });
    await started;
    station[0]?.say({ type: 'fatal', code: 'disk-failed' });
    await settle();
    expect(fatal).toEqual(['disk-failed']);
  });

  it('lets nothing of an old station reach a new one through the devices', async () => {
    const { timer, host, station, devices } = createHost();
    void host.start();
    station[0]?.say({ type: 'ready' });
    devices[0]?.say({ type: 'ready' });
    await settle();
    devices[0]?.say({ type: 'connected', connection: 1 });
    await settle();
    station[0]?.die(1);
    await timer.advance(200);
    devices[0]?.say({ type: 'message', message: 'for the old one' });
    devices[0]?.say({ type: 'connected', connection: 2 });
    devices[0]?.say({ type: 'message', message: 'for the new one' });
    await settle();

    const heard = station[1]?.inbox.filter((message) => JSON.stringify(message).includes('devices'));
    expect(heard).toEqual([{ type: 'devices-up' }, { type: 'devices-message', message: 'for the new one' }]);
  });

  it('cuts off a screen that sends more than any person or reader could', async () => {
    const { host } = createHost();
    void host.start();
    const window = host.openWindow('desk', () => {});
    const taken = Array.from({ length: 1000 }, () => window.receive({ type: 'hello' }));
    expect(taken[199]).toBe(true);
    expect(taken.at(-1)).toBe(false);
    window.close();
    expect(window.receive({ type: 'hello' })).toBe(false);
  });
});

describe('the message rate', () => {
  it('allows a burst, then only what time refills', () => {
    let nowMs = 0;
    const rate = new MessageRate(3, 2, () => nowMs);
    expect([rate.take(), rate.take(), rate.take(), rate.take()]).toEqual([true, true, true, false]);
    nowMs = 500;
    expect([rate.take(), rate.take()]).toEqual([true, false]);
    nowMs = 1_000_000;
    expect([rate.take(), rate.take(), rate.take(), rate.take()]).toEqual([true, true, true, false]);
  });
});
