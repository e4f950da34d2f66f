import type { StopOutcome } from '../../src/domain/outcome.ts';
import { insertDocument, openStation, unlock } from './desk-hands.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';

/** Who of the queue is stopped, and by what; the people stand in fixtures/election/awkward-cast.ts. */
const STOPPED: readonly (readonly [person: string, outcome: StopOutcome])[] = [
  ['voter-4', 'voted-at-home'],
  ['voter-12', 'wrong-station-own-district'],
  ['voter-13', 'under-age'],
  ['voter-16', 'no-ballot-style'],
  ['voter-17', 'document-expired'],
  ['voter-18', 'struck-off'],
  ['elsewhere-other-district-1', 'wrong-station'],
  ['in-no-list-1', 'not-in-list'],
];

test('whoever is stopped learns why, on a screen of its own in three languages', async ({
  desk,
  observer,
}) => {
  test.setTimeout(240_000);
  await unlock(desk);
  await openStation(desk);
  for (const [person, outcome] of STOPPED) {
    await insertDocument(desk, person);
    await expect(desk.getByTestId(`stop-${outcome}`)).toBeVisible();
    await takeScreenshots(desk, `stop-${outcome}`);
    await desk.getByTestId('way-out').click();
    await desk.getByTestId('dock-remove-document').click();
    await expect(desk.getByTestId('desk-step-idle')).toBeVisible();
  }
  await expect(observer.getByTestId('total-identified')).toContainText('0');
});
