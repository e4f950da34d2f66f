import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { identify, insertDocument, nextVoter, reopen } from './desk-hands.ts';
import { expect, test } from './kiosk.ts';

test.use({ station: 'opened' });

/** What can be acted on, in the terms of an accessibility tree. */
const INTERACTIVE =
  /^\s*- (?:button|link|textbox|searchbox|spinbutton|checkbox|radio|combobox|switch|tab)\b(?! ")/m;

test('a screen reader finds a name on everything that can be pressed, and one heading for each screen', async ({
  desk,
  observer,
  issuing,
}) => {
  await expectReadable(desk, 'locked');
  await reopen(desk);
  await expectReadable(desk, 'idle');
  await insertDocument(desk, 'voter-5');
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
  await expectReadable(desk, 'voter');
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('finger')).toHaveAttribute('data-state', 'waiting');
  await expectReadable(desk, 'finger');
  await expectReadable(observer, 'observer while a finger is compared');
  await desk.getByTestId('ask-commission').click();
  await expect(desk.getByTestId('desk-step-commission')).toBeVisible();
  await expectReadable(desk, 'commission');
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('commission-approval')).toBeVisible();
  await expectNamed(desk, 'approval');
  await desk.keyboard.press('Escape');
  await desk.getByTestId('way-out').click();
  await desk.getByTestId('dock-remove-document').click();

  await identify(desk, 'voter-14');
  await expectReadable(desk, 'done');
  await nextVoter(desk);
  await expectReadable(issuing, 'issuing table with somebody waiting');
  await expectAccessible(observer, 'observer while nobody is there');
  await insertDocument(desk, 'voter-14');
  await expect(desk.getByTestId('stop-already-identified')).toBeVisible();
  await expectReadable(desk, 'stop');
  await desk.getByTestId('way-out').click();
  for (const page of ['menu-reports', 'menu-handovers', 'menu-undo', 'menu-reprint', 'menu-closing']) {
    await desk.getByTestId('menu-open').click();
    await expectNamed(desk, 'menu');
    await desk.getByTestId(page).click();
    await expectNamed(desk, page);
    await desk.keyboard.press('Escape');
  }
});

async function expectReadable(page: Page, screen: string): Promise<void> {
  await expectNamed(page, screen);
  await expectAccessible(page, screen);
  await expect(page.getByRole('heading', { level: 1 }), `headings of: ${screen}`).toHaveCount(1);
}

async function expectNamed(page: Page, screen: string): Promise<void> {
  const tree = await page.locator('body').ariaSnapshot();
  expect(tree, `something to press on: ${screen}`).toMatch(/^\s*- button "/m);
  expect(INTERACTIVE.exec(tree)?.[0] ?? 'all named', `without a name on: ${screen}`).toBe('all named');
}
