import { afterEach, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { encodeUploadRange } from '../../ledger/upload-range.ts';
import { RANGE_CONTENT_TYPE } from '../../sync/upload/upload-protocol.ts';
import { drawDemoEvents } from '../demo/demo-day.ts';
import { DemoDevice } from '../demo/demo-device.ts';
import { TestCentre } from '../test-centre.ts';
import { AccessList, addPerson, type Role } from './access-list.ts';
import { SESSION_MS, Sessions } from './sessions.ts';

const centres: TestCentre[] = [];
afterEach(async () => {
  for (const centre of centres.splice(0)) await centre.dispose();
});

function listed() {
  let text: string | null = null;
  const codes = {} as Record<Role, string>;
  for (const role of ['viewer', 'registrar', 'monitor'] as const) {
    const added: { text: string; code: string } = unwrap(
      addPerson(text, { name: `Canary ${role}`, roles: [role] }),
    );
    text = added.text;
    codes[role] = added.code;
  }
  let nowMs = 1_790_000_000_000;
  const sessions = new Sessions(new Uint8Array(32).fill(7), () => nowMs);
  const list = unwrap(AccessList.parse(text ?? ''));
  const centre = new TestCentre({
    mock: false,
    election: 'parliament-2030',
    access: { kind: 'listed', list, sessions, isSecure: true },
  });
  centres.push(centre);
  const pass = (milliseconds: number): void => {
    nowMs += milliseconds;
  };
  return { centre, codes, text: text ?? '', pass };
}

const REGISTRATION = JSON.stringify({
  version: 1,
  election: 'parliament-2030',
  mock: false,
  devices: [{ device: 'lane-1', station: '0101', publicKey: '01'.repeat(32) }],
  stations: [{ station: '0101', district: 'Ысык-Ата', voters: 2400 }],
});

/** Every address, and who may use it. */
const ADDRESSES: readonly (readonly ['GET' | 'POST', string, Role | 'anybody'])[] = [
  ['GET', '/', 'viewer'],
  ['GET', '/v1/turnout', 'viewer'],
  ['GET', '/v1/doubles', 'viewer'],
  ['GET', '/metrics', 'monitor'],
  ['POST', '/v1/registrations', 'registrar'],
  ['GET', '/health', 'anybody'],
  ['GET', '/v1/devices/lane-1/next', 'anybody'],
  ['GET', '/enter', 'anybody'],
  ['GET', '/status.css', 'anybody'],
];

test.each(ADDRESSES)('%s %s is for %s', async (method, url, who) => {
  const { centre, codes } = listed();
  const ask = async (headers: Record<string, string>): Promise<number> => {
    const payload = method === 'POST' ? { payload: REGISTRATION } : {};
    const answer = await centre.app.inject({
      ...{ method, url, ...payload },
      headers: { ...headers, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) },
    });
    return answer.statusCode;
  };
  const nobody = await ask({});
  expect(nobody === 401).toBe(who !== 'anybody');
  expect((await ask({ authorization: 'Bearer guessed' })) === 401).toBe(who !== 'anybody');
  for (const [role, code] of Object.entries(codes)) {
    const status = await ask({ authorization: `Bearer ${code}` });
    expect(status === 401).toBe(who !== 'anybody' && who !== role);
  }
});

test('a browser is sent to the entrance, comes in by its code, stays for a day, and leaves', async () => {
  const { centre, codes, pass } = listed();
  const page = { method: 'GET', url: '/' } as const;
  const turnedAway = await centre.app.inject({ ...page, headers: { accept: 'text/html' } });
  expect([turnedAway.statusCode, turnedAway.headers.location]).toEqual([303, '/enter']);
  const enter = (code: string) =>
    centre.app.inject({
      method: 'POST',
      url: '/enter',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ code }).toString(),
    });
  const wrong = await enter('guessed');
  expect([wrong.statusCode, wrong.headers['set-cookie']]).toEqual([401, undefined]);
  const right = await enter(codes.viewer);
  expect(right.headers['set-cookie']).toMatch(
    /^__Host-tizme=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  const cookie = String(right.headers['set-cookie']).split(';')[0] ?? '';
  const look = async (value: string, url = '/') =>
    (await centre.app.inject({ method: 'GET', url, headers: { cookie: value } })).statusCode;
  expect(await look(cookie)).toBe(200);
  expect(await look(cookie, '/metrics')).toBe(401);
  // Another role, or a longer day, written into it.
  expect(await look(cookie.replace('viewer', 'monitor'), '/metrics')).toBe(401);
  expect(await look(cookie.replace(/\d{13}/, '1990000000000'))).toBe(401);
  pass(SESSION_MS);
  expect(await look(cookie)).toBe(401);
  const left = await centre.app.inject({ method: 'POST', url: '/leave', headers: { cookie } });
  expect(left.headers['set-cookie']).toContain('Max-Age=0');
});

