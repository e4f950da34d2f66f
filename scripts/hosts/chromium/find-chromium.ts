import { findExecutable } from '../shared/find-executable.ts';

const LINUX = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const WINDOWS = [
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
];
const MACOS = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** A browser of the Chromium family on this machine, or null. `TIZME_CHROMIUM` names another one. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = environment.TIZME_CHROMIUM;
  const usual = process.platform === 'win32' ? WINDOWS : process.platform === 'darwin' ? MACOS : LINUX;
  return findExecutable(named === undefined ? usual : [named], environment.PATH);
}
