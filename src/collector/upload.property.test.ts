import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { TestBench } from '../ledger/test-bench.ts';
import type { Fetch } from '../sync/upload/collector-client.ts';
import { allSent, comparable, eventsOf, identified, TestCentre, upload } from './test-centre.ts';

/** What the way to the collector does to one request. */
const FAULTS = [
  'none',
  'lost',
  'answer-lost',
  'delivered-twice',
  'changed-byte',
  'cut-short',
  'busy',
  'portal',
] as const;
type Fault = (typeof FAULTS)[number];

function faulty(faults: Fault[]): Fetch {
  return async (url, request) => {
    const fault = faults.shift() ?? 'none';
    const body = request.body instanceof Uint8Array ? request.body : null;
    switch (fault) {
      case 'none':
        return centre.fetch(url, request);
      case 'lost':
        throw new TypeError('fetch failed');
      case 'answer-lost':
        await centre.fetch(url, request);
        throw new TypeError('terminated');
      case 'delivered-twice':
        await centre.fetch(url, request);
        return centre.fetch(url, request);
      case 'changed-byte': {
        if (body === null) return centre.fetch(url, request);
        const changed = new Uint8Array(body);
        const at = faults.length % changed.length;
        changed[at] = (changed[at] ?? 0) ^ 0x10;
        return centre.fetch(url, { ...request, body: changed });
      }
      case 'cut-short':
        if (body === null) return centre.fetch(url, request);
        return centre.fetch(url, { ...request, body: body.slice(0, body.length / 2) });
      case 'busy':
        return new Response('{"status":"busy"}', { status: 503, headers: { 'retry-after': '1' } });
      case 'portal':
        return new Response('<html>Please sign in</html>', { status: 200 });
    }
  };
}

const centre = new TestCentre();
afterAll(() => centre.dispose());
let lanes = 0;

test('whatever the way does, the collector ends with exactly the events of the ledger', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...FAULTS), { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 8 }),
      async (faults, commits, restartAfter) => {
        const bench = new TestBench();
        lanes += 1;
        try {
          const { ledger } = bench.open({ device: `lane-${lanes}` });
          await centre.register(ledger);
          const fetch = faulty([...faults]);
          let line = upload(ledger, fetch, { collectorKey: centre.key.publicKey });
          for (const [i, size] of commits.entries()) {
            unwrap(ledger.commit(Array.from({ length: size }, () => identified())));
            line.kick();
            if (i === restartAfter) {
              await line.stop();
              line = upload(ledger, fetch, { collectorKey: centre.key.publicKey });
            }
            await new Promise((resolve) => setImmediate(resolve));
          }
          // What was passed in quarantine is sent again once the line asks anew.
          while (line.view().pending > 0) {
            const stuck = new Promise<void>((resolve) => {
              line.onChange(() => {
                if (line.view().problem === 'quarantined') resolve();
              });
              if (line.view().problem === 'quarantined') resolve();
            });
            await Promise.race([allSent(line), stuck]);
            await line.stop();
            line = upload(ledger, fetch, { collectorKey: centre.key.publicKey });
          }
          await line.stop();

          const there = await centre.events(ledger.identity.device);
          expect(there.map(comparable)).toEqual(eventsOf(ledger));
          const { devices } = await centre.totals();
          const lane = devices.find(({ device }) => device === ledger.identity.device);
          expect(lane?.identified).toBe(commits.reduce((sum, size) => sum + size, 0));
        } finally {
          bench.dispose();
        }
      },
    ),
    { numRuns: 40, seed: 20_261_122 },
  );
});
