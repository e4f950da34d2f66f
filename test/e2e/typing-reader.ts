import type { Page } from '@playwright/test';

/** Where the keys of a US keyboard stand in a Russian layout (ЙЦУКЕН): a reader's letters arrive as these. */
const RUSSIAN: Readonly<Record<string, string>> = Object.fromEntries(
  [...'QWERTYUIOPASDFGHJKLZXCVBNM'].map((letter, index) => [
    letter,
    [...'ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ'][index] ?? '',
  ]),
);
const SHIFT = 8;
/** A brisk reader's pace, and so long before the first key that a slow machine has sent them all by then. */
const SECONDS_BETWEEN_KEYS = 0.008;
const SECONDS_AHEAD = 1.5;

/**
 * What a document reader sends that types like a keyboard: physical keys of a US keyboard, as fast as they go, Enter
 * behind each line. What the keys mean to the system (`key`, `text`) is another matter: under a Russian layout the
 * letters are Cyrillic and the filler `<` is `Б`.
 */
export async function typeAsReader(
  page: Page,
  lines: readonly string[],
  layout: 'us' | 'russian',
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const strokes = lines.flatMap((line) => [
    ...[...line].map((character) => stroke(character, layout)),
    ENTER,
  ]);
  // All are sent at once, stamped as the reader's own keys would be: how quickly this machine hands them on is
  // nothing that a test should depend on.
  const first = Date.now() / 1000 + SECONDS_AHEAD;
  await Promise.all(
    strokes.flatMap(({ modifiers, text, ...key }, index) => {
      const timestamp = first + index * SECONDS_BETWEEN_KEYS;
      const event = { ...key, modifiers, timestamp };
      return [
        session.send('Input.dispatchKeyEvent', { ...event, type: 'keyDown', text }),
        session.send('Input.dispatchKeyEvent', { ...event, type: 'keyUp' }),
      ];
    }),
  );
  await session.detach();
}

interface Stroke {
  readonly code: string;
  readonly key: string;
  readonly text: string;
  readonly modifiers: number;
}

const ENTER: Stroke = { code: 'Enter', key: 'Enter', text: '\r', modifiers: 0 };

function stroke(character: string, layout: 'us' | 'russian'): Stroke {
  const letter = character >= 'A' && character <= 'Z';
  const code = letter ? `Key${character}` : character === '<' ? 'Comma' : `Digit${character}`;
  const key = layout === 'us' ? character : character === '<' ? 'Б' : (RUSSIAN[character] ?? character);
  return { code, key, text: key, modifiers: letter || character === '<' ? SHIFT : 0 };
}
