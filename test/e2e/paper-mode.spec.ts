import { approve, identify, nextVoter, reopen } from './desk-hands.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';

test.use({ station: 'opened' });

test('paper mode: declared by two, the desk waits, lines are entered, and a double is raised and settled', async ({
  desk,
}) => {
  await reopen(desk);
  await identify(desk, 'voter-3');
  await nextVoter(desk);
  const open = async (): Promise<void> => {
    await desk.getByTestId('menu-open').click();
    await desk.getByTestId('menu-paper-mode').click();
    await expect(desk.getByTestId('paper-mode-sheet')).toBeVisible();
  };

  await open();
  await desk.getByTestId('paper-numbers').click();
  await approve(desk, 'chair');
  await desk.getByTestId('paper-declare').click();
  await desk.getByTestId('paper-text').fill('No electricity');
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('paper-end')).toBeVisible();
  await takeScreenshots(desk, 'paper-mode');
  await desk.keyboard.press('Escape');
  await expect(desk.getByTestId('notice-paper-mode-on')).toBeVisible();

  await open();
  await desk.getByTestId('paper-end').click();
  await approve(desk, 'chair', 'secretary');
  await desk.getByTestId('paper-enter').click();
  await desk.getByTestId('paper-line').fill('1');
  await desk.getByTestId('paper-list-number').fill('99999');
  // Line after line by the keyboard: the next number stands there, and the number in the list is asked for.
  await desk.keyboard.press('Enter');
  await expect(desk.getByTestId('paper-line')).toHaveValue('2');
  await expect(desk.getByTestId('paper-list-number')).toBeFocused();
  await desk.getByTestId('paper-line').fill('1');
  await desk.getByTestId('paper-list-number').fill('7');
  await expect(desk.getByTestId('paper-line-there')).toBeVisible();
  await desk.getByTestId('paper-line').fill('2');
  // A slip of the finger is taken out again before anybody signs for it.
  await desk.getByTestId('paper-list-number').fill('7');
  await desk.getByTestId('paper-add').click();
  await desk.getByTestId('paper-take-out-2').click();
  await expect(desk.getByTestId('paper-take-out-2')).toHaveCount(0);
  await expect(desk.getByTestId('paper-lines')).toContainText('99999');
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('paper-entered')).toContainText('1');
  await takeScreenshots(desk, 'paper-mode-double');
  await desk.getByTestId('paper-settle-1').click();
  // Which of the lines it is about is said beside the field, far from the button that was pressed.
  await expect(desk.getByTestId('paper-mode-sheet').locator('label')).toContainText('1');
  await desk.getByTestId('paper-text').fill('The line was misread');
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('paper-settle-1')).toHaveCount(0);
  await desk.keyboard.press('Escape');

  // One was identified and one line is on paper: what is to be counted is both, and it is said which is which.
  await desk.getByTestId('menu-open').click();
  await desk.getByTestId('menu-closing').click();
  await desk.getByTestId('inside-count').fill('0');
  await approve(desk, 'chair');
  const toCounts = desk.getByTestId('to-closing');
  await expect(desk.getByTestId('closing').or(toCounts)).toBeVisible();
  if (await toCounts.isVisible()) await toCounts.click();
  await expect(desk.getByTestId('reconciliation-on-paper')).toContainText('1');
});
