import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { randomKey } from '../../store/keys.ts';
import type { StationRange } from '../../sync/lanes/station-log/station-range.ts';
import { openAct, readActs } from './act-file.ts';
import { ACTS_FILE, ACTS_KEY_FILE, ActMedium } from './act-medium.ts';
import { markStick } from './journal-settings.ts';
import { stickFolder } from './stick-journal.ts';

let stick: string;
let identity: string;
let key: Uint8Array;
let medium: ActMedium;
const media: ActMedium[] = [];

async function insert(): Promise<ActMedium> {
  const recipients = [await identityToRecipient(identity)];
  const opened = new ActMedium({ settings: { stick, recipients }, lane: 1, device: 'lane-1', key });
  media.push(opened);
  return opened;
}

beforeEach(async () => {
  stick = mkdtempSync(join(tmpdir(), 'tizme-acts-'));
  markStick(stick, 'stick\n');
  identity = await generateIdentity();
  key = randomKey();
  medium = await insert();
});
afterEach(async () => {
  for (const one of media.splice(0)) await one.stop();
  rmSync(stick, { recursive: true, force: true });
});

const file = (): string => join(stickFolder(stick, 'lane-1'), ACTS_FILE);
const part = (text: string) => ({ salt: new Uint8Array(32), bytes: new Uint8Array(Buffer.from(text)) });

function act(seq: number): StationRange {
  const record = { publicBytes: Uint8Array.of(seq), centre: part('c'), private: part(`canary-${seq}`) };
  const lastHash = seq.toString(16).padStart(64, '0');
  const signature = new Uint8Array(64);
  return { lane: 1, epoch: 5, firstSeq: seq, lastSeq: seq, lastHash, records: [record], signature };
}

const keep = (seq: number, on = medium): Promise<boolean> =>
  new Promise((resolve) => {
    on.keep(act(seq), resolve);
  });

test('an act is on the stick when it says so, and another start finds it there', async () => {
  expect(await keep(1)).toBe(true);
  expect(await keep(2)).toBe(true);
  const again = await insert();
  expect(again.end()).toMatchObject({ epoch: 5, seq: 2 });
  expect(again.missing(({ seq }) => seq === 1)).toEqual([act(2)]);
  expect(again.missing(() => true)).toEqual([]);
});

test('nothing on it can be read without the lane’s key, which each member can open', async () => {
  await keep(1);
  expect(readFileSync(file()).includes('canary')).toBe(false);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const opened = await decrypter.decrypt(readFileSync(join(stickFolder(stick, 'lane-1'), ACTS_KEY_FILE)));
  const { acts } = readActs(new Uint8Array(readFileSync(file())), 1);
  expect(acts.map((one) => openAct(opened, one))).toEqual([act(1)]);
  expect(acts.map((one) => openAct(randomKey(), one))).toEqual([null]);
});

test('an act that was cut in the middle is no act, and the next one takes its place', async () => {
  await keep(1);
  appendFileSync(file(), Buffer.from([0, 0, 1, 0, 9, 9]));
  const again = await insert();
  expect(again.end()).toMatchObject({ seq: 1 });
  expect(await keep(2, again)).toBe(true);
  expect((await insert()).missing(() => false)).toEqual([act(1), act(2)]);
});

test('a stick that is out keeps nothing and can’t be read; one that was changed begins again', async () => {
  await keep(1);
  renameSync(stick, `${stick}-out`);
  expect(await keep(2)).toBe(false);
  expect(medium.missing(() => false)).toBeNull();
  expect(medium.end()).toBeNull();
  renameSync(`${stick}-out`, stick);
  rmSync(file());
  expect(medium.end()).toBeNull();
  expect(await keep(1)).toBe(true);
  expect(medium.end()).toMatchObject({ seq: 1 });
});

test('another stick that was put in between two acts keeps what it had, and gets what it has not', async () => {
  // A blank one begins with everything in one piece: its file is longer than the first one's, or shorter.
  await keep(1);
  await keep(2);
  const first = `${stick}-first`;
  const swap = (out: string, back: string): void => {
    renameSync(stick, out);
    renameSync(back, stick);
  };
  const second = mkdtempSync(join(tmpdir(), 'tizme-acts-'));
  markStick(second, 'stick\n');
  swap(first, second);
  expect(await keep(3)).toBe(false);
  expect(medium.end()).toBeNull();
  expect(await keep(1)).toBe(true);
  swap(second, first);
  // It ends elsewhere: nothing is written over, and it is looked at anew.
  expect(await keep(2)).toBe(false);
  expect(medium.end()).toMatchObject({ seq: 2 });
  expect(await keep(3)).toBe(true);
  expect((await insert()).missing(() => false)).toEqual([act(1), act(2), act(3)]);
  swap(first, second);
  expect((await insert()).missing(() => false)).toEqual([act(1)]);
  rmSync(first, { recursive: true });
});

test('the key of the acts is sealed anew on another stick, which others could open before', async () => {
  await keep(1);
  const keyFile = join(stickFolder(stick, 'lane-1'), ACTS_KEY_FILE);
  const sealedForOthers = Buffer.from('sealed to somebody else');
  writeFileSync(keyFile, sealedForOthers);
  // Pulled out and put in again, with an act in between that it missed.
  renameSync(stick, `${stick}-out`);
  expect(await keep(2)).toBe(false);
  renameSync(`${stick}-out`, stick);
  expect(await keep(2)).toBe(true);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  expect(await decrypter.decrypt(readFileSync(keyFile))).toEqual(key);
});
