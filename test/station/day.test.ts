import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { everybody } from '../../fixtures/election/generate-election.ts';
import { createRandom } from '../../fixtures/random.ts';
import { startCollector } from '../../scripts/commands/collector.ts';
import { unwrap } from '../../src/domain/result.ts';
import { fullName } from '../../src/domain/voter.ts';
import type { ObserverSnapshot } from '../../src/station/api/snapshot.ts';
import type { StationEvent } from '../../src/station/events.ts';
import { projectEvent } from '../../src/station/projection/project-event.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { ReadableStore } from '../../src/store/store.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations/station');
let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(() => removeElection(election));

/** Everybody comes to the desk in an order drawn from the seed, some twice; power fails now and then. */
async function playDay(seed: number): Promise<void> {
  const random = createRandom(seed).fork('day');
  for (const person of random.shuffle(everybody(election.election))) {
    const visit = await lane.serve(person, random.integer(person.documents.length));
    const [receiptNumber] = visit.receiptNumbers;
    if (receiptNumber !== undefined) await afterReceipt(receiptNumber, random.integer(6));
    if (random.integer(5) === 0) await lane.serve(person);
    lane.clock.advance(random.integer(40) * 60_000);
    if (random.integer(8) === 0) await lane.restartAndReopen();
    if (random.integer(6) === 0)
      unwrap(await lane.desk.call('printReport', { kind: 'hourly', language: 'ky' }));
  }
}

async function afterReceipt(receiptNumber: string, dice: number): Promise<void> {
  if (dice === 0) {
    const approvals = lane.two();
    unwrap(
      await lane.desk.call('undoIdentification', {
        of: { receiptNumber },
        reason: 'a slip of the chair',
        approvals,
      }),
    );
    return;
  }
  if (dice === 1)
    unwrap(await lane.desk.call('reprintReceipt', { receiptNumber, approvals: lane.by('chair') }));
  if (dice === 2) return;
  unwrap(await lane.issuing.call('confirmBallot', { code: receiptNumber }));
  const handoverId = lane.issuing.snapshot.last?.handoverId ?? '';
  if (dice > 3) unwrap(await lane.issuing.call('confirmSignature', { handoverId }));
}

/** Whatever names anybody: 5 characters and more, so that no short name is found in something else by chance. */
function canaries(): string[] {
  const { voters, visitors, roster } = election.election;
  const of = [
    ...voters.flatMap(({ voter }) => [voter.id, voter.personalNumber]),
    ...visitors.map(({ personalNumber }) => personalNumber),
    ...[...voters, ...visitors].flatMap(({ name, documents }) => [
      fullName(name),
      name.surname ?? '',
      name.given,
      ...documents.map(({ number }) => number),
    ]),
    ...roster.map(({ name }) => name),
  ];
  return [...new Set(of)].filter((text) => text.length >= 5);
}

function expectNothingOf(canary: readonly string[], text: string): void {
  expect(canary.filter((one) => text.includes(one))).toEqual([]);
}

const TABLES = {
  day_state: 'SELECT * FROM day_state ORDER BY key',
  handovers: 'SELECT * FROM handovers ORDER BY id',
  receipts: 'SELECT * FROM receipts ORDER BY number',
  stops: 'SELECT * FROM stops ORDER BY outcome',
};
const tablesOf = (store: ReadableStore) =>
  Object.fromEntries(Object.entries(TABLES).map(([name, sql]) => [name, store.all(sql)]));

describe.each([1, 2])('a whole small day, seed %i', (seed) => {
  test('shows the observers nobody’s name, number or method beside a face; its tables come again from its events', async () => {
    lane = await TestLane.open(election, {
      ...quick(),
      change: () => ({ observerDisplay: { showPhoto: true, photoSeconds: 5 } }),
    });
    const seen: ObserverSnapshot[] = [];
    lane.observer.onSnapshot((snapshot) => seen.push(snapshot));
    await playDay(seed);
    const canary = canaries();
    // Photos are pictures of letters and digits only by chance.
    const texts = new Set(
      seen.map((snapshot) =>
        JSON.stringify(snapshot, (key, value: unknown) =>
          key === 'base64' || key === 'nowMs' ? null : value,
        ),
      ),
    );
    for (const text of texts) expectNothingOf(canary, text);
    expect(new Set(seen.map(({ showing }) => showing.result)).size).toBe(5);
    for (const { showing } of seen)
      expect(Object.keys(showing).filter((key) => key !== 'result' && key !== 'photo')).toEqual([]);
    expect(seen.some(({ showing }) => 'photo' in showing && showing.photo !== null)).toBe(true);

    await lane.stop();
    await lane.withVault(({ ledger, store }) => {
      const again = unwrap(
        openStore({
          file: join(mkdtempSync(join(election.directory, 'again-')), 'ledger.db'),
          key: new Uint8Array(32).fill(1),
          migrations: MIGRATIONS,
        }),
      );
      const events = unwrap(ledger.events(null, 100_000));
      unwrap(
        again.transaction(() => {
          for (const stored of events) {
            const { at, operator: _, ...event } = unwrap(ledger.openPrivate(stored));
            // What the ledger's private part holds is the event as it was recorded.
            projectEvent(
              again,
              event as unknown as StationEvent,
              (at as { wallMs: number }).wallMs,
              stored.seq,
            );
          }
        }),
      );
      expect(tablesOf(again)).toEqual(tablesOf(store));
      expect(store.all(TABLES.handovers).length).toBeGreaterThan(10);
      again.close();
    });
  });
});

