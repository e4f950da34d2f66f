import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { unwrap } from '../../src/domain/result.ts';
import { makeElection, removeElection, type TestElection } from '../../test/station/harness.ts';
import { takePackagePath } from '../mock-day/package-path.ts';
import { unlockThisLane } from './unlock-this-lane.ts';

/** An act at the command line of a laptop that is a lane: who may, and what is said to whoever may not. */

let election: TestElection;
let way: string;
let lane: string;
beforeAll(async () => {
  election = await makeElection();
  way = join(election.directory, 'way');
  const request = {
    ...{ election: election.election, electionPackage: election.electionPackage, directory: way, lanes: 1 },
    ...{ collector: null, journalRecipient: null },
  };
  const { lanes } = unwrap(await takePackagePath(request, { out() {}, progress() {} }));
  lane = lanes.get(1)?.directory ?? '';
});
beforeEach(() => {
  vi.stubEnv('TIZME_DATA', join(way, 'laptop-1'));
  return () => vi.unstubAllEnvs();
});
afterAll(() => removeElection(election));

const PINS: Readonly<Record<string, string>> = {
  chair: '111111',
  secretary: '222222',
  'operator-1': '444444',
};
async function tryAs(...people: readonly string[]): Promise<string> {
  const secrets = join(way, 'secrets');
  writeFileSync(secrets, people.map((id) => `${PINS[id] ?? '000000'}\n`).join(''));
  const unlocked = await unlockThisLane(people, secrets);
  if (!unlocked.ok) return `${unlocked.error.code}: ${unlocked.error.sentence}`;
  unlocked.value.close();
  return 'unlocked';
}

test('two of the commission do, and neither of them comes back alone that day for having agreed to one act', async () => {
  expect(await tryAs('chair', 'secretary')).toBe('unlocked');
  expect(existsSync(join(lane, 'reopen.json'))).toBe(false);
});

test('who may not is told why, before a PIN is asked for where that can be', async () => {
  expect(await tryAs('chair', 'chair')).toMatch(/^same-person-twice: Two different people/);
  expect(await tryAs('chair', 'envelope-1')).toMatch(
    /^not-a-person: envelope-1 is an envelope: .*agrees to nothing/,
  );
  expect(await tryAs('chair', 'nobody')).toMatch(
    /^not-a-person: Nobody .* called nobody\. .*chair, secretary/,
  );
  expect(await tryAs('chair', 'operator-1')).toMatch(/^member-needed: Two of the commission/);
  expect(await tryAs('chair', 'member-3')).toMatch(/^wrong-pin: A PIN is not right/);
});

test('without the laptop’s own stick, with another laptop’s, and without the file of keys, nothing opens', async () => {
  const stick = join(way, 'laptop-1-own-stick');
  const share = join(stick, readdirSync(stick).find((name) => name.endsWith('.share')) ?? '');
  const own = readFileSync(share, 'utf8');
  renameSync(share, `${share}.away`);
  expect(await tryAs('chair', 'secretary')).toMatch(/^laptop-share-missing: .*plug its own stick in/);
  writeFileSync(share, `${'ab'.repeat(32)}\n`);
  expect(await tryAs('chair', 'secretary')).toMatch(/^laptop-share-missing: .*another laptop’s is no use/);
  writeFileSync(share, own);
  const keys = join(lane, 'unlock.json');
  renameSync(keys, `${keys}.away`);
  expect(await tryAs('chair', 'secretary')).toMatch(/^unlock-file-damaged: unlock\.json is missing/);
  writeFileSync(
    keys,
    readFileSync(`${keys}.away`, 'utf8').replaceAll('"sealedKey": "', '"sealedKey": "AAAA'),
  );
  expect(await tryAs('chair', 'secretary')).toMatch(/^unlock-file-damaged/);
  renameSync(`${keys}.away`, keys);
  expect(await tryAs('chair', 'secretary')).toBe('unlocked');
});
