import { approve, identify, nextVoter, reopen } from './desk-hands.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';
import { voterOf } from './people-of-the-day.ts';

test.describe('"Am I counted once?" where the procedure lets the chair answer', () => {
  test.use({ station: 'opened', procedure: { answersCountedOnce: true } });

  test('is told to the voter who stands there, in three languages, and leaves no paper', async ({
    desk,
    kiosk,
  }) => {
    await reopen(desk);
    await identify(desk, 'voter-3');
    const number = voterOf(kiosk, 'voter-3').documents[0]?.number ?? '';
    expect(number).not.toBe('');
    await nextVoter(desk);
    const papers = await desk.locator('[data-testid^="dock-strip-"]').count();
    for (const [language, answer] of [
      ['ky', 'Саналган: 1 жолу'],
      ['ru', 'Учтён раз: 1'],
      ['en', 'Counted: 1'],
    ] as const) {
      await desk.getByTestId(`lang-${language}`).first().click();
      await desk.getByTestId('menu-open').click();
      await desk.getByTestId('menu-counted').click();
      await desk.getByTestId('counted-text').fill(number);
      await approve(desk, 'chair');
      await expect(desk.getByTestId('counted-answer')).toContainText(answer);
      await takeScreenshots(desk, `counted-${language}`);
      await desk.keyboard.press('Escape');
    }
    await expect(desk.locator('[data-testid^="dock-strip-"]')).toHaveCount(papers);
  });
});

test.describe('"Am I counted once?" where the procedure says nothing of it', () => {
  test.use({ station: 'opened' });

  test('is nowhere on the screen', async ({ desk }) => {
    await reopen(desk);
    await desk.getByTestId('menu-open').click();
    await expect(desk.getByTestId('menu-export')).toBeVisible();
    await expect(desk.getByTestId('menu-counted')).toHaveCount(0);
  });
});
