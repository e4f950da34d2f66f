import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindowConstructorOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostOptions } from '../scripts/hosts/shared/host-options.ts';
import {
  BECAME_TABLE,
  BECAME_TABLE_EXIT,
  type HostToStation,
  type StationToHost,
} from '../src/domain/host-wire.ts';
import { CHANNEL } from './channel.ts';
import { isAllowedKey } from './keyboard.ts';
import { runShell } from './shell.ts';
import * as electron from './testing/electron-double.ts';

vi.mock('electron', () => import('./testing/electron-double.ts'));
vi.mock('../scripts/hosts/shared/program-files.ts', () => ({
  findProgramFiles: () => ({
    stationEntry: new URL('file:///program/station.js'),
    realDevicesEntry: new URL('file:///program/real-devices.js'),
    simulatedDevicesEntry: new URL('file:///program/simulated-devices.js'),
    fingerprintWorkerEntry: new URL('file:///program/fingerprint-worker.js'),
    migrationsDirectory: '/program/migrations',
    fontsDirectory: '/program/fonts',
    screensDirectory: screens,
  }),
}));

const LAPTOP = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } };
const SECOND = { id: 2, workArea: { x: 1920, y: 0, width: 1280, height: 1024 } };

let screens = '';
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const options: HostOptions = {
  dataDirectory: '/data',
  packageDirectory: '/package',
  collectorUrl: null,
  collectorKey: null,
  collectorRecipient: null,
  language: 'ky',
  seed: 1,
  devices: 'simulated',
  windows: ['desk', 'observer'],
  kiosk: true,
  contentProtection: true,
};

beforeEach(async () => {
  screens = await mkdtemp(join(tmpdir(), 'tizme-screens-'));
  await writeFile(join(screens, 'index.html'), '<!doctype html><title>Тизме</title>');
  electron.resetElectron([LAPTOP, SECOND]);
  electron.app.optionsPath = join(screens, 'host-options');
  await writeFile(electron.app.optionsPath, JSON.stringify(options));
});

afterEach(async () => {
  electron.app.emit('before-quit', { preventDefault() {} });
  await settled();
  await rm(screens, { recursive: true });
});

/** Starts the shell and lets its station say that it is ready. */
async function startShell() {
  const running = runShell();
  await settled();
  const [station, devices] = electron.utilityProcess.forked;
  if (station === undefined || devices === undefined) throw new Error('two processes expected');
  station.emit('message', { type: 'ready' } satisfies StationToHost);
  await running;
  const [desk, observer] = electron.BrowserWindow.opened;
  const [session] = electron.session.created;
  if (desk === undefined || observer === undefined || session === undefined)
    throw new Error('two windows expected');
  return { station, devices, desk, observer, session };
}

/** An event whose default can be prevented. */
function event() {
  return {
    prevented: false,
    preventDefault() {
      this.prevented = true;
    },
  };
}

