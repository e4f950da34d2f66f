import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { assertDefined } from '../../domain/assert.ts';
import { manualTimer } from '../../domain/manual-timer.ts';
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
import { IDENTIFIED_FILE, RECIPIENTS_FILE, STICK_HEAD, StickJournal, stickFolder } from './stick-journal.ts';

let bench: TestBench;
let ledger: Ledger;
let stick: string;
let identities: string[];
let journal: StickJournal;
let problems: (StickProblem | null)[];
let numbers: readonly number[];
/** The next look at the stick, when the test says so; and who waits until it is through. */
let look: () => void;
let isThrough: () => void = () => {};
const timer: Timer = {
  after: (_, task) => {
    look = task;
    isThrough();
    return () => {};
  },
};

async function lookOnce(): Promise<void> {
  const through = new Promise<void>((resolve) => {
    isThrough = resolve;
  });
  look();
  await through;
}

async function aMinutePasses(): Promise<void> {
  for (let looks = 0; looks < 12; looks += 1) await lookOnce();
}

async function openJournal(by: Timer = timer): Promise<void> {
  const recipients = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
  journal = new StickJournal({
    settings: { stick, recipients },
    ledger,
    timer: by,
    identified: () => ({ listNumbers: numbers, lanes: [{ lane: 1, lastReceipt: null }] }),
    toText: ({ listNumbers }) => `identified: ${listNumbers.length}\n${listNumbers.join('\n')}\n`,
    onChange: (problem) => problems.push(problem),
  });
}

beforeEach(async () => {
  bench = new TestBench();
  ledger = bench.open().ledger;
  stick = mkdtempSync(join(tmpdir(), 'tizme-stick-'));
  markStick(stick, 'stick\n');
  problems = [];
  numbers = [7, 19];
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
  await aMinutePasses();
  commit('v-3');
  await lookOnce();
  expect(await readStick(identities[0] ?? '')).toHaveLength(1);
  await aMinutePasses();
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
    const isPublic = name === STICK_HEAD || name === RECIPIENTS_FILE;
    expect(text.startsWith('age-encryption.org/v1') || isPublic).toBe(true);
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

test('it is stopped in the middle of a turn: nothing is written afterwards, when the log is closed', async () => {
  await journal.stop();
  const minutes = manualTimer();
  await openJournal(minutes);
  commit('v-1');
  await minutes.advance(60_000);
  await journal.stop();
  const read = vi.spyOn(ledger, 'pendingRange');
  await minutes.advance(10 * 60_000);
  expect(read).not.toHaveBeenCalled();
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

test('pulled out and put back is noticed within seconds, not at the next minute', async () => {
  commit('v-1');
  await aMinutePasses();
  renameSync(stick, `${stick}-out`);
  await lookOnce();
  expect(journal.problem()).toBe('stick-missing');
  commit('v-2');
  await lookOnce();
  renameSync(`${stick}-out`, stick);
  await lookOnce();
  expect(journal.problem()).toBeNull();
  expect(problems).toEqual(['stick-missing', null]);
  const records = (await readStick(identities[0] ?? '')).flatMap((segment) => segment.records);
  expect(records).toHaveLength(2);
});

test('a stick that is not in at the start is said at once', async () => {
  await journal.stop();
  rmSync(join(stick, 'tizme-stick.txt'));
  await openJournal();
  expect(journal.problem()).toBe('stick-missing');
  markStick(stick, 'stick\n');
});

test('the numbers that other tables add are on the stick though this table’s log has nothing new', async () => {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identities[0] ?? '');
  const there = async () => {
    const opened = await decrypter.decrypt(readFileSync(join(folder(), IDENTIFIED_FILE)));
    return Buffer.from(opened).toString('utf8');
  };
  commit('v-1');
  await aMinutePasses();
  numbers = [7, 19, 23];
  await aMinutePasses();
  expect(await there()).toBe('identified: 3\n7\n19\n23\n');
  const written = statSync(join(folder(), IDENTIFIED_FILE)).ino;
  await aMinutePasses();
  // Nothing new: a stick wears out by writing.
  expect(statSync(join(folder(), IDENTIFIED_FILE)).ino).toBe(written);
});

test('what a power cut left half written makes room at the next turn', async () => {
  commit('v-1');
  await journal.writeNow();
  const half = join(folder(), '.1800752400-0000007.age.unfinished');
  writeFileSync(half, 'half a piece');
  commit('v-2');
  await journal.writeNow();
  expect(existsSync(half)).toBe(false);
  expect((await readStick(identities[0] ?? '')).flatMap(({ records }) => records)).toHaveLength(2);
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

test('others who may read it get the whole of it, sealed for them, and nothing lies there that they can not open', async () => {
  commit('v-1');
  await journal.writeNow();
  commit('v-2');
  await journal.writeNow();
  await journal.stop();
  identities = [await generateIdentity()];
  await openJournal();
  commit('v-3');
  await journal.writeNow();
  const segments = await readStick(identities[0] ?? '');
  expect(segments.flatMap(({ records }) => records).length).toBe(ledger.head()?.seq);
  expect(readdirSync(folder()).filter((name) => name === RECIPIENTS_FILE).length).toBe(1);
  // From then on only what is new, again.
  commit('v-4');
  await journal.writeNow();
  expect((await readStick(identities[0] ?? '')).length).toBe(segments.length + 1);
});
