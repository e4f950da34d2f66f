import { approve, identify, insertDocument, nextVoter, reopen } from './desk-hands.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';

test.use({ station: 'opened' });

test('a voter who denies having been here is put on record by the chair, and nothing is decided by it', async ({
  desk,
}) => {
  await reopen(desk);
  await identify(desk, 'voter-3');
  await nextVoter(desk);
  await insertDocument(desk, 'voter-3');
  await expect(desk.getByTestId('stop-already-identified')).toBeVisible();
  await desk.getByTestId('dispute').click();
  await desk.getByTestId('dispute-note').fill('Says that she has just come');
  await takeScreenshots(desk, 'dispute');
  await approve(desk, 'chair');
  await expect(desk.getByTestId('disputed')).toBeVisible();
  await takeScreenshots(desk, 'disputed');
  await expect(desk.getByTestId('count-identified')).toContainText('1');
});

test('operators change over in two taps, in the middle of a visit, and the visit goes on', async ({
  desk,
}) => {
  await reopen(desk);
  const before = await desk.getByTestId('operator').textContent();
  await insertDocument(desk, 'voter-5');
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
  await desk.getByTestId('operator').click();
  await takeScreenshots(desk, 'operator-change');
  await desk.getByTestId('operator-change').getByTestId('person-operator-2').click();
  await expect(desk.getByTestId('operator-change')).toBeHidden();
  await expect(desk.getByTestId('operator')).not.toHaveText(before ?? '');
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
});

test('a change of language in the middle of a visit changes the words alone', async ({ desk }) => {
  await reopen(desk);
  await insertDocument(desk, 'voter-5');
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('finger')).toHaveAttribute('data-state', 'waiting');
  const heading = await desk.getByTestId('heading').textContent();
  const position = await desk.getByTestId('finger').getAttribute('data-position');
  await desk.getByTestId('lang-ky').click();
  await expect(desk.locator('html')).toHaveAttribute('lang', /^ky/);
  await expect(desk.getByTestId('heading')).not.toHaveText(heading ?? '');
  await expect(desk.getByTestId('finger')).toHaveAttribute('data-state', 'waiting');
  await desk.getByTestId(`dock-finger-${position}`).click();
  await expect(desk.getByTestId('desk-step-verified')).toBeVisible();
});