describe('the shell', () => {
  it('starts the station and the devices, then shows the desk and the observer on two monitors', async () => {
    const { station, devices, desk, observer } = await startShell();
    expect([station.entry, devices.entry]).toEqual(['/program/station.js', '/program/simulated-devices.js']);
    expect(station.inbox[0]).toEqual({
      type: 'start',
      options: {
        dataDirectory: '/data',
        packageDirectory: '/package',
        collectorUrl: null,
        collectorKey: null,
        collectorRecipient: null,
        language: 'ky',
        seed: 1,
        fingerprintWorkerUrl: 'file:///program/fingerprint-worker.js',
        migrationsDirectory: '/program/migrations',
        fontsDirectory: '/program/fonts',
        blank: null,
      },
    } satisfies HostToStation);
    expect([desk.loaded, observer.loaded]).toEqual([
      ['app://tizme/desk?language=ky'],
      ['app://tizme/observer?language=ky'],
    ]);
    expect(desk.options).toMatchObject({ x: 0, kiosk: true, closable: false });
    expect(observer.options).toMatchObject({ x: 1920, kiosk: true });
    expect(desk.contentProtection).toBe(true);
    expect(electron.Menu.menu).toBe(null);
    const kinds = station.inbox.filter(isWindowOpened).map((message) => message.kind);
    expect(kinds).toEqual(['desk', 'observer']);
  });

  it('on one monitor shows the observer behind the desk, not over it', async () => {
    electron.resetElectron([LAPTOP]);
    electron.app.optionsPath = join(screens, 'host-options');
    const { desk, observer } = await startShell();
    expect(desk.options.kiosk).toBe(true);
    expect(observer.options).toMatchObject({ kiosk: false, width: 960, height: 540 });
    desk.emit('ready-to-show');
    observer.emit('ready-to-show');
    expect([desk.visible, observer.visible, desk.raised]).toEqual([true, true, 1]);
  });

  it('carries messages between a screen and its station', async () => {
    const { station, desk } = await startShell();
    receive(desk.webContents, desk.webContents.mainFrame);
    const heard = station.inbox.find((message) => JSON.stringify(message).includes('"hello"'));
    expect(heard).toMatchObject({ type: 'window-message', message: { type: 'hello' } });
    const { windowId } = heard as { windowId: string };
    const snapshot = { type: 'snapshot', photo: new Uint8Array([1, 2]) };
    station.emit('message', { type: 'window-message', windowId, message: snapshot });
    await settled();
    expect(desk.webContents.sent).toEqual([snapshot]);
  });

  it('hears nobody else: not another frame, not another page, not a window that it does not know', async () => {
    const { station, desk } = await startShell();
    const before = station.inbox.length;
    receive(desk.webContents, { origin: 'app://tizme' });
    receive(desk.webContents, null);
    desk.webContents.mainFrame.origin = 'https://evil.example';
    receive(desk.webContents, desk.webContents.mainFrame);
    const stranger = new electron.WebContentsDouble();
    receive(stranger, stranger.mainFrame);
    expect(station.inbox.length).toBe(before);
  });

  it('loads a screen anew after its renderer crashed or hung', async () => {
    const { desk } = await startShell();
    desk.webContents.emit('unresponsive');
    expect({ crashes: desk.webContents.crashes, loaded: desk.loaded.length }).toEqual({
      crashes: 1,
      loaded: 2,
    });
  });

  it('lets the station close its databases before it quits', async () => {
    const { station, devices } = await startShell();
    electron.app.emit('window-all-closed');
    expect(electron.app.quits).toBe(1);
    const quitting = event();
    electron.app.emit('before-quit', quitting);
    expect(quitting.prevented).toBe(true);
    expect([station.inbox.at(-1), devices.inbox.at(-1)]).toEqual([{ type: 'stop' }, { type: 'stop' }]);
    await settled();
    expect(electron.app.quits).toBe(2);
    const again = event();
    electron.app.emit('before-quit', again);
    expect(again.prevented).toBe(false);
  });

  it('leaves at once when it runs already', async () => {
    electron.app.firstInstance = false;
    await runShell();
    expect({ exits: electron.app.exits, forked: electron.utilityProcess.forked.length }).toEqual({
      exits: [0],
      forked: 0,
    });
  });

  it('ends without a complaint when the laptop became a table, so that it is started as that', async () => {
    const { station } = await startShell();
    station.emit('message', { type: 'fatal', code: BECAME_TABLE });
    expect(electron.app.exits).toEqual([BECAME_TABLE_EXIT]);
    expect(electron.dialog.errors).toEqual([]);
  });

  it('says what is wrong with the options, and what the station can not get over', async () => {
    await writeFile(electron.app.optionsPath, '{"dataDirectory": 1}');
    await runShell();
    expect(electron.dialog.errors[0]).toContain('options-damaged');
    expect(electron.app.exits).toEqual([1]);

    electron.resetElectron([LAPTOP]);
    await runShell();
    expect(electron.dialog.errors[0]).toContain('options-missing');

    electron.resetElectron([LAPTOP]);
    electron.app.optionsPath = join(screens, 'host-options');
    await writeFile(electron.app.optionsPath, JSON.stringify(options));
    const running = runShell();
    await settled();
    electron.utilityProcess.forked[0]?.emit('message', { type: 'fatal', code: 'register-damaged' });
    await running;
    expect(electron.dialog.errors[0]).toContain('register-damaged');
    expect(electron.BrowserWindow.opened).toHaveLength(0);
  });
});

