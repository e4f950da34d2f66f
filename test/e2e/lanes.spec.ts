import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { readElection, regenerateElection } from '../../fixtures/election/election-package.ts';
import type { SyntheticVoter } from '../../fixtures/election/synthetic-person.ts';
import type { HostOptions } from '../../scripts/hosts/shared/host-options.ts';
import { findProgramFiles } from '../../scripts/hosts/shared/program-files.ts';
import { prepareElection, todayAtStation } from '../../scripts/start/prepare-election.ts';
import { prepareLanes } from '../../scripts/start/prepare-lanes.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { expectAccessible } from './accessible.ts';
import { approve, insertDocument, layFinger, nextVoter, openStation, unlock } from './desk-hands.ts';
import { takeScreenshots } from './kiosk.ts';
import { type OpenedKiosk, openChromiumKiosk } from './open-chromium-kiosk.ts';
import { typeAsReader } from './typing-reader.ts';
import { expectWithinReach } from './within-reach.ts';

const CACHE = fileURLToPath(new URL('../../.cache/e2e', import.meta.url));
const ELECTION = { voters: 24, seed: 7 };

interface Tables {
  readonly options: readonly HostOptions[];
  /** As they stand on the tables; a laptop that is switched off and on is another one. */
  readonly laptops: { kiosk: OpenedKiosk; desk: Page }[];
  /** An ordinary voter of that table's share of the list, who has not been here yet. */
  nextOf(lane: 1 | 2): SyntheticVoter;
}

/** Two laptops of one station, each with its own program and screens, as `start --lanes 2` brings them up. */
const test = base.extend<{ readonly tables: Tables }>({
  tables: async ({ browser }, use, testInfo) => {
    test.skip(testInfo.project.metadata.host !== 'chromium', 'two shells of Electron on one machine');
    const data = await mkdtemp(join(tmpdir(), 'tizme-e2e-lanes-'));
    const { migrationsDirectory } = findProgramFiles();
    const request = { ...ELECTION, fresh: true, fingersCache: CACHE, electionDate: todayAtStation() };
    const io = { out() {}, progress() {} };
    const single = unwrap(await prepareElection(data, migrationsDirectory, request, io));
    const wanted = { lanes: 2, fresh: true };
    const options = unwrap(await prepareLanes({ ...single, language: 'ru' }, migrationsDirectory, wanted));
    const { voters } = regenerateElection(unwrap(readElection(single.packageDirectory)));
    const ordinary = voters
      .filter(({ awkward }) => awkward === null)
      .toSorted((a, b) => a.voter.listNumber - b.voter.listNumber);
    const laptops: { kiosk: OpenedKiosk; desk: Page }[] = [];
    for (const one of options) {
      const kiosk = await openChromiumKiosk(browser, one);
      laptops.push({ kiosk, desk: await openDesk(kiosk) });
    }
    await use({
      options,
      laptops,
      nextOf: (lane) =>
        assertDefined(lane === 1 ? ordinary.shift() : ordinary.pop(), 'an ordinary voter of the table'),
    });
    for (const { kiosk } of laptops) await kiosk.stop();
    await rm(data, { recursive: true });
  },
});

async function openDesk(kiosk: OpenedKiosk): Promise<Page> {
  const desk = await kiosk.open('desk');
  await desk.getByTestId('lang-ru').first().click();
  return desk;
}

async function showTables(desk: Page): Promise<void> {
  await desk.getByTestId('menu-open').click();
  await desk.getByTestId('menu-lanes').click();
  await expect(desk.getByTestId('lanes-sheet')).toBeVisible();
}

/** Pulls the network cable out, or puts it back. */
async function turnCable(desk: Page, connected: boolean): Promise<void> {
  await showTables(desk);
  await desk.getByTestId('network-cable').click();
  await expect(desk.locator(`[data-testid^="lane-"][data-other="true"][data-up="${connected}"]`)).toHaveCount(
    1,
  );
}

/** Below the stripe of a training nothing of the window is seen beside the alert, and nothing of the alert is cut off. */
async function expectWholeWindow(desk: Page): Promise<void> {
  const { width, height } = desk.viewportSize() ?? { width: 0, height: 0 };
  const box = await desk.locator('.sheet-full').boundingBox();
  expect(box).toEqual({ x: 0, y: 30, width, height: height - 30 });
  await desk.getByTestId('matter-settle').click();
  await expect(desk.getByTestId('pin-enter')).toBeVisible();
  await expectWithinReach(desk, 'a collision');
}

async function putAside(desk: Page): Promise<void> {
  await desk.keyboard.press('Escape');
  await expect(desk.getByTestId('matter-alert')).toHaveCount(0);
  // The sheet that was open when it came up.
  await desk.keyboard.press('Escape');
  await expect(desk.getByTestId('lanes-sheet')).toHaveCount(0);
}

