import type { StopOutcome } from '../../src/domain/outcome.ts';
import { approve, insertDocument, reopen } from './desk-hands.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';

test.use({ station: 'opened' });

/** Who of the queue is stopped, and by what; the people stand in fixtures/election/awkward-cast.ts. */
const STOPPED: readonly (readonly [person: string, outcome: StopOutcome, document?: string])[] = [
  ['voter-4', 'voted-at-home'],
  ['voter-12', 'wrong-station-own-district'],
  ['voter-13', 'under-age'],
  ['voter-16', 'no-ballot-style'],
  ['voter-17', 'document-expired'],
  ['voter-18', 'struck-off'],
  ['elsewhere-other-district-1', 'wrong-station'],
  ['in-no-list-1', 'not-in-list'],
  ['voter-11', 'document-replaced', 'voter-11/document-2'],
  ['impostor-1', 'document-altered', 'impostor-1/document-2'],
];

test('whoever is stopped learns why, on a screen of its own in three languages', async ({
  desk,
  observer,
}) => {
  await reopen(desk);
  for (const [person, outcome, document] of STOPPED) {
    await insertDocument(desk, person, document);
    await expect(desk.getByTestId(`stop-${outcome}`)).toBeVisible();
    await takeScreenshots(desk, `stop-${outcome}`);
    await desk.getByTestId('way-out').click();
    await desk.getByTestId('dock-remove-document').click();
    await expect(desk.getByTestId('desk-step-idle')).toBeVisible();
  }
  await expect(observer.getByTestId('total-identified')).toContainText('0');
});

test('a voter of another station leaves with a slip that says where to go', async ({ desk }) => {
  await reopen(desk);
  await insertDocument(desk, 'elsewhere-own-district-1');
  await expect(desk.getByTestId('stop-wrong-station-own-district')).toBeVisible();
  await expect(desk.getByTestId('stop-facts')).toContainText(/\d{4}/);
  await desk.getByTestId('way-on').click();
  await expect(desk.locator('[data-testid^="dock-strip-"]')).toHaveCount(1);
  await expect(desk.getByTestId('slip-printed')).toBeVisible();
  await takeScreenshots(desk, 'stop-slip-printed');
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('desk-step-idle')).toBeVisible();
});

test('a face that is not the one on the photo: the commission refuses, with its reason on record', async ({
  desk,
  observer,
}) => {
  await reopen(desk);
  await insertDocument(desk, 'voter-6');
  await desk.getByTestId('way-on').click();
  await desk.getByTestId('commission-note').fill('Another face than on the card');
  await desk.getByTestId('commission-refuse').click();
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('stop-refused-by-commission')).toBeVisible();
  await takeScreenshots(desk, 'stop-refused-by-commission');
  await expect(desk.getByTestId('count-identified')).toContainText('0');
  await expect(observer.getByTestId('observer')).toHaveAttribute('data-result', 'not-identified');
});
