import { describe, expect, it } from 'vitest';
import type { FromStation, ToStation } from '../../station/api/api.ts';
import { exampleDesk } from '../gallery/example-desk.ts';
import { connectToStation } from './station-client.ts';
import type { TransportListener } from './transport.ts';
import { type Socket, webSocketTransport } from './websocket-transport.ts';
import { windowKindOf } from './window-path.ts';

/** A station's end of the line, and a clock that is moved by hand. */
function line() {
  const sent: ToStation[] = [];
  const waiting: (() => void)[] = [];
  const heard: string[] = [];
  let listener: TransportListener | null = null;
  const client = connectToStation(
    {
      start(given) {
        listener = given;
        given.onOpen();
        return () => undefined;
      },
      post: (message) => sent.push(message),
    },
    {
      onSnapshot: (snapshot) => heard.push(`snapshot ${snapshot.revision}`),
      onPreview: (preview) => heard.push(preview === null ? 'no preview' : 'preview'),
      onLost: () => heard.push('lost'),
    },
    (callback) => waiting.push(callback),
  );
  return {
    client,
    sent,
    heard,
    tell: (message: FromStation) => listener?.onMessage(message),
    snapshot: (revision: number) =>
      listener?.onMessage({ type: 'snapshot', snapshot: exampleDesk({ revision }) }),
    passTime: () => {
      for (const callback of waiting.splice(0)) callback();
    },
  };
}

describe('calls to the station', () => {
  it('are answered by number, in whatever order answers come', async () => {
    const { client, sent, snapshot, tell } = line();
    snapshot(1);
    const first = client.api.lookUp({ stepId: 's1', text: '412' });
    const second = client.api.issueReceipt({ stepId: 's1' });
    expect(sent.slice(-2)).toEqual([
      { type: 'call', id: 1, name: 'lookUp', parameters: { stepId: 's1', text: '412' } },
      { type: 'call', id: 2, name: 'issueReceipt', parameters: { stepId: 's1' } },
    ]);
    tell({ type: 'answer', id: 2, result: { ok: true, value: undefined } });
    tell({ type: 'answer', id: 1, result: { ok: false, error: { code: 'voter-not-found' } } });
    expect(await second).toEqual({ ok: true, value: undefined });
    expect(await first).toEqual({ ok: false, error: { code: 'voter-not-found' } });
  });

  it('that were under way when the station stopped are answered, and later ones are not kept waiting', async () => {
    const { client, sent, snapshot, tell, heard } = line();
    snapshot(1);
    const underWay = client.api.issueReceipt({ stepId: 's1' });
    tell({ type: 'station-lost' });
    expect(await underWay).toEqual({ ok: false, error: { code: 'station-restarting' } });
    const before = sent.length;
    expect(await client.api.issueReceipt({ stepId: 's1' })).toEqual({
      ok: false,
      error: { code: 'station-restarting' },
    });
    expect(sent).toHaveLength(before);
    expect(heard).toEqual(['snapshot 1', 'lost']);
  });
});

describe('finding the station again', () => {
  it('asks until a snapshot comes, and then leaves it in peace', () => {
    const { sent, passTime, snapshot, tell, heard } = line();
    expect(sent).toEqual([{ type: 'hello' }]);
    passTime();
    expect(sent).toHaveLength(2);
    snapshot(1);
    passTime();
    passTime();
    expect(sent).toHaveLength(2);

    tell({ type: 'station-lost' });
    passTime();
    expect(sent).toHaveLength(3);
    snapshot(2);
    expect(heard).toEqual(['snapshot 1', 'lost', 'snapshot 2']);
  });
});

describe('the WebSocket', () => {
  it('connects again by itself, and never sends into a closed one', () => {
    const sockets: (Socket & { sent: string[] })[] = [];
    const waits: number[] = [];
    const waiting: (() => void)[] = [];
    const transport = webSocketTransport({
      connect: () => {
        const sent: string[] = [];
        const socket = {
          onopen: null,
          onmessage: null,
          onclose: null,
          sent,
          send: (text: string) => sent.push(text),
          close: () => undefined,
        };
        sockets.push(socket);
        return socket;
      },
      later: (callback, milliseconds) => {
        waits.push(milliseconds);
        waiting.push(callback);
      },
    });
    const heard: string[] = [];
    transport.start({
      onOpen: () => heard.push('open'),
      onMessage: (message) => heard.push(message.type),
      onLost: () => heard.push('lost'),
    });
    transport.post({ type: 'hello' });
    sockets[0]?.onopen?.();
    transport.post({ type: 'hello' });
    sockets[0]?.onmessage?.({ data: 'no json' });
    sockets[0]?.onmessage?.({ data: '{"type":"something-else"}' });
    sockets[0]?.onmessage?.({ data: '{"type":"station-lost"}' });
    sockets[0]?.onclose?.();
    for (let times = 0; times < 5; times += 1) {
      waiting.shift()?.();
      sockets.at(-1)?.onclose?.();
    }
    expect(sockets[0]?.sent).toEqual(['{"type":"hello"}']);
    expect(heard).toEqual(['open', 'station-lost', 'lost']);
    expect(waits).toEqual([250, 500, 1000, 2000, 2000, 2000]);
  });
});

describe('the window of a path', () => {
  it('is the last part of it, the desk where nothing fits', () => {
    expect(windowKindOf('/observer')).toBe('observer');
    expect(windowKindOf('/issuing/')).toBe('issuing');
    expect(windowKindOf('/desk')).toBe('desk');
    expect(windowKindOf('/')).toBe('desk');
  });
});
