import { existsSync, mkdirSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { mockCentreFiles } from '../../fixtures/election/mock-centre.ts';
import { startCollector } from '../../scripts/commands/collector.ts';
import type { HostOptions } from '../../scripts/hosts/shared/host-options.ts';
import { findElectron } from '../../scripts/start/electron-binary.ts';
import { LANGUAGES, type Language } from '../../src/domain/language.ts';
import type { WindowKind } from '../../src/domain/window-kind.ts';
import { openStation, unlock } from './desk-hands.ts';
import { type OpenedKiosk, openChromiumKiosk } from './open-chromium-kiosk.ts';
import { openElectronKiosk } from './open-electron-kiosk.ts';
import { type ProcedureChange, prepareKiosk } from './prepare-kiosk.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** A laptop at a polling station, as a test holds it, whichever host shows the screens. */
export interface Kiosk {
  /** The page of that kind of window. */
  open(kind: WindowKind): Promise<Page>;
  /** What the mock election's data lie in; a test may look, or damage something. */
  readonly options: HostOptions;
  /** Ends the station process as a power cut ends it; the host starts another one. */
  killStation(): Promise<void>;
  stop(): Promise<void>;
}

interface KioskFixtures {
  /** The language in which the screens start; `test.use({ language: 'en' })` changes it. */
  readonly language: Language;
  /** `sealed`: never unlocked. `opened`: opened this morning, then switched off; the chair alone reopens it. */
  readonly station: 'sealed' | 'opened';
  /** Settings of the procedure that differ from those of the usual mock election. */
  readonly procedure: ProcedureChange;
  /** A centre that can be reached, with the records of the election's visitors. */
  readonly centre: boolean;
  readonly kiosk: Kiosk;
  readonly desk: Page;
  readonly observer: Page;
  readonly issuing: Page;
}

interface WorkerFixtures {
  /** Holds the mock election, generated once for all tests of a worker. */
  readonly data: string;
  /** Station directories as they were left after an opening, by procedure: each was opened once, by the screens. */
  readonly openings: Map<string, string>;
}

/** `test` with a kiosk on a fresh station directory; what its pages complain of fails the test. */
export const test = base.extend<KioskFixtures, WorkerFixtures>({
  language: ['ru', { option: true }],
  station: ['sealed', { option: true }],
  procedure: [{}, { option: true }],
  centre: [false, { option: true }],
  data: [
    async ({ browserName: _ }, use) => {
      const data = await mkdtemp(join(tmpdir(), 'tizme-e2e-'));
      await use(data);
      await rm(data, { recursive: true });
    },
    { scope: 'worker' },
  ],
  openings: [async ({ browserName: _ }, use) => use(new Map()), { scope: 'worker' }],
  kiosk: async ({ language, station, procedure, centre, browser, data, openings }, use, testInfo) => {
    const host: unknown = testInfo.project.metadata.host;
    const electron = findElectron();
    test.skip(host === 'electron' && electron === null, "Electron's binary is not on this machine");
    const prepared = await prepareKiosk(data, procedure);
    const collector = centre
      ? await startCollector({ visitors: mockCentreFiles(prepared.packageDirectory) })
      : null;
    const options = { ...prepared, language, ...(collector === null ? {} : { collectorUrl: collector.url }) };
    const start = (): Promise<OpenedKiosk> =>
      host === 'electron' && electron !== null
        ? openElectronKiosk(electron, data, options)
        : openChromiumKiosk(browser, options);
    if (station === 'opened') {
      const key = JSON.stringify(procedure);
      const kept = openings.get(key) ?? join(data, `opened-${openings.size + 1}`);
      if (!openings.has(key)) {
        await openThenSwitchOff(await start());
        await cp(options.dataDirectory, kept, { recursive: true });
        openings.set(key, kept);
      }
      await rm(options.dataDirectory, { recursive: true });
      await cp(kept, options.dataDirectory, { recursive: true });
    }
    const complaints: string[] = [];
    const kiosk = await start();
    await use({
      options,
      stop: () => kiosk.stop(),
      killStation: () => kiosk.killStation(),
      async open(kind) {
        const page = await kiosk.open(kind);
        listenForComplaints(page, kind, complaints);
        await page.getByTestId(`lang-${language}`).first().click();
        return page;
      },
    });
    await kiosk.stop();
    await collector?.close();
    expect(complaints).toEqual([]);
  },
  desk: async ({ kiosk }, use) => use(await kiosk.open('desk')),
  observer: async ({ kiosk }, use) => use(await kiosk.open('observer')),
  issuing: async ({ kiosk }, use) => use(await kiosk.open('issuing')),
});

export { expect };

/** Writes `screenshots/<language>/<name>.png`, which git ignores. */
async function takeScreenshot(page: Page, language: Language, name: string): Promise<void> {
  const folder = join(ROOT, 'screenshots', language);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

/** The same screen in the three languages, then in the first one again; the words change, the place does not. */
export async function takeScreenshots(page: Page, name: string): Promise<void> {
  const before = await page
    .locator('[data-testid^="lang-"][aria-pressed="true"]')
    .first()
    .getAttribute('data-testid');
  for (const language of LANGUAGES) {
    await switchLanguage(page, `lang-${language}`);
    await takeScreenshot(page, language, name);
  }
  if (before !== null) await switchLanguage(page, before);
}

/** By the element's own click: under an open sheet a hand does not reach the switch, but its pictures are wanted. */
async function switchLanguage(page: Page, testId: string): Promise<void> {
  const button = page.getByTestId(testId).first();
  await button.evaluate((element: HTMLElement) => element.click());
  await expect(button).toHaveAttribute('aria-pressed', 'true');
}

async function openThenSwitchOff(kiosk: OpenedKiosk): Promise<void> {
  const desk = await kiosk.open('desk');
  await unlock(desk);
  await openStation(desk);
  await kiosk.stop();
}

/** Errors of a page, and what the browser warns of in its policies and headers, are faults of ours. */
function listenForComplaints(page: Page, kind: WindowKind, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`${kind}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${kind}: ${message.text()}`);
  });
}