describe('the walls around a screen', () => {
  it('grants nothing that a page could ask for', async () => {
    const { session } = await startShell();
    const decide = vi.fn();
    session.call('setPermissionRequestHandler', null, 'media', decide);
    expect(decide).toHaveBeenLastCalledWith(false);
    expect(session.call('setPermissionCheckHandler', null, 'usb', 'app://tizme')).toBe(false);
    expect(session.call('setDevicePermissionHandler', {})).toBe(false);
    expect(session.call('setUSBProtectedClassesHandler', { protectedClasses: ['hid'] })).toEqual(['hid']);
    session.call('setBluetoothPairingHandler', {}, decide);
    expect(decide).toHaveBeenLastCalledWith({ confirmed: false });
    session.call('setDisplayMediaRequestHandler', {}, decide);
    expect(decide).toHaveBeenLastCalledWith(null);
    session.call('setCertificateVerifyProc', {}, decide);
    expect(decide).toHaveBeenLastCalledWith(-2);
    expect(session.spellChecker).toBe(false);
  });

  it.each([
    ['app://tizme/assets/main.js', false],
    ['blob:app://tizme/7', false],
    ['data:image/png;base64,AA', false],
    ['app://tizme.evil/desk', true],
    ['http://127.0.0.1/', true],
    ['https://example.org/', true],
    ['ws://127.0.0.1/', true],
    ['file:///etc/passwd', true],
    ['data:text/html,x', true],
  ])('a request for %s is cancelled: %s', async (url, cancel) => {
    const { session } = await startShell();
    const decide = vi.fn();
    session.call('onBeforeRequest', { url }, decide);
    expect(decide).toHaveBeenCalledWith({ cancel });
  });

  it('lets no screen go elsewhere, open a window, embed a page or save a foreign file', async () => {
    const { desk, session } = await startShell();
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      const attempt = event();
      desk.webContents.emit(name, attempt);
      expect(attempt.prevented, name).toBe(true);
    }
    expect(desk.webContents.openHandler?.()).toEqual({ action: 'deny' });
    const foreign = event();
    session.emit('will-download', foreign, { getURL: () => 'https://example.org/x.exe' });
    const report = event();
    session.emit('will-download', report, { getURL: () => 'blob:app://tizme/7' });
    expect([foreign.prevented, report.prevented]).toEqual([true, false]);
  });

  it('trusts no certificate and gives no password', async () => {
    await startShell();
    for (const [name, position] of [
      ['certificate-error', 4],
      ['select-client-certificate', 3],
      ['login', 3],
    ] as const) {
      const attempt = event();
      const answer = vi.fn();
      const values: unknown[] = Array.from({ length: 4 }, () => null);
      values[position] = answer;
      electron.app.emit(name, attempt, ...values);
      expect(attempt.prevented, name).toBe(true);
      expect(answer.mock.lastCall?.[0] ?? false).toBe(false);
    }
  });

  it('serves the screens with the policy, and nothing else', async () => {
    const { session } = await startShell();
    const get = (url: string, method = 'GET') => session.call('app', { url, method }) as Response;
    const page = get('app://tizme/desk?language=ky');
    expect(await page.text()).toContain('Тизме');
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'none'");
    for (const url of ['app://tizme/host-options', 'app://evil/desk', 'app://tizme/../host-options']) {
      expect(get(url).status).toBe(404);
    }
    expect(get('app://tizme/desk', 'POST').status).toBe(404);
  });

  it('has no developer tools once it is packaged', async () => {
    electron.app.isPackaged = true;
    const { desk, session } = await startShell();
    expect(desk.options.webPreferences?.devTools).toBe(false);
    const decide = vi.fn();
    session.call('onBeforeRequest', { url: 'devtools://devtools/x.html' }, decide);
    expect(decide).toHaveBeenCalledWith({ cancel: true });
    const key = event();
    desk.webContents.emit('before-input-event', key, { key: 'F12', control: false, meta: false, alt: false });
    expect(key.prevented).toBe(true);
  });

  it.each([
    ['ң', {}, true],
    ['Enter', {}, true],
    ['F2', {}, true],
    ['Control', { control: true }, true],
    ['c', { control: true }, true],
    ['@', { control: true, alt: true }, true],
    ['w', { control: true }, false],
    ['p', { control: true }, false],
    ['+', { control: true }, false],
    ['F4', { alt: true }, false],
    ['ArrowLeft', { alt: true }, false],
    ['F5', {}, false],
    ['F11', {}, false],
    ['BrowserBack', {}, false],
    ['I', { control: true }, false],
  ])('in a packaged build the key %s with %o is allowed: %s', (key, held, allowed) => {
    expect(isAllowedKey({ key, control: false, meta: false, alt: false, ...held }, true)).toBe(allowed);
  });
});

