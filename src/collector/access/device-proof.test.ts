import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertDefined } from '../../domain/assert.ts';
import { unwrap } from '../../domain/result.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../ledger/device-key.ts';
import { signChallenge } from '../../ledger/device-proof.ts';
import { encodeUploadRange } from '../../ledger/upload-range.ts';
import { settableClock } from '../../store/clock.ts';
import { randomKey } from '../../store/keys.ts';
import { encodeProof } from '../../sync/upload/upload-protocol.ts';
import { BothEngines } from '../both-engines.ts';
import { createCollector } from '../collector.ts';
import type { CollectorStore } from '../collector-store.ts';
import { drawDemoEvents } from '../demo/demo-day.ts';
import { DemoDevice } from '../demo/demo-device.ts';
import { Intake } from '../intake.ts';
import { CHALLENGE_LIVES_MS } from './challenges.ts';

const ELECTION = 'parliament-2030';
const key = deviceKeyFromSeed(createDeviceSeed());
const identity = { election: ELECTION, mock: false, publicKey: key.publicKey };
const engines = new BothEngines(identity);

beforeAll(() => engines.start());
afterAll(() => engines.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A real collector that knows one laptop and has its first range, and a stranger who knows the laptop's name. */
async function setUp(open: () => Promise<CollectorStore>) {
  const store = await open();
  engines.stores.push(store);
  const clock = settableClock({ wallMs: 1_900_000_000_000 });
  const intake = new Intake({ store, key, clock, mock: false, election: ELECTION });
  const collector = (challengeKey?: Uint8Array): FastifyInstance =>
    createCollector({
      ...{ store, intake, clock, mock: false, election: ELECTION, logger: pino({ enabled: false }) },
      access: { kind: 'open' },
      ...(challengeKey === undefined ? {} : { challengeKey }),
    });
  const names = { election: ELECTION, station: '7', mock: false };
  const device = new DemoDevice({ ...names, device: 'lane-1' });
  const other = new DemoDevice({ ...names, device: 'lane-2' });
  const registered = [device, other].map((one) => ({
    ...{ device: one.identity.device, election: ELECTION, station: '7', mock: false },
    ...{ publicKey: one.key.publicKey, origin: 'provisioned' as const },
  }));
  unwrap(await store.register(registered));
  const range = device.commit(drawDemoEvents(1, 5));
  const app = collector();
  const ask = async (
    name: string,
    proof?: string,
    { at = app, pending = 0 }: { at?: FastifyInstance; pending?: number } = {},
  ): Promise<Answer> => {
    const answer = await at.inject({
      ...{ method: 'GET', url: `/v1/devices/${name}/next` },
      headers: {
        'tizme-pending-events': String(pending),
        ...(proof === undefined ? {} : { 'tizme-proof': proof }),
      },
    });
    return { status: answer.statusCode, body: answer.json() };
  };
  const prove = (challenge: unknown, by = device, name = by.identity.device): string => {
    const text = String(challenge);
    return encodeProof({ challenge: text, signature: signChallenge(by.key, name, text) });
  };
  return { ...{ app, ask, prove, clock, collector, device, other, intake, range } };
}

describe.each([
  { engine: 'SQLite', open: engines.openSqlite },
  { engine: 'PostgreSQL', open: engines.openPostgres },
])('how far a device is, with $engine', ({ open }) => {
  let centre: Awaited<ReturnType<typeof setUp>>;
  beforeAll(async () => {
    centre = await setUp(open);
    const { intake, range } = centre;
    const body = encodeUploadRange(range);
    expect(unwrap(await intake.take({ device: 'lane-1', body, offeredKey: null }))).toMatchObject({
      status: 'accepted',
    });
  });

  test('is told to the device that signs a fresh challenge, as often as it asks while that lives', async () => {
    const { ask, prove, range } = centre;
    const { status, body } = await ask('lane-1');
    expect(status).toBe(403);
    expect(body).toEqual({ status: 'prove', challenge: expect.any(String) });
    const last = { epoch: 1, seq: 5, hash: Buffer.from(range.head.hash).toString('base64') };
    const proof = prove(body.challenge);
    expect(await ask('lane-1', proof)).toEqual({ status: 200, body: { last } });
    expect(await ask('lane-1', proof, { pending: 3 })).toEqual({ status: 200, body: { last } });
  });

  test('is told to nobody else: another device, an old or invented challenge, half a proof', async () => {
    const { ask, prove, clock, device, other } = centre;
    const own = (await ask('lane-1')).body.challenge;
    const others = (await ask('lane-2')).body.challenge;
    const notThis = { status: 403, body: { status: 'refused', code: 'not-this-device' } };
    expect(await ask('lane-1', prove(own, other))).toEqual(notThis);
    expect(await ask('lane-1', prove(own, other, 'lane-1'))).toEqual(notThis);
    const again = { status: 403, body: { status: 'prove', challenge: expect.any(String) } };
    expect(await ask('lane-1', prove(others, device))).toEqual(again);
    expect(await ask('lane-1', prove(`9${String(own)}`, device))).toEqual(again);
    for (const half of ['', 'x', String(own), `${String(own)}:`, `${prove(own)}A`])
      expect(await ask('lane-1', half)).toEqual(again);
    const proof = prove(own);
    clock.advance(CHALLENGE_LIVES_MS + 1);
    expect(await ask('lane-1', proof)).toEqual(again);
  });

  test('a stranger can’t tell a device that there is from one that there isn’t, and takes no place in the queue', async () => {
    const { app, ask, prove, device } = centre;
    const seats = async () =>
      /^tizme_collector_seats \d+$/m.exec((await app.inject({ method: 'GET', url: '/metrics' })).body)?.[0];
    const before = assertDefined(await seats(), 'the gauge of places');
    for (const name of ['lane-1', 'lane-9']) {
      const { status, body } = await ask(name, undefined, { pending: 500 });
      expect({ status, kind: body.status }).toEqual({ status: 403, kind: 'prove' });
      const stranger = new DemoDevice({ ...device.identity, device: name });
      expect(await ask(name, prove(body.challenge, stranger), { pending: 500 })).toEqual({
        status: 403,
        body: { status: 'refused', code: 'not-this-device' },
      });
    }
    expect(await seats()).toBe(before);
  });

  test('collectors with one key know each other’s challenges', async () => {
    const { ask, prove, collector } = centre;
    const shared = randomKey();
    const { challenge } = (await ask('lane-1', undefined, { at: collector(shared) })).body;
    const proof = prove(challenge);
    expect((await ask('lane-1', proof, { at: collector(shared) })).status).toBe(200);
    expect((await ask('lane-1', proof, { at: collector(randomKey()) })).body.status).toBe('prove');
  });
});
