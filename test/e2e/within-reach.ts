import { expect, type Page } from '@playwright/test';

/**
 * Nothing of what is shown now is cut off at the side or keeps to where nobody can scroll, and whatever can be pressed
 * comes into view, with nothing lying over it.
 */
export async function expectWithinReach(page: Page, where: string): Promise<void> {
  expect(await page.evaluate(findOutOfReach), where).toEqual([]);
}

/** Runs in the page: one line for each thing that is out of reach. */
function findOutOfReach(): string[] {
  const top = [...document.querySelectorAll('[role="dialog"]')].at(-1) ?? document.body;
  const found: string[] = [];
  for (const element of top.querySelectorAll<HTMLElement>('*')) {
    if (element.closest('.visually-hidden, [aria-hidden="true"], [data-testid="dock"]') !== null) continue;
    if (element.getClientRects().length === 0) continue;
    const name = `${element.getAttribute('data-testid') ?? element.className}: ${element.textContent?.slice(0, 40)}`;
    const says = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
    );
    if (says && !isInside(textBox(element))) found.push(`beyond the side of the window: ${name}`);
    if (!element.matches('button:enabled, input:enabled, textarea:enabled, a[href]')) continue;
    element.scrollIntoView({ block: 'nearest' });
    const box = element.getBoundingClientRect();
    const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    const hit = document.elementFromPoint(middle.x, middle.y);
    if (hit === null) found.push(`out of the window: ${name}`);
    else if (!element.contains(hit)) found.push(`under something else: ${name}`);
  }
  return found;

  function textBox(element: HTMLElement): DOMRect {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getBoundingClientRect();
  }

  function isInside({ left, right }: DOMRect): boolean {
    return left >= -1 && right <= window.innerWidth + 1;
  }
}
