import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WindowKind } from '../../../src/domain/window-kind.ts';
import { type BrowserWindowOptions, chromiumArguments } from './chromium-arguments.ts';
import { listMonitors, type Monitor } from './monitors.ts';

type Cover = BrowserWindowOptions['cover'];

/** A browser that ends sooner than this was not closed by a person. */
const SHORTEST_LIFE_MS = 3_000;

export interface BrowserWindowsOptions {
  readonly chromium: string;
  readonly kiosk: boolean;
  readonly withoutSandbox: boolean;
  /** A fresh one-time address for a window of that kind. */
  readonly createAddress: (kind: WindowKind) => string;
  /** A person closed the window (or the browser can't run: `crashed`). */
  readonly onClosed: (kind: WindowKind, crashed: boolean) => void;
  readonly log: (line: string) => void;
}

/**
 * The browser windows of this laptop: the first kind on the primary monitor, the next on the second where there
 * is one. With a second monitor, or when asked, they cover their monitor.
 */
export class BrowserWindows {
  private readonly options: BrowserWindowsOptions;
  private readonly browsers = new Set<ChildProcess>();
  private readonly directories: string[] = [];
  private closing = false;

  constructor(options: BrowserWindowsOptions) {
    this.options = options;
  }

  async open(kinds: readonly WindowKind[]): Promise<void> {
    const monitors = await listMonitors();
    for (const [index, kind] of kinds.entries()) {
      const monitor = monitors[index] ?? null;
      const whole = monitor !== null || index === 0;
      const kiosk = whole && (this.options.kiosk || monitors.length > 1);
      const cover = kiosk ? 'kiosk' : whole ? 'desktop' : 'part';
      await this.openWindow(kind, whole ? monitor : asideOf(monitors[0]), cover);
    }
  }

  /** Closes all windows and removes what they left on the disk. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(
      [...this.browsers].map(async (browser) => {
        const exited = once(browser, 'exit');
        if (browser.kill('SIGTERM')) await exited;
      }),
    );
    for (const directory of this.directories) {
      await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
  }

  private async openWindow(kind: WindowKind, monitor: Monitor | null, cover: Cover): Promise<void> {
    const { chromium, withoutSandbox, createAddress } = this.options;
    const userDataDirectory = await mkdtemp(join(tmpdir(), 'tizme-browser-'));
    this.directories.push(userDataDirectory);
    const address = createAddress(kind);
    const openedAt = performance.now();
    const browser = spawn(
      chromium,
      chromiumArguments({ address, userDataDirectory, monitor, cover, withoutSandbox }),
      { stdio: 'ignore' },
    );
    this.browsers.add(browser);
    const ended = (code: number | null) => {
      if (!this.browsers.delete(browser) || this.closing) return;
      const lifeMs = performance.now() - openedAt;
      const crashed = code !== 0 || lifeMs < SHORTEST_LIFE_MS;
      if (crashed && lifeMs >= SHORTEST_LIFE_MS) {
        this.options.log(`the ${kind} window crashed and is being opened again`);
        void this.openWindow(kind, monitor, cover);
      } else {
        this.options.onClosed(kind, crashed);
      }
    };
    browser.once('exit', ended);
    browser.once('error', () => ended(null));
  }
}

/** A part of the only monitor, so that a second window does not cover the first. */
function asideOf(monitor: Monitor | undefined): Monitor {
  const { width, height } = monitor ?? { width: 1280, height: 800 };
  return { x: Math.round(width / 2), y: 0, width: Math.round(width / 2), height: Math.round(height / 2) };
}
