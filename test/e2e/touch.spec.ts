import type { Page } from '@playwright/test';
import { pinOf } from './desk-hands.ts';
import { expect, test } from './kiosk.ts';

test.use({ station: 'opened', hasTouch: true });

test('by touch alone: the chair unlocks, a voter is identified, the issuing table takes the signature', async ({
  desk,
  issuing,
}) => {
  const [tap, tapIssuing] = [tapper(desk), tapper(issuing)];
  await tap('person-chair');
  for (const digit of pinOf('chair')) await tap(`pin-key-${digit}`);
  await tap('pin-enter');
  await expect(desk.getByTestId('desk-step-idle')).toBeVisible();

  await tap('dock-person-voter-14');
  await tap('dock-insert-voter-14/document-1');
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
  await tap('way-on');
  await expect(desk.getByTestId('finger')).toHaveAttribute('data-state', 'waiting');
  await tap(`dock-finger-${await desk.getByTestId('finger').getAttribute('data-position')}`);
  await expect(desk.getByTestId('desk-step-verified')).toBeVisible();
  await tap('way-on');
  await expect(desk.getByTestId('desk-step-done')).toBeVisible();
  const number = await desk.getByTestId('receipt-number').textContent();

  await issuing.getByTestId('code-input').fill(number ?? '');
  await tapIssuing('code-confirm');
  await tapIssuing('signed');
  await expect(issuing.getByTestId('issuing-last')).toHaveAttribute('data-state', 'signed');
  await tap('way-on');
  await tap('dock-remove-document');
  await expect(desk.getByTestId('desk-step-idle')).toBeVisible();
  await expect(desk.getByTestId('handovers-open')).toBeHidden();
});

/** The smallest target that a fingertip hits (WCAG 2.2, success criterion 2.5.8), in CSS pixels. */
const SMALLEST_TARGET = 24;

/** A fingertip on what has that name, which has to be large enough for one. */
function tapper(page: Page): (testId: string) => Promise<void> {
  return async (testId) => {
    const target = page.getByTestId(testId);
    const box = await target.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(SMALLEST_TARGET);
    await target.tap();
  };
}
