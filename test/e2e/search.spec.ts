import type { Page } from '@playwright/test';
import { reopen } from './desk-hands.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';
import { voterOf } from './people-of-the-day.ts';

test.use({ station: 'opened' });

test('a voter without a document is found by either number, by the list and by name', async ({
  kiosk,
  desk,
}) => {
  const { voter, documents, name } = voterOf(kiosk, 'voter-5');
  await reopen(desk);
  for (const typed of [voter.personalNumber, documents[0]?.number ?? '', String(voter.listNumber)]) {
    await search(desk, typed);
    await expect(desk.getByTestId('voter-name')).toContainText(name.given);
    await desk.getByTestId('way-out').click();
    await expect(desk.getByTestId('desk-step-idle')).toBeVisible();
  }

  // Two voters of one name, born on one day: both are offered, with what tells them apart.
  const twin = voterOf(kiosk, 'voter-8');
  await search(desk, `${twin.name.surname} ${twin.name.given}`);
  await expect(desk.locator('[data-testid^="hit-"]')).toHaveCount(2);
  await takeScreenshots(desk, 'desk-search-results');
  await desk.getByTestId(`hit-${twin.voter.listNumber}`).click();
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
});

test('a number that can not be one, and a name that nobody has, say so and leave the field to be corrected', async ({
  kiosk,
  desk,
}) => {
  const { personalNumber } = voterOf(kiosk, 'voter-5').voter;
  await reopen(desk);
  // The thirty-ninth day of a month.
  await search(desk, `${personalNumber.slice(0, 1)}39${personalNumber.slice(3)}`);
  await expect(desk.getByTestId('problem-personal-number-invalid')).toBeVisible();
  await takeScreenshots(desk, 'desk-personal-number-invalid');
  await expect(desk.getByTestId('search-input')).not.toHaveValue('');
  await search(desk, 'Шекспир Уильям');
  await expect(desk.getByTestId('desk-step-search-results')).toBeVisible();
  await takeScreenshots(desk, 'desk-search-nobody');
  await desk.getByTestId('way-out').click();
  await search(desk, personalNumber);
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
});

async function search(desk: Page, typed: string): Promise<void> {
  await desk.getByTestId('search-input').fill(typed);
  await desk.getByTestId('way-on').click();
}
