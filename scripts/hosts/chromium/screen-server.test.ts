import { once } from 'node:events';
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { WindowKind } from '../../../src/domain/window-kind.ts';
import { ScreenServer } from './screen-server.ts';

const files = new Map([
  ['/desk', { body: new TextEncoder().encode('<!doctype html>'), mediaType: 'text/html; charset=utf-8' }],
  ['/observer', { body: new TextEncoder().encode('<!doctype html>'), mediaType: 'text/html; charset=utf-8' }],
  ['/assets/main.js', { body: new TextEncoder().encode('0;'), mediaType: 'text/javascript; charset=utf-8' }],
]);

const opened: WindowKind[] = [];
const closed: WindowKind[] = [];
let server: ScreenServer;

beforeEach(async () => {
  opened.length = 0;
  closed.length = 0;
  server = await ScreenServer.listen({
    files,
    language: 'ky',
    openWindow(kind, send) {
      opened.push(kind);
      let left = 3;
      return {
        receive(message) {
          send({ echo: message });
          left -= 1;
          return left > 0;
        },
        close: () => closed.push(kind),
      };
    },
  });
});

afterEach(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const address = new URL(path, server.origin);
    request(address, { headers, method }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

/** A request line that no well-behaved client would send. */
async function getRaw(target: string): Promise<string> {
  const { host, hostname, port } = new URL(server.origin);
  const socket = createConnection(Number(port), hostname);
  socket.end(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

async function enter(kind: WindowKind): Promise<string> {
  const answer = await get(server.createAddress(kind));
  const cookie = answer.headers['set-cookie']?.[0] ?? '';
  return cookie.split(';')[0] ?? '';
}

/** Opens a WebSocket; the status where it is refused. */
async function connect(query: string, cookie: string, origin = server.origin): Promise<WebSocket | number> {
  const address = `${server.origin.replace('http', 'ws')}/station${query}`;
  const socket = new WebSocket(address, { headers: { cookie }, origin });
  return new Promise((resolve) => {
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => {});
  });
}

describe('the loopback host', () => {
  it('lets a one-time address in once, into the window that it was made for', async () => {
    const address = server.createAddress('desk');
    const first = await get(address);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/desk?language=ky');
    const cookie = first.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/^tizme-desk-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);

    expect((await get(address)).status).toBe(403);
    const session = cookie.split(';')[0] ?? '';
    expect((await get('/desk', { cookie: session })).status).toBe(200);
    expect((await get('/assets/main.js', { cookie: session })).status).toBe(200);
    expect((await get('/observer', { cookie: session })).status).toBe(403);
  });

  it('shows nothing without a session, and nothing that is not part of the screens', async () => {
    expect((await get('/desk')).status).toBe(403);
    expect((await get('/assets/main.js')).status).toBe(403);
    expect((await get('/enter?token=guess')).status).toBe(403);
    expect((await get('/enter')).status).toBe(403);
    const cookie = await enter('desk');
    expect((await get('/../package.json', { cookie })).status).toBe(404);
    expect((await get('/%2e%2e/package.json', { cookie })).status).toBe(404);
    expect((await get('/desk', { cookie }, 'POST')).status).toBe(405);
    expect(await getRaw('//')).toContain('HTTP/1.1 400');
  });

  it('refuses a page of another origin and a rebound name', async () => {
    const cookie = await enter('desk');
    expect((await get('/desk', { cookie, host: 'evil.example' })).status).toBe(421);
    expect((await get('/desk', { cookie, host: 'localhost:80' })).status).toBe(421);
    expect((await get('/desk', { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await get('/desk', { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(await connect('?window=desk', cookie, 'http://evil.example')).toBe(403);
    expect(opened).toEqual([]);
  });

  it('opens no observer or desk for a session of the other kind', async () => {
    const observer = await enter('observer');
    expect(await connect('?window=desk', observer)).toBe(403);
    expect(await connect('', observer)).toBe(403);
    expect(await connect('?window=desk', observer.replace('observer', 'desk'))).toBe(403);
    expect(await connect('?window=observer', '')).toBe(403);
    expect(opened).toEqual([]);
  });

  it('carries JSON both ways, cuts off what is not JSON or comes too fast, and closes the window', async () => {
    const cookie = await enter('desk');
    const socket = await connect('?window=desk', cookie);
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    socket.send(JSON.stringify({ type: 'hello' }));
    const [data] = await once(socket, 'message');
    expect(JSON.parse(String(data))).toEqual({ echo: { type: 'hello' } });
    socket.send('1');
    socket.send('2');
    const [code] = await once(socket, 'close');
    expect(code).toBe(1008);

    const broken = await connect('?window=desk', cookie);
    if (typeof broken === 'number') throw new Error(`refused with ${broken}`);
    broken.send('{');
    const [reason] = await once(broken, 'close');
    expect(reason).toBe(1003);

    const large = await connect('?window=desk', cookie);
    if (typeof large === 'number') throw new Error(`refused with ${large}`);
    large.send(JSON.stringify('x'.repeat(70_000)));
    const [tooLarge] = await once(large, 'close');
    expect(tooLarge).toBe(1009);
    expect({ opened, closed }).toEqual({
      opened: ['desk', 'desk', 'desk'],
      closed: ['desk', 'desk', 'desk'],
    });
  });

  it('sends the policy with every answer, refusals included', async () => {
    for (const answer of [await get('/desk', { cookie: await enter('desk') }), await get('/nothing')]) {
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
      expect(answer.headers['content-security-policy']).not.toContain('unsafe');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });
});
