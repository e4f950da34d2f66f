import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { WindowKind } from '../../../src/domain/window-kind.ts';
import { describeWindows } from '../shared/describe-windows.ts';
import { type BrowserWindowOptions, chromiumArguments } from './chromium-arguments.ts';
import { listMonitors, type Monitor } from './monitors.ts';

/** A browser that ends sooner than this was not closed by a person. */
const SHORTEST_LIFE_MS = 3_000;
/** So long the front window waits for those behind it; a slow one may then come to lie over it. */
const LONGEST_WAIT_MS = 4_000;
/** Of the monitor, what a window behind another takes. */
const PART = 0.7;

export interface BrowserWindowsOptions {
  readonly chromium: string;
  readonly kiosk: boolean;
  readonly withoutSandbox: boolean;
  /** A fresh one-time address for a window of that kind. */
  readonly createAddress: (kind: WindowKind) => string;
  /** A person closed the window (or the browser can't run: `crashed`). */
  readonly onClosed: (kind: WindowKind, crashed: boolean) => void;
  /** Settles once the window of that kind has been loaded. */
  readonly whenEntered: (kind: WindowKind) => Promise<void>;
  readonly log: (line: string) => void;
}

/** Where one window goes. */
export interface WindowPlace {
  readonly kind: WindowKind;
  readonly monitor: Monitor | null;
  readonly cover: BrowserWindowOptions['cover'];
}

/**
 * The first kind on the primary monitor, the next on the second where there is one; what has no monitor of its own
 * lies behind the first. With a second monitor, or when asked, windows cover their monitor. In the order in which
 * they are to be opened: the newest window lies on top.
 */
export function placeWindows(
  kinds: readonly WindowKind[],
  monitors: readonly Monitor[],
  kiosk: boolean,
): readonly WindowPlace[] {
  const whole = kiosk || monitors.length > 1 ? 'kiosk' : 'desktop';
  return kinds
    .map((kind, index): WindowPlace => {
      const monitor = monitors[index] ?? null;
      const own = monitor !== null || index === 0;
      return own
        ? { kind, monitor, cover: whole }
        : { kind, monitor: partOf(monitors[0], index), cover: 'part' };
    })
    .toReversed();
}

/** The browser windows of this laptop. */
export class BrowserWindows {
  private readonly options: BrowserWindowsOptions;
  private readonly browsers = new Set<ChildProcess>();
  private readonly directories: string[] = [];
  private closing = false;

  constructor(options: BrowserWindowsOptions) {
    this.options = options;
  }

  async open(kinds: readonly WindowKind[]): Promise<void> {
    const { kiosk, whenEntered, log } = this.options;
    const monitors = await listMonitors();
    const places = placeWindows(kinds, monitors, kiosk);
    const behind = places.filter(({ cover }) => cover === 'part');
    for (const place of behind) await this.openWindow(place);
    if (behind.length > 0) {
      await Promise.race([
        Promise.all(behind.map(({ kind }) => whenEntered(kind))),
        setTimeout(LONGEST_WAIT_MS),
      ]);
    }
    for (const place of places) if (!behind.includes(place)) await this.openWindow(place);
    log(describeWindows(kinds, monitors.length));
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

  private async openWindow(place: WindowPlace): Promise<void> {
    if (this.closing) return;
    const { kind, monitor, cover } = place;
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
        void this.openWindow(place);
      } else {
        this.options.onClosed(kind, crashed);
      }
    };
    browser.once('exit', ended);
    browser.once('error', () => ended(null));
  }
}

/** A part of the monitor, each a little further down than the one before. */
function partOf(monitor: Monitor | undefined, index: number): Monitor {
  const { x, y, width, height } = monitor ?? { x: 0, y: 0, width: 1280, height: 800 };
  const step = Math.round((height * (1 - PART)) / 4) * index;
  return {
    x: x + step,
    y: y + step,
    width: Math.round(width * PART),
    height: Math.round(height * PART),
  };
}
