import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { drawnFingers } from '../../fixtures/election/drawn-fingers.ts';
import { readElection, writeElection } from '../../fixtures/election/election-package.ts';
import { generateElection, type SyntheticElection } from '../../fixtures/election/generate-election.ts';
import type { HostOptions } from '../../scripts/hosts/shared/host-options.ts';
import { findProgramFiles } from '../../scripts/hosts/shared/program-files.ts';
import { takePackagePath } from '../../scripts/mock-day/package-path.ts';
import { prepareElection, todayAtStation } from '../../scripts/start/prepare-election.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { BECAME_TABLE } from '../../src/domain/host-wire.ts';
import { laneOfListNumber, shareOutList } from '../../src/domain/lanes/list-shares.ts';
import { unwrap } from '../../src/domain/result.ts';
import { markStick, writeJournalSettings } from '../../src/station/stick/journal-settings.ts';
import { expectAccessible } from './accessible.ts';
import { approve, identify, nextVoter, openStation, pinOf, unlock } from './desk-hands.ts';
import { takeScreenshots } from './kiosk.ts';
import { type OpenedKiosk, openChromiumKiosk } from './open-chromium-kiosk.ts';

/** A table that lives, a table whose laptop is dead, and a blank laptop that takes its place: all from the screens. */
const CACHE = fileURLToPath(new URL('../../.cache/e2e', import.meta.url));
const io = { out() {}, progress() {} };
const RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
const ELECTION = { voters: 24, seed: 7 };

interface Place {
  readonly folder: string;
  readonly people: string;
  readonly election: SyntheticElection;
}

async function makeStation(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'tizme-spare-'));
  const election = generateElection({ ...ELECTION, electionDate: todayAtStation() });
  const people = join(folder, 'election');
  unwrap(await writeElection(people, election, { fingers: drawnFingers({ cacheDirectory: CACHE }) }));
  const electionPackage = unwrap(readElection(people));
  const made = unwrap(
    await takePackagePath(
      {
        ...{ election, electionPackage, people, directory: folder, lanes: 2 },
        ...{ collector: null, journalRecipient: null },
      },
      io,
    ),
  );
  // The cables are the lab's: here the tables are on one machine.
  for (const { cable } of made.lanes.values()) await cable?.close();
  // Its second copy, while no other table lives.
  const stick = join(folder, 'stick');
  mkdirSync(stick);
  markStick(stick, 'TRAINING\n');
  writeJournalSettings(made.lanes.get(1)?.directory ?? '', { stick, recipients: [RECIPIENT] });
  return { folder, people, election };
}

/** What `npm start` opens on a laptop with this folder: its table, or training on a blank one. */
async function laptopOf({ folder, people }: Place, name: string): Promise<HostOptions> {
  const data = join(folder, name);
  mkdirSync(data, { recursive: true });
  const request = {
    ...{ ...ELECTION, fresh: false, fingersCache: CACHE, people },
    electionDate: todayAtStation(),
  };
  const options = unwrap(await prepareElection(data, findProgramFiles().migrationsDirectory, request, io));
  return { ...options, language: 'ru' };
}

async function show(kiosk: OpenedKiosk): Promise<Page> {
  const desk = await kiosk.open('desk');
  await desk.setViewportSize({ width: 1366, height: 768 });
  await desk.getByTestId('lang-ru').first().click();
  return desk;
}

/** By the keyboard alone, as at a laptop whose touchpad nobody finds. */
async function press(page: Page, testId: string): Promise<void> {
  await page.getByTestId(testId).focus();
  await page.keyboard.press('Enter');
}

/** The folder that stands for the laptop's own stick is the first of those that are found. */
async function chooseStick(spare: Page): Promise<void> {
  const own = spare.getByTestId('become-keeper-stick').first();
  await own.focus();
  await spare.keyboard.press('Enter');
  await expect(own).toHaveAttribute('aria-pressed', 'true');
}

/** Nothing that has to be pressed lies below the fold. */
async function expectOnScreen(page: Page, testId: string): Promise<void> {
  await expect(page.getByTestId(testId)).toBeInViewport({ ratio: 1 });
}

