import type { Page } from '@playwright/test';
import { approve, openStation, unlock } from './desk-hands.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';

const VOTER = 'voter-5';

async function openTechnician(desk: Page): Promise<void> {
  await desk.getByTestId('devices').click();
  await desk.getByTestId('technician-open').click();
  await expect(desk.getByTestId('technician')).toBeVisible();
}

function testOf(desk: Page, kind: string) {
  return desk.getByTestId(`test-${kind}`);
}

test('a technician tries every device of a laptop that is still locked, and mends what is wrong', async ({
  desk,
}) => {
  await expect(desk.getByTestId('locked')).toBeVisible();
  await openTechnician(desk);
  for (const kind of ['fingerprint-scanner', 'card-reader', 'mrz-reader', 'printer'])
    await expect(desk.getByTestId(`found-${kind}`)).toContainText('SIM-');
  await takeScreenshots(desk, 'technician');

  await desk.getByTestId(`dock-person-${VOTER}`).click();
  await desk.getByTestId('technician-test-fingerprint-scanner').click();
  await expect(testOf(desk, 'fingerprint-scanner')).toHaveAttribute('data-state', 'running');
  await desk.getByTestId('dock-finger-2').click();
  await expect(testOf(desk, 'fingerprint-scanner')).toHaveAttribute('data-state', 'passed');
  await takeScreenshots(desk, 'technician-finger');
  await desk.getByTestId('dock-lift').click();

  await desk.getByTestId('technician-test-card-reader').click();
  await desk.getByTestId(`dock-insert-${VOTER}/document-1`).click();
  await expect(testOf(desk, 'card-reader')).toHaveAttribute('data-state', 'passed');
  await desk.getByTestId('technician-test-mrz-reader').click();
  await desk.getByTestId(`dock-scan-${VOTER}/document-1`).click();
  await expect(testOf(desk, 'mrz-reader')).toHaveAttribute('data-state', 'passed');

  await desk.getByTestId('dock-unplug-printer').click();
  await expect(desk.getByTestId('technician-printer')).toHaveAttribute('data-tone', 'bad');
  await expect(desk.getByTestId('found-printer')).toHaveCount(0);
  await desk.getByTestId('technician-test-printer').click();
  await expect(testOf(desk, 'printer')).toHaveAttribute('data-state', 'failed');
  await takeScreenshots(desk, 'technician-printer-gone');
  await desk.getByTestId('dock-plug-printer').click();
  await desk.getByTestId('technician-test-printer').click();
  await expect(testOf(desk, 'printer')).toHaveAttribute('data-state', 'passed');
  await expect(desk.locator('[data-testid^="dock-strip-"]')).toHaveCount(1);

  const download = desk.waitForEvent('download');
  await desk.getByTestId('technician-pdf').click();
  expect((await download).suggestedFilename()).toBe('tizme-devices.pdf');
  await desk.getByTestId('way-out').click();
  await expect(desk.getByTestId('locked')).toBeVisible();
});

test('a scanner that shows mirrored fingers is found out by the printed target, and set right', async ({
  desk,
}) => {
  await openTechnician(desk);
  await desk.getByTestId('technician-calibrate').click();
  await expect(desk.getByTestId('calibration')).toBeVisible();
  await expect(desk.getByTestId('calibration-preview')).toBeVisible();
  await desk.getByTestId('dock-target').click();
  const seen = desk.getByTestId('calibration-seen');
  await expect(seen).toHaveClass(/tone-good/);
  await expect(desk.getByTestId('way-on')).toBeDisabled();

  await desk.getByTestId('calibration-columns').click();
  await expect(desk.getByTestId('calibration-preview')).toHaveClass(/turn-columns/);
  await desk.getByTestId('way-on').click();
  await expect(seen).toHaveClass(/tone-care/);
  await expect(desk.getByTestId('calibration-columns')).toHaveAttribute('aria-pressed', 'true');
  await takeScreenshots(desk, 'calibration-mirrored');

  await desk.getByTestId('calibration-take').click();
  await expect(desk.getByTestId('calibration-columns')).toHaveAttribute('aria-pressed', 'false');
  await desk.getByTestId('way-on').click();
  await expect(seen).toHaveClass(/tone-good/);
  await takeScreenshots(desk, 'calibration');
});

test('once unlocked, two people answer for a change of the scanner; keys alone are enough', async ({
  desk,
}) => {
  await unlock(desk);
  await desk.getByTestId('devices').focus();
  await desk.keyboard.press('Enter');
  await expect(desk.getByTestId('technician-open')).toBeVisible();
  await desk.getByTestId('technician-open').focus();
  await desk.keyboard.press('Enter');
  await expect(desk.getByTestId('technician')).toBeVisible();
  await desk.getByTestId('technician-calibrate').focus();
  await desk.keyboard.press('Space');
  await expect(desk.getByTestId('calibration')).toBeVisible();
  await desk.getByTestId('calibration-dpi').focus();
  await desk.keyboard.press('Control+A');
  await desk.keyboard.type('503');
  await desk.getByTestId('way-on').focus();
  await desk.keyboard.press('Enter');
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('calibration-approval')).toBeHidden();
  await expect(desk.getByTestId('calibration-dpi')).toHaveValue('503');
  await desk.getByTestId('heading').focus();
  await desk.keyboard.press('Escape');
  await expect(desk.getByTestId('technician')).toBeVisible();
  await desk.getByTestId('heading').focus();
  await desk.keyboard.press('Escape');
  await expect(desk.getByTestId('preparing-clock')).toBeVisible();
  await openStation(desk);

  // A voter goes before a test.
  await openTechnician(desk);
  await desk.getByTestId('technician-test-card-reader').click();
  await desk.getByTestId(`dock-person-${VOTER}`).click();
  await desk.getByTestId(`dock-insert-${VOTER}/document-1`).click();
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
});

test('a screen reader finds a name on everything that can be pressed', async ({ desk }) => {
  await openTechnician(desk);
  for (const open of [null, 'technician-calibrate']) {
    if (open !== null) await desk.getByTestId(open).click();
    await expect(desk.getByTestId('heading')).toBeVisible();
    const tree = await desk.locator('main').ariaSnapshot();
    expect(tree).toMatch(/^\s*- button "/m);
    expect(/^\s*- (?:button|textbox)\b(?! ")/m.exec(tree)?.[0] ?? 'all named').toBe('all named');
    await expect(desk.getByRole('heading', { level: 1 })).toHaveCount(1);
  }
});

test.describe('by touch alone', () => {
  test.use({ hasTouch: true });

  test('a printer is tried and the scanner set up, with targets large enough for a thumb', async ({
    desk,
  }) => {
    const tap = async (testId: string) => {
      const target = desk.getByTestId(testId);
      const box = await target.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(40);
      await target.tap();
    };
    await tap('devices');
    await tap('technician-open');
    await tap('technician-test-printer');
    await expect(testOf(desk, 'printer')).toHaveAttribute('data-state', 'passed');
    await tap('technician-calibrate');
    await expect(desk.getByTestId('calibration-preview')).toBeVisible();
    await tap('calibration-rows');
    await expect(desk.getByTestId('calibration-preview')).toHaveClass(/turn-rows/);
    await tap('calibration-rows');
    await tap('way-out');
    await tap('way-out');
    await expect(desk.getByTestId('locked')).toBeVisible();
  });
});
