import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { runLedger } from '../../scripts/commands/ledger.ts';
import { unwrap } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import { DayProjection } from '../../src/station/projection/day-projection.ts';
import { identifiedNumbers, identifiedText } from '../../src/station/stick/identified-numbers.ts';
import { readJournalSettings } from '../../src/station/stick/journal-settings.ts';
import { StickJournal } from '../../src/station/stick/stick-journal.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

vi.setConfig({ testTimeout: 120_000 });

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(() => removeElection(election));

const ledgerFile = () => join(lane.directory, 'ledger.db');

async function dayWith(voters: number): Promise<void> {
  lane = await TestLane.open(election, quick());
  for (let i = 0; i < voters; i += 1) await lane.identify(lane.ordinary(i));
}

describe('a lane whose disk is not what it was', () => {
  test('does not open with a flipped bit: the screen says so, and a file beside the ledger says where', async () => {
    await dayWith(2);
    await lane.stop();
    const bytes = readFileSync(ledgerFile());
    const at = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
    writeFileSync(ledgerFile(), bytes);
    await lane.restart();
    expect(await lane.desk.call('unlock', { approvals: lane.two() })).toEqual({
      ok: false,
      error: { code: 'ledger-damaged' },
    });
    const [report, ...more] = readdirSync(lane.directory).filter((name) => name.startsWith('ledger-damage-'));
    expect(more).toEqual([]);
    const text = readFileSync(join(lane.directory, report ?? ''), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ code: expect.stringMatching(/^(corrupt|chain-damaged)$/) });
    // Nothing was repaired: the bytes are the ones that lay there.
    expect(readFileSync(ledgerFile()).equals(bytes)).toBe(true);
  });

  test('opens an old copy of its database only with a word about what is missing, in an epoch of its own', async () => {
    await dayWith(1);
    await lane.stop();
    copyFileSync(ledgerFile(), join(lane.directory, 'old-copy'));
    await lane.restartAndReopen();
    await lane.identify(lane.ordinary(1));
    await lane.stop();
    copyFileSync(join(lane.directory, 'old-copy'), ledgerFile());
    for (const end of ['-wal', '-shm']) {
      if (existsSync(`${ledgerFile()}${end}`)) truncateSync(`${ledgerFile()}${end}`);
    }
    await lane.restartAndReopen();
    expect(lane.desk.snapshot.notices).toContainEqual({ kind: 'error', code: 'ledger-restored' });
    await lane.stop();
    await lane.withVault(({ ledger }) => {
      const epochs = new Set(unwrap(ledger.events(null, 10_000)).map(({ epoch }) => epoch));
      expect(epochs.size).toBe(2);
    });
  });
});

test('a lost laptop’s day is on the stick: one member’s key opens it, and it verifies', async () => {
  await dayWith(2);
  await lane.stop();
  const identity = await generateIdentity();
  const stick = join(election.directory, 'stick');
  const key = join(election.directory, 'member.key');
  writeFileSync(key, `# a member\n${identity}\n`);
  const said: string[] = [];
  const io = {
    out: (line: string) => void said.push(line),
    progress: (line: string) => void said.push(line),
  };
  mkdirSync(stick);
  const recipient = await identityToRecipient(identity);
  expect(
    await runLedger(['journal', 'setup', lane.directory, '--stick', stick, '--member', recipient], io),
  ).toBe(0);
  const settings = readJournalSettings(lane.directory);
  if (settings === null || settings === 'malformed') throw new Error('settings');

  await lane.withVault(async ({ ledger, store, register }) => {
    const where = { election: 'e', station: 1, mock: true, at: 'noon' };
    const journal = new StickJournal({
      settings,
      ledger,
      timer: systemTimer(),
      onChange: () => {},
      identifiedText: () =>
        identifiedText(identifiedNumbers(new DayProjection(store), unwrap(register), 1), where),
    });
    await journal.stop();
    expect(journal.problem()).toBe(null);
  });

  const opened = join(election.directory, 'opened');
  expect(await runLedger(['journal', 'open', stick, '--identity', key, '--to', opened], io)).toBe(0);
  expect(said.join('\n')).toContain('everything matches');
  const [device = ''] = readdirSync(opened);
  const numbers = readFileSync(join(opened, device, 'identified.txt'), 'utf8')
    .trim()
    .split('\n');
  const taken = [0, 1].map((n) => String(lane.ordinary(n).voter.listNumber));
  expect(numbers.slice(-2).toSorted()).toEqual(taken.toSorted());
});
