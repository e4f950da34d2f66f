import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../fixtures/random.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import { becomeLane, makePackage, type ProvisionedLane, type TestPackage } from './provisioned-lane.ts';

/** What the centre compares, and what it says to somebody who holds more than anybody should, on real files. */

let election: TestElection;
let made: TestPackage;
let provisioned: ProvisionedLane;
beforeAll(async () => {
  election = await makeElection();
  made = await makePackage(election);
  provisioned = await becomeLane(election, await made.open(), made.laptop);
});
afterAll(() => removeElection(election));

describe('participation tokens', () => {
  test('say nothing to whoever holds the centre’s database, an unlocked laptop and every personal number', async () => {
    // Two stations of one election: the attacker has the first one's laptop, unlocked, and wants the second's voters.
    const other = await makeElection({ seed: 4 });
    const secret = made.tokenSecret;
    const opened = await made.open();
    const otherOpened = await (await makePackage(other, { tokenSecret: secret })).open();
    const electionId = opened.manifest.electionId;
    const centre = new Set(otherOpened.voters.map(({ participation }) => participation as string));
    const numbers = [...opened.voters, ...otherOpened.voters].map(({ voter }) => voter.personalNumber);

    // Everything on the laptop: its tokens, and every key and hash that lies in its folders or its ledger.
    const lane = await TestLane.locked(provisioned.test, { ...quick(), directory: provisioned.directory });
    await lane.stop();
    const keys: Uint8Array[] = [
      new Uint8Array(32),
      ...opened.voters.map(({ participation }) => Buffer.from(participation, 'base64url')),
    ];
    await lane.withVault(({ laneStore, receiptCodeKey }) => {
      keys.push(receiptCodeKey);
      for (const { value } of laneStore.all<{ value: Uint8Array }>('SELECT value FROM lane_secret'))
        keys.push(new Uint8Array(value));
      for (const { key } of laneStore.all<{ key: Uint8Array | null }>('SELECT key FROM ledger_part_key'))
        if (key !== null) keys.push(new Uint8Array(key));
    });
    // Its own voters are an open book: the register names each one's token.
    const own = new Map(
      opened.voters.map(({ voter, participation }) => [voter.personalNumber, participation]),
    );
    expect(own.size).toBe(opened.voters.length);
    // Those of the other station: each known key, with the very formula that tokens are drawn by, over every number.
    let found = 0;
    for (const key of keys) {
      const guess = participationTokens(key, electionId);
      for (const number of numbers) if (centre.has(guess(number))) found += 1;
    }
    expect(found).toBe(0);
    // The formula isn't idle: with the secret that never left the centre's builder, it finds every one.
    const truth = participationTokens(secret, otherOpened.manifest.electionId);
    expect(otherOpened.voters.every(({ voter }) => centre.has(truth(voter.personalNumber)))).toBe(true);
    removeElection(other);
  });

  test('of two elections have nothing in common, and none is in the package in clear', async () => {
    const [first, second] = [
      participationTokens(made.tokenSecret, 'a'),
      participationTokens(made.tokenSecret, 'b'),
    ];
    const random = createRandom(9);
    const numbers = Array.from({ length: 500 }, () => String(random.integer(10 ** 9)));
    const all = new Set([...numbers.map(first), ...numbers.map(second)]);
    expect(all.size).toBe(1000);
    const bytes = readFileSync(made.file);
    for (const { participation } of (await made.open()).voters)
      expect(bytes.includes(participation)).toBe(false);
  });
});
