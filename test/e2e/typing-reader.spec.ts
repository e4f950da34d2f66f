import { reopen } from './desk-hands.ts';
import { KEYBOARD_LAYOUTS } from './keyboard-layouts.ts';
import { expect, takeScreenshots, test } from './kiosk.ts';
import { voterOf, zoneOf } from './people-of-the-day.ts';
import { typeAsPerson, typeAsReader } from './typing-reader.ts';

test.use({ station: 'opened' });

/** A passport of the country that ICAO Doc 9303 invents for its examples (part 4, appendix B). */
const FOREIGN_PASSPORT = [
  'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<',
  'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
];

for (const layout of KEYBOARD_LAYOUTS) {
  test(`a reader that types brings the voter up, and leaves no letter in a field (${layout} layout)`, async ({
    kiosk,
    desk,
  }) => {
    await reopen(desk);
    const field = desk.getByTestId('search-input');
    await field.fill('Аса');
    await field.focus();
    await typeAsReader(desk, zoneOf(kiosk, 'voter-5'), layout);
    await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
    const { given } = voterOf(kiosk, 'voter-5').name;
    await expect(desk.getByTestId('voter-name')).toContainText(given);

    // The next one puts the card down while the chair is writing a reason over a finished visit.
    await desk.getByTestId('way-out').click();
    await expect(desk.getByTestId('desk-step-idle')).toBeVisible();
    await desk.getByTestId('menu-open').click();
    await desk.getByTestId('menu-undo').click();
    const reason = desk.getByTestId('undo-reason');
    await reason.fill('Ошибка');
    await reason.focus();
    await typeAsReader(desk, zoneOf(kiosk, 'voter-14'), layout);
    await expect(desk.getByTestId('desk-step-voter')).toBeAttached();
    await expect(reason).toHaveValue('Ошибка');
    await desk.keyboard.press('Escape');
    await expect(desk.getByTestId('voter-name')).toContainText(voterOf(kiosk, 'voter-14').name.given);
  });
}

test('what a person types in Kyrgyz stays as it was typed, on either layout', async ({ desk }) => {
  await reopen(desk);
  const field = desk.getByTestId('search-input');
  await field.focus();
  for (const layout of ['kyrgyz', 'kyrgyz-phonetic'] as const) {
    await field.fill('');
    await typeAsPerson(desk, 'Өмүрбек', layout);
    await typeAsPerson(desk, 'Таң', layout);
    await expect(field).toHaveValue('ӨмүрбекТаң');
  }
});

test('a reader that misreads, and a document of another country, each get a screen of their own', async ({
  kiosk,
  desk,
}) => {
  await reopen(desk);
  await typeAsReader(desk, FOREIGN_PASSPORT, 'us');
  await expect(desk.getByTestId('stop-document-not-accepted')).toBeVisible();
  await takeScreenshots(desk, 'stop-document-not-accepted');
  await desk.getByTestId('way-out').click();
  await expect(desk.getByTestId('desk-step-idle')).toBeVisible();

  const [first = '', second = '', third = ''] = zoneOf(kiosk, 'voter-5');
  await typeAsReader(desk, [first, `${second.slice(0, 4)}7777${second.slice(8)}`, third], 'us');
  await expect(desk.getByTestId('problem-mrz-invalid')).toBeVisible();
  await takeScreenshots(desk, 'desk-misread-zone');
  await typeAsReader(desk, [first, second, third], 'us');
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
});
