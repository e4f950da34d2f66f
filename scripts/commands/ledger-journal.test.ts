import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unwrap } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import { identification, TestBench } from '../../src/ledger/test-bench.ts';
import { readJournalSettings } from '../../src/station/stick/journal-settings.ts';
import { StickJournal } from '../../src/station/stick/stick-journal.ts';
import { runLedger } from './ledger.ts';

/** A stick is marked, a lane writes its journal on it, and a member opens it at home. */
const folder = mkdtempSync(join(tmpdir(), 'tizme-journal-'));
const at = (name: string): string => join(folder, name);
let bench: TestBench;
let member: string;
beforeAll(async () => {
  bench = new TestBench();
  for (const name of ['data', 'stick']) mkdirSync(at(name));
  member = await generateIdentity();
  writeFileSync(at('member.txt'), `${member}\n`);
});
afterAll(() => {
  bench.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: readonly string[]) {
  const out: string[] = [];
  const said: string[] = [];
  const io = { out: (line: string) => out.push(line), progress: (text: string) => said.push(text) };
  return { code: await runLedger(['journal', ...args], io), out, said };
}

test('from the marked stick to what is on it, for people and for machines', async () => {
  const recipient = await identityToRecipient(member);
  const marked = await run('setup', at('data'), '--stick', at('stick'), '--member', recipient, '--json');
  expect(marked).toMatchObject({ code: 0, said: [] });
  expect(JSON.parse(marked.out[0] ?? '')).toMatchObject({ ok: true, members: 1 });

  const { ledger } = bench.open();
  unwrap(ledger.commit([identification('v-1')]));
  unwrap(ledger.commit([identification('v-2')]));
  const settings = readJournalSettings(at('data'));
  if (settings === null || settings === 'malformed') throw new Error('the lane keeps no journal');
  const journal = new StickJournal({
    ...{ settings, ledger, timer: systemTimer() },
    identified: () => ({ listNumbers: [7, 19], lanes: [] }),
    toText: ({ listNumbers }) => `${listNumbers.join('\n')}\n`,
    onChange: () => {},
  });
  await journal.writeNow();
  await journal.stop();

  const open = ['open', at('stick'), '--identity', at('member.txt'), '--to'];
  const opened = await run(...open, at('opened'));
  expect(opened.code).toBe(0);
  expect(opened.out).toEqual([expect.stringMatching(/^lane-1: 2 events up to /), '  everything matches']);
  expect(readFileSync(at('opened/lane-1/identified.txt'), 'utf8')).toContain('19');
  const asJson = await run(...open, at('again'), '--json');
  expect(JSON.parse(asJson.out.at(-1) ?? '')).toMatchObject({
    ok: true,
    devices: [{ device: 'lane-1', events: 2, faults: [] }],
  });
});

test('settings that can’t be read are set up anew, and kept aside under a name that is said', async () => {
  const recipient = await identityToRecipient(member);
  mkdirSync(at('broken'), { recursive: true });
  writeFileSync(at('broken/journal.json'), '{"version": 1, "sti');
  const again = ['setup', at('broken'), '--stick', at('stick'), '--member', recipient];
  const asJson = await run(...again, '--json');
  expect([asJson.code, JSON.parse(asJson.out[0] ?? '')]).toMatchObject([
    0,
    { ok: true, keptAside: 'journal-unreadable-1.json' },
  ]);
  expect(readFileSync(at('broken/journal-unreadable-1.json'), 'utf8')).toBe('{"version": 1, "sti');
  writeFileSync(at('broken/journal.json'), '');
  expect((await run(...again)).out.join(' ')).toContain('it is kept as journal-unreadable-2.json');
  expect((await run(...again)).out.join(' ')).not.toContain('is kept as');
});

test('what is missing is wrong usage; a stick that a stranger opens is not', async () => {
  expect((await run('open', at('stick'))).code).toBe(2);
  expect((await run('setup', at('data'))).code).toBe(2);
  writeFileSync(at('stranger.txt'), `${await generateIdentity()}\n`);
  const open = await run(
    'open',
    at('stick'),
    ...['--identity', at('stranger.txt'), '--to', at('none'), '--json'],
  );
  expect(open.code).toBe(1);
  expect(JSON.parse(open.out.at(-1) ?? '')).toMatchObject({ ok: false });
});
