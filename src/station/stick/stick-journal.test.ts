import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assertDefined } from '../../domain/assert.ts';
import { unwrap } from '../../domain/result.ts';
import type { Timer } from '../../domain/timer.ts';
import { fileHeadMark } from '../../ledger/head-mark.ts';
import { decodeSegment } from '../../ledger/journal-segment.ts';
import { Ledger } from '../../ledger/ledger.ts';
import { identification, TestBench } from '../../ledger/test-bench.ts';
import { verifyChain } from '../../ledger/verify-chain.ts';
import { hasProgram } from '../../store/testing/has-program.ts';
import { markStick } from './journal-settings.ts';
import type { StickProblem } from './journal-worker.ts';
import { IDENTIFIED_FILE, STICK_HEAD, StickJournal, stickFolder } from './stick-journal.ts';

let bench: TestBench;
let ledger: Ledger;
let stick: string;
let identities: string[];
let journal: StickJournal;
let problems: (StickProblem | null)[];
/** Runs the minute's task when the test says so. */
let minute: () => void;
const timer: Timer = {
  after: (_, task) => {
    minute = task;
    return () => {};
  },
};

async function openJournal(): Promise<void> {
  const recipients = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
  journal = new StickJournal({
    settings: { stick, recipients },
    ledger,
    timer,
    identifiedText: () => 'identified: 2\n7\n19\n',
    onChange: (problem) => problems.push(problem),
  });
}

beforeEach(async () => {
  bench = new TestBench();
  ledger = bench.open().ledger;
  stick = mkdtempSync(join(tmpdir(), 'tizme-stick-'));
  markStick(stick, 'stick\n');
  problems = [];
  identities = [await generateIdentity(), await generateIdentity()];
  await openJournal();
});
afterEach(async () => {
  await journal.stop();
  bench.dispose();
  rmSync(stick, { recursive: true, force: true });
});

const folder = (): string => stickFolder(stick, 'lane-1');
const commit = (voter: string): void => void unwrap(ledger.commit([identification(voter)]));

async function readStick(identity: string) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const names = readdirSync(folder())
    .filter((name) => /^\d/.test(name))
    .toSorted();
  const segments = [];
  for (const name of names) {
    segments.push(unwrap(decodeSegment(await decrypter.decrypt(readFileSync(join(folder(), name))))));
  }
  return segments;
}

test('each minute what is new goes to the stick; any one member opens it, and it verifies', async () => {
  commit('v-1');
  commit('v-2');
  minute();
  await journal.writeNow();
  commit('v-3');
  minute();
  await journal.writeNow();
  for (const identity of identities) {
    const segments = await readStick(identity);
    expect(segments.map(({ records }) => records.length)).toEqual([2, 1]);
    const records = segments.flatMap((segment) => segment.records);
    const heads = segments.map(({ head }) => head);
    const verified = verifyChain(records, bench.key.publicKey, {
      identity: ledger.identity,
      heads,
      after: null,
    });
    expect(unwrap(verified)).toHaveLength(3);
    expect(Buffer.from(records[2]?.private?.bytes ?? []).toString('utf8')).toContain('v-3');
  }
  expect(problems).toEqual([]);
});

test('nothing on it can be read without a key, and the head in clear names nobody', async () => {
  commit('canary-voter');
  await journal.writeNow();
  for (const name of readdirSync(folder())) {
    const text = readFileSync(join(folder(), name), 'latin1');
    expect(text.includes('canary')).toBe(false);
    expect(text.startsWith('age-encryption.org/v1') || name === STICK_HEAD).toBe(true);
  }
  const stranger = await generateIdentity();
  await expect(readStick(stranger)).rejects.toThrow();
});

test.skipIf(!hasProgram('age'))('age itself opens the list of numbers', async () => {
  commit('v-1');
  await journal.writeNow();
  const key = join(stick, 'member.key');
  writeFileSync(key, `${assertDefined(identities[1], 'a member')}\n`);
  const said = execFileSync('age', ['-d', '-i', key, join(folder(), IDENTIFIED_FILE)], { encoding: 'utf8' });
  expect(said).toBe('identified: 2\n7\n19\n');
});

test('a blank stick gets everything again; after a restart only what is new is written', async () => {
  for (let i = 0; i < 5; i += 1) commit(`v-${i}`);
  await journal.stop();
  await openJournal();
  commit('v-5');
  await journal.writeNow();
  expect((await readStick(identities[0] ?? '')).map(({ records }) => records.length)).toEqual([5, 1]);
  rmSync(folder(), { recursive: true });
  commit('v-6');
  await journal.writeNow();
  expect((await readStick(identities[0] ?? '')).map(({ records }) => records.length)).toEqual([7]);
});

test('a stick that is pulled out is said once, and what it missed follows when it is back', async () => {
  commit('v-1');
  rmSync(join(stick, 'tizme-stick.txt'));
  await journal.writeNow();
  await journal.writeNow();
  expect(problems).toEqual(['stick-missing']);
  expect(readdirSync(stick)).toEqual([]);
  markStick(stick, 'stick\n');
  await journal.writeNow();
  expect(problems).toEqual(['stick-missing', null]);
  expect(await readStick(identities[0] ?? '')).toHaveLength(1);
});

test('a stick that can take nothing is a problem that is told, and the log goes on', async () => {
  // A file stands where the folder would be made.
  writeFileSync(join(stick, 'tizme-journal'), 'x');
  commit('v-1');
  await journal.writeNow();
  expect(problems).toEqual(['stick-failed']);
  commit('v-2');
  expect(ledger.head()?.seq).toBe(2);
});

test('an old image of the whole disk is told by the head on the stick', async () => {
  commit('v-1');
  commit('v-2');
  await journal.writeNow();
  const mark = fileHeadMark(join(folder(), STICK_HEAD));
  const other = new TestBench({ key: bench.key });
  try {
    const blank = unwrap(Ledger.open(other.openStore(), other.options({ epoch: ledger.epoch })));
    unwrap(blank.commit([identification('v-1')]));
    other.closeStores();
    const restored = unwrap(Ledger.open(other.openStore(), other.options({ carriedMarks: [mark] })));
    expect(restored.beginning).toBe('restored');
    expect(restored.missing).toMatchObject({ epoch: ledger.epoch, seq: 2 });
  } finally {
    other.dispose();
  }
});