describe('the photo on the observers’ display', () => {
  test('is gone after its seconds, does not come back with the next step, and a result makes it new', async () => {
    lane = await TestLane.open(election, quick());
    const shown = () => {
      const { showing } = lane.observer.snapshot;
      return [showing.result, 'photo' in showing && showing.photo !== null];
    };
    /** Time passes, and something else happens that sends every window a snapshot. */
    const wait = async (seconds: number) => {
      lane.clock.advance(seconds * 1000);
      unwrap(await lane.desk.call('viewReport', { kind: 'hourly' }));
      await lane.observer.until('a snapshot of now', ({ nowMs }) => nowMs === lane.clock.wallMs());
    };
    await lane.lookUp(lane.ordinary(0).voter.personalNumber);
    await wait(4);
    expect(shown()).toEqual(['checking', true]);
    await wait(2);
    expect(shown()).toEqual(['checking', false]);
    unwrap(await lane.desk.call('takeFinger', { stepId: (await lane.step()).stepId }));
    await wait(0);
    expect(shown()).toEqual(['checking', false]);
    await lane.layFinger(lane.ordinary(0));
    const { desk } = await lane.desk.until('the decision', ({ desk: now }) => now.kind === 'verified');
    await wait(1);
    expect(shown()).toEqual(['identified', true]);
    await wait(5);
    expect(shown()).toEqual(['waiting', false]);
    unwrap(await lane.desk.call('issueReceipt', { stepId: desk.stepId }));
    await wait(0);
    expect(shown()).toEqual(['waiting', false]);
  });

  test('is never there where the procedure says so', async () => {
    lane = await TestLane.open(election, {
      ...quick(),
      change: () => ({ observerDisplay: { showPhoto: false, photoSeconds: 5 } }),
    });
    await lane.lookUp(lane.ordinary(0).voter.personalNumber);
    await lane.observer.until('the check', ({ showing }) => showing.result === 'checking');
    expect(lane.observer.snapshot.showing).toEqual({ result: 'checking', photo: null });
  });
});

describe('personal data', () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let listener: Server;
  const uploaded: Buffer[] = [];

  /** Stands between station and collector, and keeps every byte that goes up. */
  async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    uploaded.push(Buffer.from(`${request.url}\n`), body);
    const answer = await fetch(new URL(request.url ?? '', collector.url), {
      method: request.method ?? 'GET',
      headers: Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
        name.startsWith('content-t') || name.startsWith('tizme') ? [[name, String(value)]] : [],
      ),
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  beforeAll(async () => {
    collector = await startCollector();
    listener = createServer((request, response) => void passOn(request, response));
    await new Promise<void>((resolve) => {
      listener.listen(0, '127.0.0.1', resolve);
    });
  });
  afterAll(async () => {
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
    await collector.close();
  });

  test('is in no console, no public export and nothing that is sent to the centre', async () => {
    const said: string[] = [];
    const spies = [
      vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0),
      vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0),
      ...(['log', 'info', 'warn', 'error'] as const).map((name) =>
        vi.spyOn(console, name).mockImplementation((...words) => void said.push(words.join(' '))),
      ),
    ];
    try {
      const { port } = listener.address() as AddressInfo;
      lane = await TestLane.open(election, {
        ...quick(),
        collectorUrl: `http://127.0.0.1:${port}`,
      });
      await playDay(3);
      unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
      unwrap(await lane.desk.call('exportLog', { level: 'public', approvals: lane.two() }));
      await lane.desk.until('everything to be sent', ({ upload }) => upload.pending === 0);
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    const pins = election.election.roster.map(({ pin }) => pin);
    const canary = [...canaries(), ...pins];
    expectNothingOf(canary, said.join('\n'));
    const exported = filesUnder(join(lane.directory, 'exports')).map(
      (file) => readFileSync(file, 'latin1') + readFileSync(file, 'utf8'),
    );
    expect(exported.length).toBeGreaterThan(0);
    // Six digits stand in a hash by chance; names and numbers of people do not.
    for (const text of exported) expectNothingOf(canaries(), text);
    const sent = Buffer.concat(uploaded).toString('utf8');
    // It can be read, so that a name in it would be found.
    expect(sent).toContain('voter-stopped');
    expectNothingOf(canaries(), sent);
  });
});

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((file) => statSync(file).isFile());
}
