import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import type { HostOptions } from '../../scripts/hosts/shared/host-options.ts';
import { findProgramFiles } from '../../scripts/hosts/shared/program-files.ts';
import { findElectron } from '../../scripts/start/electron-binary.ts';
import { prepareElection, todayAtStation } from '../../scripts/start/prepare-election.ts';
import { LANGUAGES, type Language } from '../../src/domain/language.ts';
import type { WindowKind } from '../../src/domain/window-kind.ts';
import { openChromiumKiosk } from './open-chromium-kiosk.ts';
import { openElectronKiosk } from './open-electron-kiosk.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Fingers are drawn once and kept between runs; the elections themselves are made fresh. */
const CACHE = join(ROOT, '.cache', 'e2e');
const MOCK_ELECTION = { voters: 24, seed: 7 };

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
  readonly kiosk: Kiosk;
  readonly desk: Page;
  readonly observer: Page;
  readonly issuing: Page;
}

interface WorkerFixtures {
  /** Holds the mock election, generated once for all tests of a worker. */
  readonly data: string;
}

/** `test` with a kiosk on a fresh station directory; what its pages complain of fails the test. */
export const test = base.extend<KioskFixtures, WorkerFixtures>({
  language: ['ru', { option: true }],
  data: [
    async ({ browserName: _ }, use) => {
      const data = await mkdtemp(join(tmpdir(), 'tizme-e2e-'));
      await use(data);
      await rm(data, { recursive: true });
    },
    { scope: 'worker' },
  ],
  kiosk: async ({ language, browser, data }, use, testInfo) => {
    const host: unknown = testInfo.project.metadata.host;
    const electron = findElectron();
    test.skip(host === 'electron' && electron === null, "Electron's binary is not on this machine");
    const options = { ...(await prepareOptions(data)), language };
    const complaints: string[] = [];
    const kiosk =
      host === 'electron' && electron !== null
        ? await openElectronKiosk(electron, data, options)
        : await openChromiumKiosk(browser, options);
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
    await page.getByTestId(`lang-${language}`).first().click();
    await takeScreenshot(page, language, name);
  }
  if (before !== null) await page.getByTestId(before).first().click();
}

async function prepareOptions(data: string): Promise<HostOptions> {
  const { migrationsDirectory } = findProgramFiles();
  const io = { out() {}, progress() {} };
  const request = { ...MOCK_ELECTION, fresh: true, fingersCache: CACHE, electionDate: todayAtStation() };
  const prepared = await prepareElection(data, migrationsDirectory, request, io);
  if (!prepared.ok) throw new Error(`no mock election: ${prepared.error.code}`);
  return { ...prepared.value, windows: ['desk', 'observer', 'issuing'] };
}

/** Errors of a page, and what the content security policy stopped, are faults of the screens. */
function listenForComplaints(page: Page, kind: WindowKind, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`${kind}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${kind}: ${message.text()}`);
  });
}