test.describe('a spare laptop over the network, from the screens', () => {
  const kiosks: OpenedKiosk[] = [];
  let place: Place;
  test.beforeEach(async ({ browserName: _ }, testInfo) => {
    test.skip(testInfo.project.metadata.host !== 'chromium', 'two shells of Electron on one machine');
    place = await makeStation();
  });
  test.afterEach(async () => {
    for (const kiosk of kiosks.splice(0)) await kiosk.stop();
    if (place !== undefined) rmSync(place.folder, { recursive: true, force: true });
  });

  test('the table serves voters while two people let a blank laptop take the place of a dead one', async ({
    browser,
  }) => {
    const open = async (options: HostOptions, onFatal?: (code: string) => void): Promise<OpenedKiosk> => {
      const kiosk = await openChromiumKiosk(browser, options, onFatal);
      kiosks.push(kiosk);
      return kiosk;
    };
    const table = await show(await open(await laptopOf(place, 'laptop-1')));
    await unlock(table);
    await openStation(table);
    await identify(table, ordinary(place, 1)[0] ?? '');
    await nextVoter(table);

    // Table 2's laptop died in the night; the spare shows what every blank laptop shows.
    const blank = await laptopOf(place, 'spare');
    const became: string[] = [];
    const spareKiosk = await open(blank, (code) => became.push(code));
    const spare = await show(spareKiosk);
    await expect(spare.getByTestId('blank-laptop')).toBeVisible();
    await takeScreenshots(spare, 'spare-blank-locked');
    await expectAccessible(spare, 'the lock screen of a blank laptop');
    const begunMs = Date.now();

    // At the table: the menu, two people, an address.
    await press(table, 'menu-open');
    await press(table, 'menu-spare');
    await press(table, 'spare-for-2');
    await takeScreenshots(table, 'spare-approve');
    await expectAccessible(table, 'which table, and two people');
    for (const person of ['chair', 'secretary']) {
      await press(table, `person-${person}`);
      await table.getByTestId('pin-input').focus();
      await table.keyboard.type(pinOf(person));
      await table.keyboard.press('Enter');
    }
    await expect(table.getByTestId('spare-waiting')).toBeVisible();
    await takeScreenshots(table, 'spare-waiting');
    await expectAccessible(table, 'the address');
    await expectOnScreen(table, 'spare-shut');
    const port = ((await table.getByTestId('spare-address').first().textContent()) ?? '').split(':').at(-1);
    await table.keyboard.press('Escape');
    // The queue goes on meanwhile.
    await expect(table.getByTestId('spare-strip')).toBeVisible();
    await takeScreenshots(table, 'spare-strip');
    await expectAccessible(table, 'the strip over the desk');

    // At the spare: the address, and whose stick keeps its half of the key.
    await press(spare, 'become-open');
    await expect(spare.getByTestId('become-address')).toBeFocused();
    await spare.keyboard.type('192.168.1.20');
    await chooseStick(spare);
    await spare.getByTestId('become-address').focus();
    await spare.keyboard.press('Enter');
    await expect(spare.getByTestId('become-failed-address-malformed')).toBeVisible();
    await takeScreenshots(spare, 'become-failed');
    await expectAccessible(spare, 'what failed, and why');
    await press(spare, 'way-on');
    await expect(spare.getByTestId('become-address')).toBeFocused();
    await spare.getByTestId('become-address').fill(`127.0.0.1:${port}`);
    await chooseStick(spare);
    await takeScreenshots(spare, 'become-asking');
    await expectAccessible(spare, 'the address of the table');
    await expectOnScreen(spare, 'way-on');
    await press(spare, 'way-on');
    await expect(spare.getByTestId('become-comparing')).toBeVisible();
    await takeScreenshots(spare, 'become-comparing');
    await expectAccessible(spare, 'the digits at the spare');
    await expectOnScreen(spare, 'digits-differ');

    // A voter is served while the digits wait.
    await expect(table.getByTestId('spare-strip')).toHaveAttribute('data-state', 'comparing');
    await identify(table, ordinary(place, 1)[1] ?? '');
    await nextVoter(table);
    await press(table, 'spare-show');
    await expect(table.getByTestId('spare-comparing')).toBeVisible();
    await takeScreenshots(table, 'spare-comparing');
    await expectAccessible(table, 'the digits at the table');
    await expectOnScreen(table, 'digits-differ');
    const digits = await table.getByTestId('digits').getAttribute('data-digits');
    await expect(spare.getByTestId('digits')).toHaveAttribute('data-digits', digits ?? 'none');
    await press(spare, 'digits-same');
    await expect(spare.getByTestId('digits-agreed')).toBeVisible();
    await takeScreenshots(spare, 'become-agreed');
    await press(table, 'digits-same');
    await expect(table.getByTestId('spare-admitted')).toBeVisible();
    await takeScreenshots(table, 'spare-admitted');
    await expectAccessible(table, 'the spare is admitted');
    await press(table, 'spare-shut');
    await expect(table.getByTestId('spare-strip')).toBeHidden();

    // The laptop begins again, as table 2, and serves a voter of that table.
    await expect.poll(() => became).toEqual([BECAME_TABLE]);
    await spareKiosk.stop();
    kiosks.splice(kiosks.indexOf(spareKiosk), 1);
    const second = await laptopOf(place, 'spare');
    expect(second.blank ?? null).toBeNull();
    const desk = await show(await open(second));
    await unlock(desk);
    await openStation(desk);
    await identify(desk, ordinary(place, 2)[0] ?? '');
    console.log(
      `from blank to the first identification: ${((Date.now() - begunMs) / 1000).toFixed(1)} s, by the screens, with pictures taken on the way`,
    );
    await nextVoter(desk);
    await press(table, 'menu-open');
    await press(table, 'menu-lanes');
    await expect(table.locator('[data-testid="lane-2"][data-up="true"]')).toBeVisible();
    await expect(table.getByTestId('matters')).toHaveCount(0);
    // What the share lies on is the stick's, and the keys of the enrolment are gone.
    expect(() => readFileSync(join(place.folder, 'spare', 'enrolment', 'laptop.sealed'))).toThrow();
  });

  test('digits that differ bring nothing, and a door that nobody wants is shut', async ({ browser }) => {
    const open = async (options: HostOptions): Promise<Page> => {
      const kiosk = await openChromiumKiosk(browser, options);
      kiosks.push(kiosk);
      return show(kiosk);
    };
    const table = await open(await laptopOf(place, 'laptop-1'));
    await unlock(table);
    const spare = await open(await laptopOf(place, 'spare'));
    await press(table, 'menu-open');
    await press(table, 'menu-spare');
    await press(table, 'spare-for-2');
    await approve(table, 'chair', 'secretary');
    const port = ((await table.getByTestId('spare-address').first().textContent()) ?? '').split(':').at(-1);
    await press(spare, 'become-open');
    await spare.getByTestId('become-address').fill(`127.0.0.1:${port}`);
    await chooseStick(spare);
    await press(spare, 'way-on');
    await press(table, 'digits-differ');
    await expect(spare.getByTestId('become-failed-digits-differ')).toBeVisible();
    await expect(table.getByTestId('spare-differed')).toBeVisible();
    // At the spare, this time: the table doesn't go on waiting as if nothing had been said.
    await press(spare, 'way-on');
    await spare.getByTestId('become-address').fill(`127.0.0.1:${port}`);
    await chooseStick(spare);
    await press(spare, 'way-on');
    await expect(table.getByTestId('spare-comparing')).toBeVisible();
    await press(spare, 'digits-differ');
    await expect(spare.getByTestId('become-failed-digits-differ')).toBeVisible();
    await expect(table.getByTestId('spare-differed')).toBeVisible();
    await takeScreenshots(table, 'spare-differed');
    await expectAccessible(table, 'the digits differed');
    await expectOnScreen(table, 'spare-shut');
    await press(table, 'spare-shut');
    await expect(table.getByTestId('spare-for-2')).toBeVisible();
    await press(spare, 'way-on');
    await spare.getByTestId('become-address').fill(`127.0.0.1:${port}`);
    await chooseStick(spare);
    await press(spare, 'way-on');
    await expect(spare.getByTestId('become-failed-table-not-reached')).toBeVisible();
    await press(spare, 'way-out');
    await expect(spare.getByTestId('locked')).toBeVisible();
  });
});

/** Voters without anything special of that table's share of the list, in the list's order. */
function ordinary({ election }: Place, lane: number): readonly string[] {
  const shares = shareOutList(
    election.voters.map(({ voter }) => ({ listNumber: voter.listNumber, address: voter.address })),
    [1, 2],
  );
  const found = election.voters.filter(
    ({ voter, awkward }) => awkward === null && laneOfListNumber(shares, [1, 2], voter.listNumber) === lane,
  );
  return [assertDefined(found[0], 'a voter').key, ...found.slice(1).map(({ key }) => key)];
}
