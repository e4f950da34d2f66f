import type { Monitor } from './monitors.ts';

export interface BrowserWindowOptions {
  readonly address: string;
  /** A folder of its own: no history, no extensions, no other cookies, and a second process per window. */
  readonly userDataDirectory: string;
  readonly monitor: Monitor | null;
  /** kiosk: the whole monitor, without a frame or a way out; desktop: maximised; part: a window among others. */
  readonly cover: 'kiosk' | 'desktop' | 'part';
  /** Chromium refuses to run its sandbox as root. Never at a polling station. */
  readonly withoutSandbox: boolean;
}

/** Keeps the browser quiet: nothing but the one page, and no connection that the page did not ask for. */
const QUIET = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-sync',
  '--disable-session-crashed-bubble',
  '--disable-pinch',
  '--overscroll-history-navigation=0',
  '--noerrdialogs',
  '--no-pings',
  '--no-proxy-server',
  '--password-store=basic',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,DownloadBubble',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** The command line of one window in application mode. */
export function chromiumArguments(options: BrowserWindowOptions): readonly string[] {
  const { monitor } = options;
  return [
    `--app=${options.address}`,
    `--user-data-dir=${options.userDataDirectory}`,
    ...QUIET,
    ...(monitor === null
      ? []
      : [`--window-position=${monitor.x},${monitor.y}`, `--window-size=${monitor.width},${monitor.height}`]),
    ...(options.cover === 'kiosk' ? ['--kiosk'] : options.cover === 'desktop' ? ['--start-maximized'] : []),
    ...(options.withoutSandbox ? ['--no-sandbox', '--test-type'] : []),
  ];
}
