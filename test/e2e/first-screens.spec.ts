import { LANGUAGES } from '../../src/domain/language.ts';
import { expect, test } from './kiosk.ts';

const TRAINING = { ky: 'МАШЫГУУ', ru: 'ТРЕНИРОВКА', en: 'TRAINING' } as const;

for (const language of LANGUAGES) {
  test.describe(`the first screens (${language})`, () => {
    test.use({ language });

    test('show a locked desk, a waiting observer and an issuing table, each marked as training', async ({
      desk,
      observer,
      issuing,
    }) => {
      for (const page of [desk, observer, issuing]) {
        await expect(page.locator('html')).toHaveAttribute('lang', new RegExp(`^${language}`));
        await expect(page.getByText(TRAINING[language]).first()).toBeVisible();
      }
      // Why nothing was unlocked is read at once on the smallest laptop, and not below the list of names.
      await desk.setViewportSize({ width: 1024, height: 768 });
      for (const person of ['chair', 'secretary']) {
        await desk.getByTestId(`person-${person}`).click();
        await desk.getByTestId('pin-input').fill('000000');
        await desk.getByTestId('pin-enter').click();
      }
      const refusal = desk.getByTestId('problem-wrong-pin');
      await expect(refusal).toBeInViewport({ ratio: 1 });
      const names = await desk.getByTestId('person-chair').boundingBox();
      expect((await refusal.boundingBox())?.y).toBeLessThan(names?.y ?? 0);
    });
  });
}
