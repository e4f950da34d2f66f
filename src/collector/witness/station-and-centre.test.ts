import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import type { Timer } from '../../domain/timer.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../ledger/device-key.ts';
import { exportLedger } from '../../ledger/export-ledger.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { identification, TestBench } from '../../ledger/test-bench.ts';
import { verifyExport } from '../../ledger/verify-export.ts';
import type { Fetch } from '../../sync/upload/collector-client.ts';
import { startUpload, type UploadOptions } from '../../sync/upload/start-upload.ts';
import type { UploadLine } from '../../sync/upload/upload-line.ts';
import { ADD_CHECKPOINT_PATH } from '../../sync/upload/upload-protocol.ts';
import { allSent, PROMPT_TIMER, TestCentre, until, upload } from '../test-centre.ts';

let centre: TestCentre;
let bench: TestBench;
let ledger: Ledger;
const lines: UploadLine[] = [];
/** Short waits are over at once; nobody loses patience with an answer that is on its way. */
const PATIENT_TIMER: Timer = {
  after: (milliseconds, task) => (milliseconds >= 2_000 ? () => {} : PROMPT_TIMER.after(milliseconds, task)),
};

beforeEach(() => {
  centre = new TestCentre();
  bench = new TestBench();
  ledger = bench.open().ledger;
});
afterEach(async () => {
  for (const line of lines.splice(0)) await line.stop();
  bench.dispose();
  await centre.dispose();
});

function commit(count: number, of = ledger): void {
  for (let i = 0; i < count; i += 1) unwrap(of.commit([identification(`v-${of.head()?.seq ?? 0}`)]));
}

function connect(options: Partial<UploadOptions> & { readonly from?: Ledger } = {}): UploadLine {
  const { from = ledger, fetch = centre.fetch, ...more } = options;
  const line = upload(from, fetch, {
    ...{ witnessed: from, collectorKey: centre.key.publicKey, timer: PATIENT_TIMER },
    ...more,
  });
  lines.push(line);
  return line;
}

const signedSizes = (of = ledger): (string | undefined)[] =>
  unwrap(of.cosigned('centre')).map((note) => note.split('\n')[1]);

async function exported(name: string): Promise<string> {
  const directory = join(bench.folder, name);
  unwrap(await exportLedger(ledger, directory, { level: 'public' }));
  return directory;
}

describe('a station that reaches the centre', () => {
  test('has its newest checkpoint countersigned at reports and exports, and exports carry it', async () => {
    commit(5);
    const line = connect();
    await allSent(line);
    await line.countersign();
    expect(signedSizes()).toEqual(['5']);
    commit(8);
    await line.countersign();
    expect(signedSizes()).toEqual(['13']);
    commit(1);

    const directory = await exported('public-1');
    const verified = unwrap(verifyExport(directory, { centreKey: centre.key.publicKey }));
    expect(verified.centreCosigned).toEqual({
      size: 13,
      by: [{ name: 'tizme-TRAINING/mock-2026/centre', at: 1_790_000_000 }],
    });
    expect(unwrap(verifyExport(directory)).centreCosigned).toBeNull();
    const stranger = deviceKeyFromSeed(createDeviceSeed()).publicKey;
    const refused = verifyExport(directory, { centreKey: stranger });
    expect(refused.ok ? [] : refused.error.faults).toContainEqual({
      code: 'wrong-cosignature',
      file: 'centre-cosigned.txt',
    });
  });

  test('says so when the centre countersigned another history: a copy of its disk is in use', async () => {
    commit(5);
    const line = connect();
    await allSent(line);
    await line.countersign();
    const copy = new TestBench(bench);
    const other = copy.open().ledger;
    commit(9, other);
    // Its events never reach the centre: what it signs is enough.
    const aside: Fetch = (url, request) =>
      url.endsWith(ADD_CHECKPOINT_PATH)
        ? centre.fetch(url, request)
        : Promise.resolve(Response.json({ last: null }));
    const sentNothing = startUpload({
      ledger: {
        identity: other.identity,
        publicKey: other.publicKey,
        signChallenge: (challenge) => other.signChallenge(challenge),
        pendingCount: () => ({ ok: true, value: 0 }),
        pendingRange: () => ({ ok: true, value: null }),
        markUploaded: (through, receipt) => other.markUploaded(through, receipt),
        events: (after, limit) => other.events(after, limit),
      },
      collectorUrl: 'http://collector.test',
      timer: PATIENT_TIMER,
      random: () => 0,
      fetch: aside,
      witnessed: other,
      collectorKey: centre.key.publicKey,
    });
    lines.push(sentNothing);
    await until(sentNothing, ({ problem }) => problem === 'other-history');
    expect(signedSizes(other)).toEqual([]);
    const { device } = ledger.identity;
    expect((await centre.totals()).alarms).toEqual([
      { device, code: 'forked-checkpoint', epoch: other.epoch, seq: 9, times: 1 },
    ]);
    copy.dispose();
  });

  test('takes no line that the centre’s key didn’t sign, and goes on sending', async () => {
    commit(2);
    const line = connect({ collectorKey: deviceKeyFromSeed(createDeviceSeed()).publicKey });
    await until(line, ({ problem }) => problem === 'wrong-receipt');
    expect(signedSizes()).toEqual([]);
  });

  test('is none the worse for a centre that countersigns nothing, or is away', async () => {
    commit(3);
    const line = connect({
      fetch: (url, request) =>
        url.endsWith(ADD_CHECKPOINT_PATH)
          ? Promise.resolve(Response.json({ status: 'refused', code: 'not-found' }, { status: 404 }))
          : centre.fetch(url, request),
    });
    await allSent(line);
    await line.countersign();
    expect(line.view()).toEqual({ state: 'reachable', pending: 0, problem: null });
    expect(signedSizes()).toEqual([]);
    const away = connect({ fetch: () => Promise.reject(new TypeError('fetch failed')) });
    await away.countersign();
    expect(signedSizes()).toEqual([]);
  });

  test('whose laptop comes back with an export of before the countersignature is found out', async () => {
    commit(4);
    const line = connect();
    await allSent(line);
    await line.countersign();
    const [note = ''] = unwrap(ledger.cosigned('centre'));
    const old = new TestBench(bench);
    const rewritten = old.open().ledger;
    commit(6, rewritten);
    const directory = join(old.folder, 'rewritten');
    unwrap(await exportLedger(rewritten, directory, { level: 'public' }));
    const verified = verifyExport(directory, { checkpoints: [note] });
    expect(verified.ok ? [] : verified.error.faults).toEqual([
      { code: 'checkpoint-not-extended', number: 1, size: 4 },
    ]);
    rmSync(directory, { recursive: true });
    old.dispose();
  });
});