test('who registers devices adds some and changes none, of this election alone', async () => {
  const { centre, codes } = listed();
  const register = async (text: string) => {
    const answer = await centre.app.inject({
      method: 'POST',
      url: '/v1/registrations',
      headers: { authorization: `Bearer ${codes.registrar}`, 'content-type': 'application/json' },
      payload: text,
    });
    return [answer.statusCode, answer.json()];
  };
  expect(await register(REGISTRATION)).toEqual([200, { status: 'registered', devices: 1, stations: 1 }]);
  expect(await register(REGISTRATION)).toMatchObject([200, {}]);
  const code = (name: string) => ({ status: 'refused', code: name });
  expect(await register(REGISTRATION.replace('0101', '0102'))).toEqual([409, code('registered-otherwise')]);
  expect(await register(REGISTRATION.replace('parliament-2030', 'other'))).toEqual([
    403,
    code('other-election'),
  ]);
  expect(await register(REGISTRATION.replace('"mock":false', '"mock":true'))).toEqual([
    403,
    code('mock-and-real'),
  ]);
  expect(await register('{')).toEqual([400, code('malformed')]);
  expect(unwrap(await centre.store.stations())).toMatchObject([{ station: '0101', voters: 2400 }]);
});

test('no code, no cookie, no token and nothing of an event is ever logged, whatever comes', async () => {
  const { centre, codes, text } = listed();
  const device = new DemoDevice({
    ...{ election: 'parliament-2030', station: '0101', device: 'lane-1', mock: false },
  });
  unwrap(
    await centre.store.register([
      { ...device.identity, publicKey: device.key.publicKey, origin: 'provisioned' },
    ]),
  );
  const events = drawDemoEvents(3, 40);
  const body = Buffer.from(encodeUploadRange(device.commit(events)));
  const damaged = Buffer.from(body);
  damaged[damaged.length - 300] = (damaged[damaged.length - 300] ?? 0) ^ 4;
  for (const payload of [damaged, body, body.subarray(0, 99), Buffer.from(JSON.stringify(events))]) {
    await centre.app.inject({
      ...{ method: 'POST', url: '/v1/devices/lane-1/events', payload },
      headers: { 'content-type': RANGE_CONTENT_TYPE, cookie: 'canary-cookie' },
    });
  }
  for (const url of [`/?code=${codes.viewer}`, `/nowhere/${codes.viewer}`, '/v1/turnout', '/metrics']) {
    for (const code of [...Object.values(codes), 'canary-guess']) {
      const headers = { authorization: `Bearer ${code}`, cookie: '__Host-tizme=canary-cookie' };
      await centre.app.inject({ method: 'GET', url, headers });
    }
  }
  for (const code of [codes.viewer, 'canary-guess']) {
    await centre.app.inject({
      ...{ method: 'POST', url: '/enter', payload: new URLSearchParams({ code }).toString() },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  }
  const log = centre.log.join('\n');
  expect(log).toContain('a range was accepted');
  expect(log).toContain('somebody was not let in');
  const tokens = events.flatMap(({ centre: part }) => (typeof part.token === 'string' ? [part.token] : []));
  const hashes = [...text.matchAll(/[0-9a-f]{64}/g)].map(([hash]) => hash);
  const secrets = [
    ...tokens,
    ...Object.values(codes),
    ...hashes,
    'canary-guess',
    'canary-cookie',
    'fingerprint',
  ];
  expect(tokens.length).toBeGreaterThan(20);
  for (const secret of secrets) expect(log).not.toContain(secret);
  expect(log).not.toMatch(/remoteAddress|authorization|\bsex\b|ageGroup/);
});

test('a new code for a name replaces the old one; the file holds no code', () => {
  const first = unwrap(addPerson(null, { name: 'Wall', roles: ['viewer'] }));
  const second = unwrap(addPerson(first.text, { name: 'Wall', roles: ['viewer', 'monitor'] }));
  const list = unwrap(AccessList.parse(second.text));
  expect(list.find(first.code)).toBeNull();
  expect(list.find(second.code)).toEqual({ name: 'Wall', roles: ['viewer', 'monitor'] });
  expect(second.text).not.toContain(second.code);
  expect(addPerson('{}', { name: 'x', roles: ['viewer'] }).ok).toBe(false);
  expect(AccessList.parse(second.text.replace('"version": 1', '"version": 2')).ok).toBe(false);
});
