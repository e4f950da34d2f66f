import { findChromium } from '../../hosts/chromium/find-chromium.ts';
import type { CollectorProcess } from '../collector-process.ts';

/** Of what was drawn several times; the first opens the connection. */
const TIMES = 5;

/**
 * Milliseconds from asking for the dashboard to its first contentful paint (W3C Paint Timing), the worst of several in a
 * Chromium that has nothing cached; null where there is none.
 */
export async function measureFirstPaint({ url, code }: CollectorProcess): Promise<number | null> {
  const executablePath = findChromium();
  const driver = await import('@playwright/test').catch(() => null);
  if (executablePath === null || driver === null) return null;
  const browser = await driver.chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const paints: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        viewport: { width: 1920, height: 1080 },
      });
      const page = await context.newPage();
      await page.goto(`${url}/enter`);
      await page.getByRole('textbox').or(page.locator('input')).first().fill(code);
      await Promise.all([page.waitForURL(`${url}/`), page.getByRole('button').click()]);
      await page.goto(`${url}/?lang=en`);
      const paint = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            new PerformanceObserver((list) => {
              const [first] = list.getEntriesByName('first-contentful-paint');
              if (first !== undefined) resolve(first.startTime);
            }).observe({ type: 'paint', buffered: true });
          }),
      );
      paints.push(paint);
      await context.close();
    }
    return Math.max(...paints);
  } finally {
    await browser.close();
  }
}