describe('the double itself', () => {
  const flips: [string, object][] = [
    ['sandbox', { sandbox: false }],
    ['contextIsolation', { contextIsolation: false }],
    ['nodeIntegration', { nodeIntegration: true }],
    ['webSecurity', { webSecurity: false }],
    ['allowRunningInsecureContent', { allowRunningInsecureContent: true }],
    ['experimentalFeatures', { experimentalFeatures: true }],
    ['enableBlinkFeatures', { enableBlinkFeatures: 'X' }],
    ['webviewTag', { webviewTag: true }],
    ['devTools', { devTools: false }],
    ['session', { session: undefined }],
  ];
  it.each(flips)('refuses a window with an unsafe %s', async (setting, flip) => {
    const { desk } = await startShell();
    const webPreferences = { ...desk.options.webPreferences, ...flip };
    const unsafe = { ...desk.options, webPreferences } as BrowserWindowConstructorOptions;
    expect(() => new electron.BrowserWindow(unsafe)).toThrow(`unsafe window: ${setting}`);
  });
});

describe('the preload script', () => {
  it('gives a screen two functions, and no event or Electron object through them', async () => {
    await import('./preload.ts');
    const bridge = electron.contextBridge.exposed.get('tizme') as {
      post(message: unknown): void;
      onMessage(listener: (...values: unknown[]) => void): () => void;
    };
    expect([...electron.contextBridge.exposed.keys()]).toEqual(['tizme']);
    expect(Object.keys(bridge).toSorted()).toEqual(['onMessage', 'post']);

    bridge.post({ type: 'hello' });
    expect(electron.ipcRenderer.sent).toEqual([{ channel: CHANNEL, message: { type: 'hello' } }]);
    const listener = vi.fn();
    const stop = bridge.onMessage(listener);
    electron.ipcRenderer.emit(CHANNEL, { sender: 'an Electron object' }, 'snapshot');
    stop();
    electron.ipcRenderer.emit(CHANNEL, {}, 'late');
    expect(listener.mock.calls).toEqual([['snapshot']]);
  });
});

function receive(sender: electron.WebContentsDouble, senderFrame: { origin: string } | null): void {
  electron.ipcMain.emit(CHANNEL, { sender, senderFrame }, { type: 'hello' });
}

function isWindowOpened(message: unknown): message is Extract<HostToStation, { type: 'window-opened' }> {
  return (message as HostToStation).type === 'window-opened';
}