/** Whether the hourly report names the matter that is open, with the numbers of both receipts. */
async function expectInReport(desk: Page, open: boolean): Promise<void> {
  await desk.getByTestId('menu-open').click();
  await desk.getByTestId('menu-reports').click();
  await desk.getByTestId('report-hourly').click();
  const matter = desk.getByTestId('report').getByTestId('report-matter');
  await expect(matter).toHaveCount(open ? 1 : 0);
  if (open) {
    await expect(matter).toContainText('1-0002');
    await expect(matter).toContainText('2-0001');
  }
  await takeScreenshots(desk, open ? 'lanes-collision-in-report' : 'lanes-collision-settled-report');
  await desk.getByTestId('report-print').click();
  await expect(desk.getByTestId('report-printed')).toBeVisible();
  await desk.keyboard.press('Escape');
}

/** What the last one left on the reader and on the glass is taken away first. */
async function insert(desk: Page, person: SyntheticVoter): Promise<void> {
  for (const left of ['dock-remove-document', 'dock-lift']) {
    const button = desk.getByTestId(left);
    if ((await button.isVisible()) && (await button.isEnabled())) await button.click();
  }
  await insertDocument(desk, person.key);
}

/** Where tables don't find each other, each reads the code on the other's screen; long before the opening. */
async function scanAddresses(one: Page, two: Page): Promise<void> {
  await showTables(two);
  const code = (await two.getByTestId('address-code').getAttribute('data-text')) ?? '';
  // A hand scanner types, whatever the layout, and wherever the focus is.
  await typeAsReader(one, [code], 'russian');
  await expect(one.getByTestId('scanned-strip')).toHaveAttribute('data-outcome', 'found');
  await expectAccessible(one, 'the code of a table was read');
  await takeScreenshots(one, 'lanes-code-scanned');
  await one.getByTestId('scanned-seen').press('Enter');
  await expect(one.getByTestId('scanned-strip')).toHaveCount(0);

  // Somebody types the address on the own screen.
  const own = (await two.getByTestId('own-address').first().textContent()) ?? '';
  await two.getByTestId('lane-address').fill(own);
  await two.keyboard.press('Enter');
  await expect(two.getByTestId('problem-lane-is-this-one')).toBeVisible();
  await takeScreenshots(two, 'lanes-own-address');
  await two.keyboard.press('Escape');
  await expect(two.getByTestId('lanes-sheet')).toHaveCount(0);

  // A document reader reads codes, too: the one of this very table.
  await two.getByTestId('dock-code-text').fill(`tizme-lane ${own}`);
  await two.getByTestId('dock-code-scan').click();
  const strip = two.getByTestId('scanned-strip');
  await expect(strip).toHaveAttribute('data-outcome', 'lane-is-this-one');
  await two.getByTestId('scanned-seen').click();
  await expect(two.getByTestId('matters')).toHaveCount(0);
}

/** Document, finger, receipt, and the desk is free. */
async function serve(desk: Page, person: SyntheticVoter): Promise<void> {
  await insert(desk, person);
  await serveFound(desk);
}

async function serveFound(desk: Page): Promise<void> {
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
  await desk.getByTestId('way-on').click();
  await layFinger(desk);
  // With the cable out, its own stick is the second copy.
  await expect(desk.getByTestId('desk-step-verified')).toBeVisible();
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('desk-step-done')).toBeVisible();
  await nextVoter(desk);
}

