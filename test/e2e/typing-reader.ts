import type { Page } from '@playwright/test';
import { type KeyboardLayout, keystrokeOf, meaningOf } from './keyboard-layouts.ts';

const SHIFT = 8;
/** A brisk reader's pace, and so long before the first key that a slow machine has sent them all by then. */
const READER_SECONDS_BETWEEN_KEYS = 0.008;
/** Faster than anybody types: several keys are held back at once, and given back in their order. */
const HASTY_SECONDS_BETWEEN_KEYS = 0.02;
const SECONDS_AHEAD = 1.5;

/**
 * What a document reader sends that types like a keyboard: physical keys of a US keyboard, as fast as they go, Enter
 * behind each line. What the keys mean to the system (`key`, `text`) is another matter: under a Russian or a Kyrgyz
 * layout the letters are Cyrillic and the filler `<` is `Б`, or `Ц`.
 */
export async function typeAsReader(
  page: Page,
  lines: readonly string[],
  layout: KeyboardLayout,
): Promise<void> {
  const strokes = lines.flatMap((line) => [
    ...[...line].map((character) => {
      const keystroke = keystrokeOf(character, 'us');
      return stroke(keystroke.code, keystroke.shift, meaningOf(keystroke, layout));
    }),
    ENTER,
  ]);
  await send(page, strokes, READER_SECONDS_BETWEEN_KEYS);
}

/** A word as a person types it in a layout of their own, in a great hurry. */
export async function typeAsPerson(page: Page, word: string, layout: KeyboardLayout): Promise<void> {
  const strokes = [...word].map((character) => {
    const { code, shift } = keystrokeOf(character, layout);
    return stroke(code, shift, character);
  });
  await send(page, strokes, HASTY_SECONDS_BETWEEN_KEYS);
}

interface Stroke {
  readonly code: string;
  readonly key: string;
  readonly text: string;
  readonly modifiers: number;
}

const ENTER: Stroke = { code: 'Enter', key: 'Enter', text: '\r', modifiers: 0 };

function stroke(code: string, shift: boolean, key: string): Stroke {
  return { code, key, text: key, modifiers: shift ? SHIFT : 0 };
}

async function send(page: Page, strokes: readonly Stroke[], secondsBetweenKeys: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  // All are sent at once, stamped as the keys themselves would be: how quickly this machine hands them on is
  // nothing that a test should depend on.
  const first = Date.now() / 1000 + SECONDS_AHEAD;
  await Promise.all(
    strokes.flatMap(({ modifiers, text, ...key }, index) => {
      const timestamp = first + index * secondsBetweenKeys;
      const event = { ...key, modifiers, timestamp };
      return [
        session.send('Input.dispatchKeyEvent', { ...event, type: 'keyDown', text }),
        session.send('Input.dispatchKeyEvent', { ...event, type: 'keyUp' }),
      ];
    }),
  );
  await session.detach();
}
