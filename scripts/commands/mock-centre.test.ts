import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stationsOfOneElection } from '../../fixtures/election/stations-of-one-election.ts';
import { ROLES } from '../../src/collector/access/access-list.ts';
import { READ_ADDRESSES } from '../../src/collector/test-addresses.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { OUTERMOST_LIMIT_MS } from '../../test/outermost-limit.ts';
import { findChromium } from '../hosts/chromium/find-chromium.ts';
import { runCollector } from './collector.ts';
import { runMock } from './mock.ts';

/** Two stations' whole days are played; the people at the centre have had their page open since the morning. */
const folder = mkdtempSync(join(tmpdir(), 'tizme-centre-'));
const ended = new AbortController();
const codes: string[] = [];
let browser: Browser;
let url: string;
let collector: Promise<number>;

beforeAll(async () => {
  const access = join(folder, 'access.json');
  const quiet = { out: (line: string) => codes.push(line), progress: () => {} };
  for (const role of ROLES)
    await runCollector(['access', '--file', access, '--name', role, '--role', role], quiet, ended.signal);
  url = await new Promise<string>((resolve) => {
    const out = (line: string): void => {
      const found = /^collector: (http:.*)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    };
    collector = runCollector(
      ['--mock', '--port', '0', '--access', access],
      { out, progress: () => {} },
      ended.signal,
    );
  });
  browser = await chromium.launch({
    timeout: OUTERMOST_LIMIT_MS,
    executablePath: assertDefined(findChromium() ?? undefined, 'Chromium on this machine'),
    // Chromium refuses to run its sandbox as root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
});
afterAll(async () => {
  await browser.close();
  ended.abort();
  await collector;
  rmSync(folder, { recursive: true, force: true });
});

test('two stations play their day; the voter who comes to both is raised on the open page, and nobody is named anywhere', async () => {
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
  page.setDefaultTimeout(OUTERMOST_LIMIT_MS);
  await page.goto(`${url}/enter`);
  await page.locator('input').first().fill(codeOf('viewer'));
  await page.locator('button').first().click();
  await page.goto(`${url}/?lang=en`);
  await page.getByText('Nobody was identified twice').waitFor();

  const lines: string[] = [];
  const io = { out: (line: string) => lines.push(line), progress: () => {} };
  expect(await runMock(['--voters', '24', '--stations', '2', '--collector', url, '--json'], io)).toBe(0);
  const day = JSON.parse(lines.at(-1) ?? '');
  expect(day.doubles).toMatchObject({ planted: 1 });

  // Without reloading: two places, both stations.
  const raised = page.getByRole('listitem').filter({ hasText: 'open' });
  await raised.waitFor();
  const { stations } = stationsOfOneElection({ voters: 24, seed: 1 }, 2);
  const names = stations.map(({ station }) => String(station.number));
  for (const name of names) expect(await raised.textContent()).toContain(name);
  const identified = page.locator('dl div', { hasText: 'Identifications' }).locator('dd');
  const sum = day.stations.reduce((all: number, one: { identified: number }) => all + one.identified, 0);
  // The figures may come a moment after what was raised.
  await identified.getByText(String(sum), { exact: true }).waitFor();

  // Whatever anybody can read, in whatever role: none of the people of the day, come or not.
  let seen = await page.content();
  for (const [address] of READ_ADDRESSES.filter(([one]) => one !== '/v1/live'))
    for (const headers of [{}, ...ROLES.map((role) => ({ authorization: `Bearer ${codeOf(role)}` }))])
      seen += await (await fetch(new URL(address, url), { headers })).text();
  expect(seen).toContain(names[0]);
  for (const { voter } of stations.flatMap(({ voters }) => voters))
    for (const word of [voter.id, voter.personalNumber, `${voter.name.surname} ${voter.name.given}`])
      expect(seen.includes(word), 'a voter of the day').toBe(false);
  await page.close();
});

test('a day is not begun for a collector that does not answer', async () => {
  const said: string[] = [];
  const io = { out: () => {}, progress: (text: string) => said.push(text) };
  expect(await runMock(['--collector', 'http://127.0.0.1:1'], io)).toBe(1);
  expect(said.join('\n')).toContain('no collector answers');
  expect(await runMock(['--stations', '0'], io)).toBe(2);
});

function codeOf(role: (typeof ROLES)[number]): string {
  return assertDefined(codes[ROLES.indexOf(role)], 'a code');
}
