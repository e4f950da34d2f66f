import { fileURLToPath } from 'node:url';
import { BrowserWindow, type Display, type IpcMainEvent, ipcMain, type Session, screen } from 'electron';
import { describeWindows } from '../scripts/hosts/shared/describe-windows.ts';
import type { HostWindow, StationHost } from '../scripts/hosts/shared/station-host.ts';
import type { Language } from '../src/domain/language.ts';
import type { WindowKind } from '../src/domain/window-kind.ts';
import { APP_ORIGIN, appAddress } from './app-scheme.ts';
import { CHANNEL } from './channel.ts';
import { securePreferences } from './security.ts';

/** A sandboxed preload is one CommonJS file; the build puts it beside this one. */
const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url));

export interface ShellWindowsOptions {
  readonly station: StationHost;
  readonly session: Session;
  readonly language: Language;
  readonly kiosk: boolean;
  readonly contentProtection: boolean;
}

/** The windows of this laptop: one per monitor; what has no monitor of its own lies behind the first. */
export class ShellWindows {
  private readonly options: ShellWindowsOptions;
  private readonly connected = new Map<number, HostWindow>();

  constructor(options: ShellWindowsOptions) {
    this.options = options;
    ipcMain.on(CHANNEL, (event, message) => this.receive(event, message));
  }

  open(kinds: readonly WindowKind[]): void {
    const primary = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
    const displays = [primary, ...others];
    const [front, ...further] = kinds.map((kind, index) =>
      this.openWindow(kind, displays[index] ?? primary, displays[index] !== undefined),
    );
    for (const window of further) {
      window.once('show', () => front?.moveTop());
    }
    console.error(`tizme: ${describeWindows(kinds, displays.length)}`);
  }

  private openWindow(kind: WindowKind, display: Display, alone: boolean): BrowserWindow {
    const { station, session, language, contentProtection } = this.options;
    const kiosk = this.options.kiosk && alone;
    const { x, y, width, height } = display.workArea;
    const window = new BrowserWindow({
      x,
      y,
      width: alone ? width : Math.round(width / 2),
      height: alone ? height : Math.round(height / 2),
      kiosk,
      fullscreen: kiosk,
      closable: !kiosk,
      autoHideMenuBar: true,
      show: false,
      backgroundColor: '#ffffff',
      webPreferences: securePreferences(session, PRELOAD),
    });
    const { webContents } = window;
    const id = webContents.id;
    if (contentProtection) window.setContentProtection(true);
    window.once('ready-to-show', () => {
      if (alone) window.show();
      else window.showInactive();
    });
    this.connected.set(
      id,
      station.openWindow(kind, (message) => {
        if (!window.isDestroyed()) webContents.send(CHANNEL, message);
      }),
    );
    window.once('closed', () => {
      this.connected.get(id)?.close();
      this.connected.delete(id);
    });
    const load = () => {
      window
        .loadURL(appAddress(kind, language))
        .catch(() => console.error(`tizme: the ${kind} window did not load`));
    };
    // A screen keeps nothing of its own: loaded anew, it asks for a snapshot and goes on.
    webContents.on('render-process-gone', load);
    webContents.on('unresponsive', () => webContents.forcefullyCrashRenderer());
    load();
    return window;
  }

  /** Only the main frame of a window of ours, showing a screen of ours, is heard. */
  private receive(event: IpcMainEvent, message: unknown): void {
    const frame = event.senderFrame;
    if (frame === null || frame !== event.sender.mainFrame || frame.origin !== APP_ORIGIN) return;
    this.connected.get(event.sender.id)?.receive(message);
  }
}
