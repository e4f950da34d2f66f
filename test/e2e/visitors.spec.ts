import { LANGUAGES } from '../../src/domain/language.ts';
import { expectAccessible } from './accessible.ts';
import { approve, insertDocument, layFinger, reopen } from './desk-hands.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';

/** Of another district; the people stand in fixtures/election/awkward-cast.ts. */
const VISITOR = 'elsewhere-other-district-1';

test.describe('a voter of another district, with the centre in reach', () => {
  test.use({ station: 'opened', procedure: { anyPrecinct: true }, centre: true });

  test('is identified by one record from the centre, by keyboard alone, and once only', async ({
    desk,
    observer,
  }) => {
    await reopen(desk);
    await insertDocument(desk, VISITOR);
    await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
    await expect(desk.getByTestId('voter-visitor')).toContainText(/99\d\d/);
    await expect(desk.getByTestId('visitor-centre')).toBeVisible();
    await takeScreenshots(desk, 'visitor-record');
    await desk.keyboard.press('Enter');
    await expect(desk.getByTestId('desk-step-finger')).toBeVisible();
    await layFinger(desk);
    await expect(desk.getByTestId('desk-step-verified')).toBeVisible();
    await desk.keyboard.press('Enter');
    await expect(desk.getByTestId('desk-step-done')).toBeVisible();
    await expect(desk.locator('[data-testid^="dock-strip-"]')).toHaveCount(1);
    await takeScreenshots(desk, 'visitor-done');
    await expect(observer.getByTestId('total-identified')).toContainText('1');
    await desk.keyboard.press('Enter');
    await desk.getByTestId('dock-remove-document').click();
    await insertDocument(desk, VISITOR);
    await expect(desk.getByTestId('stop-already-identified')).toBeVisible();
  });
});

test.describe('a voter of another district, without the centre', () => {
  test.use({ station: 'opened', procedure: { anyPrecinct: true } });

  test('is identified by the face from the chip, before the commission', async ({ desk }) => {
    await reopen(desk);
    await insertDocument(desk, VISITOR);
    await expect(desk.getByTestId('visitor-chip')).toBeVisible();
    await expect(desk.getByTestId('voter-card').locator('img')).toBeVisible();
    await takeScreenshots(desk, 'visitor-chip');
    // On a small laptop both marks stand whole beside the photo, in the longest words too.
    await desk.setViewportSize({ width: 1366, height: 768 });
    for (const language of LANGUAGES) {
      await desk.getByTestId(`lang-${language}`).first().click();
      const cut = await desk.locator('.step-aside').evaluate((card) => card.scrollHeight - card.clientHeight);
      expect(cut, language).toBeLessThanOrEqual(0);
      await expectAccessible(desk, `a visitor by the chip, ${language}`);
    }
    await desk.getByTestId('heading').focus();
    await desk.keyboard.press('Enter');
    await expect(desk.getByTestId('desk-step-commission')).toBeVisible();
    await takeScreenshots(desk, 'visitor-commission');
    await desk.getByTestId('way-on').click();
    await approve(desk, 'chair', 'secretary');
    await expect(desk.getByTestId('desk-step-verified')).toBeVisible();
    await desk.keyboard.press('Enter');
    await expect(desk.getByTestId('desk-step-done')).toBeVisible();
  });
});
