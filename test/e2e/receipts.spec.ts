import { mockProcedure } from '../../fixtures/election/mock-procedure.ts';
import { todayAtStation } from '../../scripts/start/prepare-election.ts';
import { approve, identify, insertDocument, nextVoter, reopen, scanLastReceipt } from './desk-hands.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';

const { receipts } = mockProcedure({ electionDate: todayAtStation(), seed: 7, twoReceipts: true });

test.describe('an election of President and referendum on one day', () => {
  test.use({ station: 'opened', procedure: { receipts } });

  test('gives two receipts for two ballots; the chair reprints one, and takes the whole visit back', async ({
    desk,
    issuing,
  }) => {
    await reopen(desk);
    await identify(desk, 'voter-3');
    const numbers = desk.getByTestId('receipt-number');
    await expect(numbers).toHaveCount(2);
    await expect(desk.locator('[data-testid^="dock-strip-"]')).toHaveCount(2);
    await takeScreenshots(desk, 'desk-done-two-receipts');
    const referendum = await scanLastReceipt(desk);
    const [, second = ''] = await numbers.allTextContents();
    await nextVoter(desk);

    // The second receipt was torn: the chair prints that one again, and the issuing table takes the copy.
    await desk.getByTestId('handovers-open').click();
    await desk.locator('[data-testid^="reprint-"]').click();
    await expect(desk.locator('[data-testid^="receipt-choice-"]')).toHaveCount(2);
    await desk.getByTestId(`receipt-choice-${second}`).click();
    await takeScreenshots(desk, 'reprint');
    await approve(desk, 'chair');
    await expect(desk.getByTestId('reprint-sheet')).toBeHidden();
    await expect(desk.locator('[data-testid^="dock-strip-"]')).toHaveCount(3);
    expect(await scanLastReceipt(desk)).toBe(referendum);
    await desk.keyboard.press('Escape');
    await issuing.getByTestId('code-input').fill(referendum);
    await issuing.getByTestId('code-confirm').click();
    await expect(issuing.getByTestId('issuing-last')).toHaveAttribute('data-state', 'ballot');
    await expect(issuing.getByTestId('issuing-last')).toContainText('2');

    // It was the wrong voter of two with one name: undone with a reason, then identified again.
    await desk.getByTestId('handovers-open').click();
    await desk.locator('[data-testid^="undo-"]').click();
    await desk.getByTestId('undo-reason').fill('Another voter of the same name was meant');
    await takeScreenshots(desk, 'undo');
    await approve(desk, 'chair', 'secretary');
    await expect(desk.getByTestId('undo-sheet')).toBeHidden();
    await desk.keyboard.press('Escape');
    await expect(desk.getByTestId('count-identified')).toContainText('0');
    await identify(desk, 'voter-3');
    await expect(desk.getByTestId('count-identified')).toContainText('1');
  });
});

test.describe('an election in which ballots are counted by hand', () => {
  test.use({ station: 'opened', procedure: { issuing: 'hand-count' } });

  test('tracks nobody at the issuing table, and leaves no hand-over open behind a receipt', async ({
    desk,
    issuing,
  }) => {
    await reopen(desk);
    await expect(issuing.getByTestId('issuing')).toHaveAttribute('data-mode', 'hand-count');
    await identify(desk, 'voter-5');
    await nextVoter(desk);
    await expect(desk.getByTestId('count-identified')).toContainText('1');
    await expect(desk.getByTestId('handovers-open')).toBeHidden();
    await expect(desk.getByTestId('practice-issuing')).toBeHidden();
    await expect(issuing.getByTestId('hand-count')).toBeVisible();
    await expect(issuing.getByTestId('code-input')).toHaveCount(0);
    await expect(issuing.locator('[data-testid^="handover-"]')).toHaveCount(0);
    await takeScreenshots(issuing, 'issuing-hand-count');
    // Whoever comes a second time is still stopped.
    await insertDocument(desk, 'voter-5');
    await expect(desk.getByTestId('stop-already-identified')).toBeVisible();
  });
});
