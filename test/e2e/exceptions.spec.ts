import type { Locator } from '@playwright/test';
import { approve, insertDocument, layFinger, reopen } from './desk-hands.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';

test.use({ station: 'opened' });

test('paper that runs out loses no vote: the receipt is printed again, the voter counts once', async ({
  desk,
}) => {
  await reopen(desk);
  await insertDocument(desk, 'voter-3');
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
  await desk.getByTestId('way-on').click();
  await layFinger(desk);
  await expect(desk.getByTestId('desk-step-verified')).toBeVisible();
  await desk.getByTestId('dock-paper-out').click();
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('desk-step-printer-problem')).toBeVisible();
  await takeScreenshots(desk, 'printer-problem');
  await desk.getByTestId('dock-paper-refill').click();
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('desk-step-done')).toBeVisible();
  await expect(desk.getByTestId('count-identified')).toContainText('1');
});

test('a voter without fingers is never asked for one: the commission decides, observers see no method', async ({
  desk,
  observer,
}) => {
  await reopen(desk);
  await insertDocument(desk, 'voter-6');
  await expect(desk.getByTestId('no-fingers')).toBeVisible();
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('desk-step-commission')).toBeVisible();
  await takeScreenshots(desk, 'desk-commission');
  await takeScreenshots(observer, 'observer-commission');
  await desk.getByTestId('way-on').click();
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('desk-step-verified')).toBeVisible();
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('desk-step-done')).toBeVisible();
  await expect(desk.getByTestId('count-exceptions')).toContainText('1');
});

test('somebody else’s card does not pass the finger, and nothing is counted', async ({ desk }) => {
  await reopen(desk);
  await insertDocument(desk, 'impostor-1');
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
  await desk.getByTestId('way-on').click();
  await layFinger(desk);
  await expect(desk.getByTestId('finger')).toHaveAttribute('data-state', 'no-match');
  await takeScreenshots(desk, 'finger-no-match');
  await desk.getByTestId('way-out').click();
  await desk.getByTestId('dock-lift').click();
  await desk.getByTestId('dock-remove-document').click();
  await expect(desk.getByTestId('count-identified')).toContainText('0');
  await expect(desk.getByTestId('desk-step-idle')).toBeVisible();
});

test('the desk works by keyboard alone, from the search to the receipt', async ({ desk }) => {
  await reopen(desk);
  // The voter's hand, which the mock table lends; the operator touches nothing but keys.
  await desk.getByTestId('dock-person-voter-5').click();
  await desk.getByTestId('search-input').focus();
  await desk.keyboard.type('5');
  await desk.keyboard.press('Enter');
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
  await pressByKeyboard(desk.getByTestId('way-on'));
  await layFinger(desk);
  await expect(desk.getByTestId('desk-step-verified')).toBeVisible();
  await pressByKeyboard(desk.getByTestId('way-on'));
  await expect(desk.getByTestId('desk-step-done')).toBeVisible();
});

/** Reaches a button with Tab, as somebody without a mouse does, and presses it with Enter. */
async function pressByKeyboard(button: Locator): Promise<void> {
  await expect(button).toBeEnabled();
  const page = button.page();
  const reached = () => button.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 60 && !(await reached()); presses += 1) await page.keyboard.press('Tab');
  expect(await reached()).toBe(true);
  await page.keyboard.press('Enter');
}
