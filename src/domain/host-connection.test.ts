import { describe, expect, it } from 'vitest';
import { HostConnection, type StationWindow } from './host-connection.ts';
import type { HostToStation } from './host-wire.ts';
import { createPortPair, type MessagePortLike } from './message-port.ts';

function connect() {
  const pair = createPortPair();
  const fromStation: unknown[] = [];
  pair.near.onMessage((message) => fromStation.push(message));
  const connection = new HostConnection(pair.far);
  return {
    connection,
    fromStation,
    say: (message: HostToStation) => pair.near.post(message),
    hostDies: () => pair.close(),
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function inboxOf(port: MessagePortLike): unknown[] {
  const messages: unknown[] = [];
  port.onMessage((message) => messages.push(message));
  return messages;
}

describe('the station end of the host port', () => {
  it('keeps two windows apart: each hears only what was meant for it', async () => {
    const { connection, say, fromStation } = connect();
    const windows: StationWindow[] = [];
    connection.onWindow((window) => windows.push(window));
    say({ type: 'window-opened', windowId: 'a', kind: 'desk' });
    say({ type: 'window-opened', windowId: 'b', kind: 'observer' });
    await settled();
    const [desk, observer] = windows;
    if (desk === undefined || observer === undefined) throw new Error('two windows expected');
    const deskInbox = inboxOf(desk.port);
    const observerInbox = inboxOf(observer.port);

    say({ type: 'window-message', windowId: 'a', message: { type: 'hello' } });
    say({ type: 'window-message', windowId: 'gone', message: { type: 'hello' } });
    observer.port.post('snapshot');
    await settled();

    expect(windows.map((window) => window.kind)).toEqual(['desk', 'observer']);
    expect(deskInbox).toEqual([{ type: 'hello' }]);
    expect(observerInbox).toEqual([]);
    expect(fromStation).toEqual([{ type: 'window-message', windowId: 'b', message: 'snapshot' }]);
  });

  it('keeps windows, their messages and the devices until somebody listens', async () => {
    const { connection, say } = connect();
    say({ type: 'window-opened', windowId: 'a', kind: 'issuing' });
    say({ type: 'window-message', windowId: 'a', message: 1 });
    say({ type: 'window-message', windowId: 'a', message: 2 });
    say({ type: 'devices-up' });
    say({ type: 'devices-message', message: 'welcome' });
    await settled();

    const inboxes: unknown[][] = [];
    connection.onWindow((window) => inboxes.push(inboxOf(window.port)));
    connection.onDevices((port) => inboxes.push(inboxOf(port)));
    await settled();
    say({ type: 'window-message', windowId: 'a', message: 3 });
    await settled();

    expect(inboxes).toEqual([[1, 2, 3], ['welcome']]);
  });

  it('gives a new port for each devices process and closes the old one', async () => {
    const { connection, say, fromStation } = connect();
    const events: string[] = [];
    connection.onDevices((port) => {
      events.push('up');
      port.onClose(() => events.push('down'));
      port.post('hello');
    });
    say({ type: 'devices-up' });
    say({ type: 'devices-down' });
    say({ type: 'devices-up' });
    await settled();

    expect(events).toEqual(['up', 'up', 'down']);
    expect(fromStation).toEqual([
      { type: 'devices-message', message: 'hello' },
      { type: 'devices-message', message: 'hello' },
    ]);
  });

  it('closes a window once and lets nothing through afterwards', async () => {
    const { connection, say, fromStation } = connect();
    let closed = 0;
    let port: MessagePortLike | null = null;
    connection.onWindow((window) => {
      port = window.port;
      window.port.onClose(() => {
        closed += 1;
      });
    });
    say({ type: 'window-opened', windowId: 'a', kind: 'desk' });
    say({ type: 'window-closed', windowId: 'a' });
    say({ type: 'window-closed', windowId: 'a' });
    await settled();
    (port as MessagePortLike | null)?.post('late');
    await settled();

    expect(closed).toBe(1);
    expect(fromStation).toEqual([]);
  });

  it('answers a ping, says that it is ready, asks for new devices and tells what is fatal', async () => {
    const { connection, say, fromStation } = connect();
    say({ type: 'ping', sequence: 7 });
    await settled();
    connection.ready();
    connection.restartDevices();
    connection.fatal('register-damaged');
    await settled();

    expect(fromStation).toEqual([
      { type: 'pong', sequence: 7 },
      { type: 'ready' },
      { type: 'restart-devices' },
      { type: 'fatal', code: 'register-damaged' },
    ]);
  });

  it('stops once, whether the host asks or dies', async () => {
    const { connection, say, hostDies } = connect();
    let stops = 0;
    connection.onStop(() => {
      stops += 1;
    });
    say({ type: 'stop' });
    await settled();
    hostDies();
    await settled();
    expect(stops).toBe(1);

    const other = connect();
    let closed = 0;
    other.connection.onWindow((window) => window.port.onClose(() => (closed += 1)));
    other.connection.onStop(() => (stops += 1));
    other.say({ type: 'window-opened', windowId: 'a', kind: 'desk' });
    await settled();
    other.hostDies();
    await settled();
    expect({ stops, closed }).toEqual({ stops: 2, closed: 1 });
  });
});
