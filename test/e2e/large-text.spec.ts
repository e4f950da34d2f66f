import type { Page } from '@playwright/test';
import { LANGUAGES } from '../../src/domain/language.ts';
import { expectAccessible } from './accessible.ts';
import { insertDocument, layFinger, openStation, reopen, unlock } from './desk-hands.ts';
import { expect, test } from './kiosk.ts';
import { expectWithinReach } from './within-reach.ts';

/** A laptop's screen of 1280 x 720 with everything at twice its size, as the browser's zoom makes it. */
const ZOOMED = { width: 640, height: 360 };

test('with everything at twice its size, a station is unlocked and made ready, and nothing is out of reach', async ({
  desk,
}) => {
  await desk.setViewportSize(ZOOMED);
  await foldTheDock(desk);
  for (const language of LANGUAGES) {
    await desk.getByTestId(`lang-${language}`).first().click();
    await expectWithinReach(desk, `locked, ${language}`);
  }
  await expectAccessible(desk, 'locked');
  await desk.getByTestId('devices').click();
  await desk.getByTestId('technician-open').click();
  await expectWithinReach(desk, 'devices');
  await desk.getByTestId('way-out').click();
  await unlock(desk);
  await expectWithinReach(desk, 'clock');
  await desk.getByTestId('menu-open').click();
  await expectWithinReach(desk, 'menu');
  await desk.getByTestId('menu-custody').click();
  await desk.getByTestId('custody-change-pin').click();
  await expectWithinReach(desk, 'whose PIN');
  await desk.getByTestId('custody-sheet').getByTestId('person-secretary').click();
  await expectWithinReach(desk, 'PIN');
  await desk.keyboard.press('Escape');
  await openStation(desk);
  await expectWithinReach(desk, 'idle');
});

test.describe('a day that goes on', () => {
  test.use({ station: 'opened' });

  test('with everything at twice its size, a voter is identified, and each window shows all of it', async ({
    desk,
    observer,
    issuing,
  }) => {
    for (const page of [desk, observer, issuing]) await page.setViewportSize(ZOOMED);
    await reopen(desk);
    await insertDocument(desk, 'voter-5');
    await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
    for (const language of LANGUAGES)
      for (const page of [desk, observer, issuing]) {
        await page.getByTestId(`lang-${language}`).first().click();
        await expectWithinReach(page, `a voter, ${language}`);
      }
    await desk.getByTestId('way-on').click();
    await expectWithinReach(desk, 'finger');
    await layFinger(desk);
    await expect(desk.getByTestId('desk-step-verified')).toBeVisible();
    await expectWithinReach(observer, 'identified');
    await desk.getByTestId('way-on').click();
    await expect(desk.getByTestId('desk-step-done')).toBeVisible();
    await expectWithinReach(desk, 'done');
    await expectAccessible(desk, 'done');
  });
});

/** The practice table of a mock election takes no room from what is tried here. */
async function foldTheDock(desk: Page): Promise<void> {
  const toggle = desk.getByTestId('dock-toggle');
  if ((await toggle.getAttribute('aria-expanded')) === 'true') await toggle.click();
}