test('two tables on two screens: a grant nobody notices, a dead switch, code, override, take-over, collision', async ({
  browser,
  tables,
}) => {
  const { laptops, options, nextOf } = tables;
  const desk = (lane: 1 | 2): Page => assertDefined(laptops[lane - 1], 'a laptop').desk;
  for (const lane of [1, 2] as const) await unlock(desk(lane));
  await scanAddresses(desk(1), desk(2));
  for (const lane of [1, 2] as const) await openStation(desk(lane));
  await showTables(desk(1));
  await expect(desk(1).locator('[data-testid="lane-2"][data-up="true"]')).toBeVisible();
  // The code that was read in the morning is no answer to what is typed now.
  await expect(desk(1).getByTestId('scanned-found')).toHaveCount(0);
  await takeScreenshots(desk(1), 'lanes-connected');
  await desk(1).getByTestId('sign-print').click();
  await expect(desk(1).getByTestId('sign-printed')).toBeVisible();
  await desk(1).keyboard.press('Escape');

  // A voter of table 2 comes to table 1, and nobody notices.
  const visitor = nextOf(2);
  await serve(desk(1), visitor);
  await insert(desk(2), visitor);
  await expect(desk(2).getByTestId('stop-already-identified')).toBeVisible();
  await expect(desk(2).getByTestId('stop-facts')).toContainText('1-0001');
  await takeScreenshots(desk(2), 'lanes-identified-elsewhere');
  await desk(2).getByTestId('way-out').click();

  // The switch is dead: first, go to table 2.
  await turnCable(desk(2), false);
  await takeScreenshots(desk(2), 'lanes-cable-out');
  await desk(2).keyboard.press('Escape');
  const [coded, overridden] = [nextOf(2), nextOf(2)];
  await insert(desk(1), coded);
  await expect(desk(1).getByTestId('stop-other-lane')).toBeVisible();
  await takeScreenshots(desk(1), 'lanes-go-to-table-2');
  await expectAccessible(desk(1), 'another table’s voter');
  // Asked once more, by the keyboard: nothing has changed.
  await desk(1).getByTestId('lane-ask-again').press('Enter');
  await expect(desk(1).getByTestId('desk-step-reading')).toHaveCount(0);
  await expect(desk(1).getByTestId('stop-other-lane')).toBeVisible();

  // Then, a code read aloud.
  await showTables(desk(2));
  await desk(2).getByTestId('give-number').fill(String(coded.voter.listNumber));
  await desk(2).getByTestId('give-table').fill('1');
  await desk(2).getByTestId('give-act').click();
  await expect(desk(2).getByTestId('give-code')).toBeVisible();
  await takeScreenshots(desk(2), 'lanes-code-given');
  const code = (await desk(2).getByTestId('give-code').locator('strong').textContent()) ?? '';
  await desk(2).keyboard.press('Escape');
  await desk(1).getByTestId('lane-code').click();
  await desk(1).getByTestId('lane-code-field').fill('0000 0000');
  await desk(1).getByTestId('lane-code-enter').click();
  await takeScreenshots(desk(1), 'lanes-code-wrong');
  await desk(1).getByTestId('lane-code-field').fill(code);
  await desk(1).getByTestId('lane-code-enter').click();
  await expect(desk(1).getByTestId('desk-step-voter')).toBeVisible();
  await desk(1).getByTestId('way-out').click();

  // Last, two people decide; the other table identifies the same voter, not knowing.
  await insert(desk(1), overridden);
  await desk(1).getByTestId('lane-override').click();
  await takeScreenshots(desk(1), 'lanes-override');
  await approve(desk(1), 'chair', 'secretary');
  await expect(desk(1).getByTestId('desk-step-voter')).toBeVisible();
  await serveFound(desk(1));
  await serve(desk(2), overridden);
  await turnCable(desk(2), true);
  for (const lane of [1, 2] as const) {
    await expect(desk(lane).getByTestId('matter-alert')).toBeVisible();
    await takeScreenshots(desk(lane), `lanes-collision-${lane}`);
    await expectWholeWindow(desk(lane));
  }
  // Put aside, so that the queue goes on, it stands in the strip and in each report, on paper as well.
  await putAside(desk(2));
  await expectInReport(desk(2), true);
  await expect(desk(2).getByTestId('matters')).toBeVisible();
  await approve(desk(1), 'chair', 'secretary');
  for (const lane of [1, 2] as const) await expect(desk(lane).getByTestId('matters')).toHaveCount(0);
  await expectInReport(desk(2), false);

  // Table 2's laptop dies: two people attest it, and table 1 goes on for both; when it is back it owns nothing.
  await assertDefined(laptops[1], 'laptop 2').kiosk.stop();
  await showTables(desk(1));
  await desk(1).getByTestId('take-over-2').click();
  await takeScreenshots(desk(1), 'lanes-take-over');
  await approve(desk(1), 'chair', 'secretary');
  await expect(desk(1).getByTestId('lane-2')).toHaveAttribute('data-taken-over', 'true');
  await takeScreenshots(desk(1), 'lanes-taken-over');
  await desk(1).keyboard.press('Escape');
  await serve(desk(1), nextOf(2));
  const kiosk = await openChromiumKiosk(browser, assertDefined(options[1], 'options of lane 2'));
  laptops[1] = { kiosk, desk: await openDesk(kiosk) };
  await approve(desk(2), 'chair');
  await expect(desk(2).getByTestId('desk-step-idle')).toBeVisible();
  // It is told who serves its list now, and goes on.
  await expect(desk(2).getByTestId('standing-strip')).toHaveAttribute('data-standing', 'owning');
  await takeScreenshots(desk(2), 'lanes-returned');
  await desk(2).getByTestId('standing-seen').click();
  await expect(desk(2).getByTestId('standing-strip')).toHaveCount(0);
  await serve(desk(2), nextOf(2));

  // Started again while the other table is off: it says so before anybody comes, and two people let it go on.
  for (const { kiosk: one } of laptops) await one.stop();
  const alone = await openChromiumKiosk(browser, assertDefined(options[0], 'options of lane 1'));
  laptops.splice(0, 2, { kiosk: alone, desk: await openDesk(alone) });
  await approve(desk(1), 'chair');
  await expect(desk(1).getByTestId('standing-strip')).toHaveAttribute('data-standing', 'unproven');
  await insert(desk(1), nextOf(1));
  await expect(desk(1).getByTestId('stop-table-waits')).toBeVisible();
  await takeScreenshots(desk(1), 'lanes-table-waits');
  await expectAccessible(desk(1), 'a table that waits');
  await desk(1).getByTestId('lane-resume').click();
  await desk(1).getByTestId('resume-receipt').fill('2-0003');
  await expect(desk(1).getByTestId('resume-other-table')).toBeVisible();
  await desk(1).getByTestId('resume-receipt').fill('1-0003');
  await takeScreenshots(desk(1), 'lanes-resume');
  await approve(desk(1), 'chair', 'secretary');
  await serveFound(desk(1));
});
