import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';

/** WCAG 2.1, level AA, as axe finds it on what is shown now. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
/** An experiment of axe's, which knows whole words only: РУС is what Русский begins with. */
const EXPERIMENTAL = 'label-content-name-mismatch';

/** What a screen reader, a keyboard or weak eyes would stumble over on this page: nothing. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  // Evaluated, not loaded: the page's own policy lets no other script in.
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    async ([tags, experimental]) => {
      const { axe: here } = window as unknown as { readonly axe: typeof axe };
      const { violations } = await here.run(document, {
        runOnly: { type: 'tag', values: tags },
        rules: { [experimental]: { enabled: false } },
      });
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
      );
    },
    [RULES, EXPERIMENTAL] as const,
  );
  expect(found, where).toEqual([]);
}
