import { expect, type Page } from '@playwright/test';
import { decode } from 'fast-png';
import jsQR from 'jsqr';
import { MOCK_ROSTER } from '../../fixtures/election/roster.ts';
import { DRAWN_JOBS } from '../../src/domain/roles.ts';

/** What people do at the desk of a mock election, in their own words; everything goes through the screen. */

/** Each of these people chooses their name and enters their PIN in the approval panel that is open. */
export async function approve(page: Page, ...personIds: readonly string[]): Promise<void> {
  for (const personId of personIds) {
    await page.getByTestId('approval-panel').getByTestId(`person-${personId}`).click();
    await enterPin(page, personId);
  }
}

async function enterPin(page: Page, personId: string): Promise<void> {
  await page.getByTestId('pin-input').fill(pinOf(personId));
  await page.getByTestId('pin-enter').click();
}

/** The PIN with which this person practises. */
export function pinOf(personId: string): string {
  return MOCK_ROSTER.find(({ id }) => id === personId)?.pin ?? '';
}

export async function unlock(desk: Page): Promise<void> {
  await expect(desk.getByTestId('locked')).toBeVisible();
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('preparing-clock')).toBeVisible();
}

/** The chair reopens a station that was opened this morning: its day goes on where it stood. */
export async function reopen(desk: Page): Promise<void> {
  await expect(desk.getByTestId('locked')).toBeVisible();
  await approve(desk, 'chair');
  await expect(desk.getByTestId('desk-step-idle')).toBeVisible();
}

/** From the unlocked desk to the first voter: clock, checks, draw, operator, zero report, opening. */
export async function openStation(desk: Page): Promise<void> {
  await desk.getByTestId('way-on').click();
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('preparing-checks')).toBeVisible();
  await runChecks(desk);
  await recordDraw(desk);
  await desk.getByTestId('preparing-operator').getByTestId('person-operator-1').click();
  const pin = desk.getByTestId('pin-enter');
  await expect(pin.or(desk.getByTestId('preparing-zero-report'))).toBeVisible();
  if (await pin.isVisible()) await enterPin(desk, 'operator-1');
  await expect(desk.getByTestId('preparing-zero-report')).toBeVisible();
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('preparing-open')).toBeVisible();
  await desk.getByTestId('way-on').click();
  await approve(desk, 'chair', 'secretary');
  await expect(desk.getByTestId('desk-step-idle')).toBeVisible();
}

/** Runs the checks; what this machine lacks (a battery) the chair takes on record. */
async function runChecks(desk: Page): Promise<void> {
  await desk.getByTestId('way-on').click();
  await expect(desk.locator('[data-result="running"], [data-result="not-run"]')).toHaveCount(0);
  const failed = desk.locator('[data-testid^="accept-"]:not([data-testid="accept-check"])');
  await expect(failed.or(desk.getByTestId('preparing-draw')).first()).toBeVisible();
  for (let left = await failed.count(); left > 0; left -= 1) {
    await failed.first().click();
    await approve(desk, 'chair');
    await expect(desk.getByTestId('accept-check')).toBeHidden();
    await expect(failed).toHaveCount(left - 1);
  }
  await expect(desk.getByTestId('preparing-draw')).toBeVisible();
}

/** One member after the other is drawn for one job after the other. */
async function recordDraw(desk: Page): Promise<void> {
  const members = desk.locator('[data-testid^="draw-person-"]');
  for (const [index, job] of DRAWN_JOBS.entries()) {
    await expect(desk.getByTestId(`draw-${job}`)).toHaveAttribute('aria-pressed', 'true');
    await members.nth(index % (await members.count())).click();
  }
  await expect(desk.getByTestId('preparing-operator')).toBeVisible();
}

/** A voter of the queue puts a document into the reader. */
export async function insertDocument(
  desk: Page,
  person: string,
  document = `${person}/document-1`,
): Promise<void> {
  await desk.getByTestId(`dock-person-${person}`).click();
  await desk.getByTestId(`dock-insert-${document}`).click();
}

/** The voter lays the finger on the glass that the screen asks for. */
export async function layFinger(desk: Page): Promise<void> {
  const finger = desk.getByTestId('finger');
  await expect(finger).toHaveAttribute('data-state', /waiting|on-glass/);
  const position = await finger.getAttribute('data-position');
  await desk.getByTestId(`dock-finger-${position}`).click();
}

/** Document, finger, receipt, the next one: a voter of the queue without any trouble. */
export async function identify(desk: Page, person: string): Promise<void> {
  await insertDocument(desk, person);
  await expect(desk.getByTestId('desk-step-voter')).toBeVisible();
  await desk.getByTestId('way-on').click();
  await layFinger(desk);
  await expect(desk.getByTestId('desk-step-verified')).toBeVisible();
  await desk.getByTestId('way-on').click();
  await expect(desk.getByTestId('desk-step-done')).toBeVisible();
}

/** Makes the desk free; the voter takes the document and the hand away. */
export async function nextVoter(desk: Page): Promise<void> {
  await desk.getByTestId('way-on').click();
  await desk.getByTestId('dock-remove-document').click();
  await expect(desk.getByTestId('dock-remove-document')).toBeDisabled();
  await expect(desk.getByTestId('desk-step-idle')).toBeVisible();
}

/** What a scanner reads from the QR code on the strip that came out of the printer last. */
export async function scanLastReceipt(desk: Page): Promise<string> {
  // The picture comes a moment after the strip: until then the first picture is that of the strip before.
  const picture = desk.locator('[data-testid^="dock-strip-"]').first().locator('img');
  const address = (await picture.getAttribute('src')) ?? '';
  const png = decode(Buffer.from(address.slice(address.indexOf(',') + 1), 'base64'));
  const pixels = new Uint8ClampedArray(png.width * png.height * 4).fill(255);
  const channels = png.data.length / (png.width * png.height);
  for (let index = 0; index < png.width * png.height; index += 1) {
    const grey = png.depth === 1 ? bitOf(png, index) : (png.data[index * channels] ?? 0);
    pixels.fill(grey, index * 4, index * 4 + 3);
  }
  return jsQR(pixels, png.width, png.height)?.data ?? '';
}

/** fast-png leaves one-bit pictures packed, each row beginning on a byte. */
function bitOf(
  { data, width }: { readonly data: ArrayLike<number>; readonly width: number },
  index: number,
): number {
  const [row, column] = [Math.floor(index / width), index % width];
  const byte = data[row * Math.ceil(width / 8) + (column >> 3)] ?? 0;
  return ((byte >> (7 - (column & 7))) & 1) * 255;
}
