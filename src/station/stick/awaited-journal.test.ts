import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ManualTimer, manualTimer } from '../../domain/manual-timer.ts';
import { unwrap } from '../../domain/result.ts';
import { identification, TestBench } from '../../ledger/test-bench.ts';
import { AwaitedJournal } from './awaited-journal.ts';
import { markStick, readJournalSettings, writeJournalSettings } from './journal-settings.ts';
import type { JournalProblem } from './journal-worker.ts';
import { StickJournal, stickFolder } from './stick-journal.ts';

let folder: string;
let bench: TestBench;
let timer: ManualTimer;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-awaited-'));
  bench = new TestBench();
  timer = manualTimer();
});
afterEach(() => {
  bench.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const settingsFile = (): string => join(folder, 'journal.json');

test('settings that can’t be read are told as what they are; written anew, the journal begins with the whole log', async () => {
  const { ledger } = bench.open();
  unwrap(ledger.commit([identification('v-1')]));
  const broken = '{"version": 1, "stick": "/media/st';
  writeFileSync(settingsFile(), broken);
  const told: (JournalProblem | null)[] = [];
  const journal = new AwaitedJournal({
    ...{ timer, read: () => readJournalSettings(folder) },
    onChange: (problem) => told.push(problem),
    start: (settings) =>
      new StickJournal({
        ...{ settings, ledger, timer },
        identified: () => ({ listNumbers: [7], lanes: [] }),
        toText: () => 'seven\n',
        onChange: (problem) => told.push(problem),
      }),
  });
  expect([journal.problem(), told]).toEqual(['journal-settings-unreadable', ['journal-settings-unreadable']]);
  await timer.advance(60_000);
  await journal.writeNow();
  // Nothing is guessed, nothing is repaired.
  expect(journal.problem()).toBe('journal-settings-unreadable');
  expect(readFileSync(settingsFile(), 'utf8')).toBe(broken);

  const stick = join(folder, 'stick');
  writeFileSync(join(folder, 'journal-unreadable-1.json'), 'of an earlier time');
  const member = await identityToRecipient(await generateIdentity());
  mkdirSync(stick);
  markStick(stick, 'stick\n');
  const aside = writeJournalSettings(folder, { stick, recipients: [member] });
  expect(aside).toBe('journal-unreadable-2.json');
  expect(readFileSync(join(folder, 'journal-unreadable-2.json'), 'utf8')).toBe(broken);
  expect(readFileSync(join(folder, 'journal-unreadable-1.json'), 'utf8')).toBe('of an earlier time');

  unwrap(ledger.commit([identification('v-2')]));
  await timer.advance(5_000);
  await journal.writeNow();
  expect([journal.problem(), told]).toEqual([null, ['journal-settings-unreadable', null]]);
  await journal.stop();
  const written = readdirSync(stickFolder(stick, ledger.identity.device));
  expect(written.filter((name) => /^\d+-0000002\.age$/.test(name))).toHaveLength(1);
});

test('settings that are whole are replaced without a copy, and a folder in their place is no file that was never there', async () => {
  const member = await identityToRecipient(await generateIdentity());
  expect(readJournalSettings(folder)).toBe(null);
  expect(writeJournalSettings(folder, { stick: '/media/one', recipients: [member] })).toBe(null);
  expect(writeJournalSettings(folder, { stick: '/media/two', recipients: [member] })).toBe(null);
  expect(readJournalSettings(folder)).toEqual({ stick: '/media/two', recipients: [member] });
  expect(readdirSync(folder)).toEqual(['journal.json']);
  expect(readJournalSettings(settingsFile())).toBe('malformed');
});
