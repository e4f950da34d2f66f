import {
  approve,
  identify,
  insertDocument,
  layFinger,
  nextVoter,
  openStation,
  scanLastReceipt,
  unlock,
} from './desk-hands.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';

/** As a laptop shows it that nobody has told to keep still. */
test.use({ contextOptions: { reducedMotion: 'no-preference' } });

test('a voter is identified from the document to the signed list, while observers see it', async ({
  desk,
  observer,
  issuing,
}) => {
  await takeScreenshots(desk, 'locked');
  await unlock(desk);
  await takeScreenshots(desk, 'preparing');
  await openStation(desk);
  await takeScreenshots(desk, 'desk-idle');

  await insertDocument(desk, 'voter-3');
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
  await takeScreenshots(desk, 'desk-voter');
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('desk-step-finger')).toBeVisible();
  await takeScreenshots(desk, 'desk-finger');
  await takeScreenshots(observer, 'observer-checking');
  await layFinger(desk);
  await expect(desk.getByTestId('desk-step-verified')).toBeVisible();
  await expect(observer.getByTestId('total-identified')).toContainText('1');
  await takeScreenshots(observer, 'observer-identified');
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('desk-step-done')).toBeVisible();
  await takeScreenshots(desk, 'desk-done');

  const code = await scanLastReceipt(desk);
  expect(code).not.toBe('');
  await issuing.getByTestId('code-input').fill(code);
  await issuing.getByTestId('code-confirm').click();
  await expect(issuing.getByTestId('issuing-last')).toHaveAttribute('data-state', 'ballot');
  await takeScreenshots(issuing, 'issuing-ballot');
  await issuing.getByTestId('signed').click();
  await expect(issuing.getByTestId('issuing-last')).toHaveAttribute('data-state', 'signed');

  await nextVoter(desk);
  await insertDocument(desk, 'voter-3');
  await expect(desk.getByTestId('stop-already-identified')).toBeVisible();
  await takeScreenshots(desk, 'stop-already-identified');
  await expect(desk.getByTestId('count-identified')).toContainText('1');
});

test('a crash of the devices and a power cut lose nothing: the desk resumes with the open hand-over', async ({
  kiosk,
  desk,
}) => {
  await unlock(desk);
  await openStation(desk);
  await identify(desk, 'voter-5');
  await nextVoter(desk);

  await desk.getByTestId('dock-crash').click();
  const scanner = desk.getByTestId('device-fingerprint-scanner');
  await expect(scanner).not.toHaveAttribute('data-tone', 'good');
  await expect(scanner).toHaveAttribute('data-tone', 'good');
  await identify(desk, 'voter-14');

  await kiosk.killStation();
  await expect(desk.getByTestId('locked')).toBeVisible();
  await takeScreenshots(desk, 'locked-again');
  await approve(desk, 'chair');
  await expect(desk.getByTestId('count-identified')).toContainText('2');
  await expect(desk.getByTestId('count-waiting')).toContainText('2');
});
