import type { Page } from '@playwright/test';

/** Where the keys of a US keyboard stand in a Russian layout (ЙЦУКЕН): a reader's letters arrive as these. */
const RUSSIAN: Readonly<Record<string, string>> = Object.fromEntries(
  [...'QWERTYUIOPASDFGHJKLZXCVBNM'].map((letter, index) => [
    letter,
    [...'ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ'][index] ?? '',
  ]),
);
const SHIFT = 8;

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
  // All at once: the browser takes them in order, with less than a reader's pause between two keys.
  await Promise.all(
    strokes.flatMap(({ modifiers, ...key }) => [
      session.send('Input.dispatchKeyEvent', { type: 'keyDown', modifiers, ...key }),
      session.send('Input.dispatchKeyEvent', {
        type: 'keyUp',
        modifiers,
        code: key.code,
        key: key.key,
      }),
    ]),
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
