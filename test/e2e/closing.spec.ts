import type { Locator, Page } from '@playwright/test';
import { approve, identify, nextVoter, openStation, unlock } from './desk-hands.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';

/** What other members counted by hand: one signature is missing. */
const COUNTED = {
  ballotsReceived: 24,
  ballotsUnused: 23,
  ballotsSpoiled: 0,
  ballotStubs: 1,
  receiptsCollected: 1,
  signatures: 0,
  ballotsInBox: 1,
} as const;

test('the station closes with hand counts beside its own, and the missing signature is named', async ({
  desk,
}) => {
  await unlock(desk);
  await openStation(desk);
  await identify(desk, 'voter-3');
  await nextVoter(desk);

  await desk.getByTestId('menu-open').click();
  await desk.getByTestId('menu-reports').click();
  await expect(desk.getByTestId('report')).toBeVisible();
  const saved = desk.waitForEvent('download');
  await desk.getByTestId('report-pdf').click();
  expect((await saved).suggestedFilename()).toMatch(/\.pdf$/);
  await desk.keyboard.press('Escape');

  await desk.getByTestId('menu-open').click();
  await desk.getByTestId('menu-closing').click();
  await desk.getByTestId('inside-count').fill('0');
  await approve(desk, 'chair');
  await showCounts(desk);
  await takeScreenshots(desk, 'closing');

  await desk.getByTestId('closing-counts').click();
  for (const [figure, count] of Object.entries(COUNTED)) {
    await desk.getByTestId(`count-${figure}`).fill(String(count));
  }
  await desk.getByTestId('counts-sign').click();
  await approve(desk, 'secretary');
  const differences = desk.locator('[data-testid^="difference-"]');
  // An open hand-over is a difference before anything is counted: the one that was planted comes with the counts.
  await expect.poll(() => namesOf(differences)).toContain('signatures');
  await takeScreenshots(desk, 'closing-reconciliation');

  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('closing-stage-close')).toBeVisible();
  await desk.getByTestId('way-on').click();
  await desk.getByTestId('close-reason').fill('The voter left without signing');
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('closed')).toBeVisible();
  await takeScreenshots(desk, 'closed');

  // The observers get their part of the log, and what it is is said before two people agree.
  await desk.getByTestId('menu-open').click();
  await desk.getByTestId('menu-export').click();
  await desk.getByTestId('export-public').click();
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('export-sheet')).toContainText('public-1');
  await desk.keyboard.press('Escape');

  // This station has no network: what the centre has to have goes on the stick, and stays here until the centre has answered.
  await desk.getByTestId('menu-open').click();
  await desk.getByTestId('menu-carry').click();
  await desk.getByTestId('carry-write').click();
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('carry-done')).toBeVisible();
  await takeScreenshots(desk, 'carry-written');
  await desk.getByTestId('carry-take').click();
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('carry-sheet').getByTestId('problem-receipts-not-there')).toBeVisible();
  await expect(desk.getByTestId('carry-done')).toBeHidden();
});

/** Nobody is inside any more: the table of counts is shown, or one press away. */
async function showCounts(desk: Page): Promise<void> {
  const toCounts = desk.getByTestId('to-closing');
  await expect(desk.getByTestId('closing').or(toCounts)).toBeVisible();
  if (await toCounts.isVisible()) await toCounts.click();
  await expect(desk.getByTestId('closing')).toBeVisible();
}

async function namesOf(differences: Locator): Promise<string> {
  const ids = await differences.evaluateAll((elements) =>
    elements.map((one) => one.getAttribute('data-testid')),
  );
  return ids.join(' ');
}
