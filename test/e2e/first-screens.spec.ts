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
    });
  });
}
