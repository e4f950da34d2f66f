import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BrowserWindows } from './browser-windows.ts';
import { chromiumArguments } from './chromium-arguments.ts';
import { findChromium } from './find-chromium.ts';
import { hasScreen, parseMonitors } from './monitors.ts';

describe('the monitors', () => {
  it('puts the primary one first, wherever it stands in the list', () => {
    const text = [
      'Monitors: 2',
      ' 0: +HDMI-1 1280/510x1024/290+1920+0  HDMI-1',
      ' 1: +*eDP-1 1920/344x1080/194+0+0  eDP-1',
      '',
    ].join('\n');
    expect(parseMonitors(text)).toEqual([
      { x: 0, y: 0, width: 1920, height: 1080 },
      { x: 1920, y: 0, width: 1280, height: 1024 },
    ]);
    expect(parseMonitors('Can not open display')).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('tells a machine without a screen', () => {
    expect(hasScreen({})).toBe(false);
    expect(hasScreen({ DISPLAY: '' })).toBe(false);
    expect(hasScreen({ DISPLAY: ':0' })).toBe(true);
    expect(hasScreen({ WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
  });
});

describe('the browser', () => {
  const window = {
    address: 'http://127.0.0.1:1/enter?token=t',
    userDataDirectory: '/tmp/x',
    monitor: { x: 1920, y: 0, width: 1280, height: 1024 },
    cover: 'kiosk' as const,
    withoutSandbox: false,
  };

  it('covers its monitor, reaches nothing but this machine, and keeps its sandbox', () => {
    const list = chromiumArguments(window);
    expect(list).toContain('--kiosk');
    expect(list).toContain('--window-position=1920,0');
    expect(list).toContain('--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1');
    expect(list).not.toContain('--no-sandbox');
  });

  it('gives up the sandbox only where it was told to', () => {
    expect(chromiumArguments({ ...window, withoutSandbox: true })).toContain('--no-sandbox');
  });

  it('is the one that TIZME_CHROMIUM names, or none', () => {
    expect(findChromium({ TIZME_CHROMIUM: '/nowhere/chromium' })).toBe(null);
    expect(findChromium({ TIZME_CHROMIUM: process.execPath })).toBe(process.execPath);
  });

  it.runIf(process.platform === 'linux')('tells when it can not run, and leaves nothing behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tizme-test-'));
    const chromium = join(folder, 'chromium');
    await writeFile(chromium, `#!/bin/sh\necho "$@" > "${folder}/arguments"\nexit 7\n`);
    await chmod(chromium, 0o755);
    let windows: BrowserWindows | null = null;
    const closed = await new Promise((resolve) => {
      windows = new BrowserWindows({
        chromium,
        kiosk: false,
        withoutSandbox: false,
        createAddress: (kind) => `http://127.0.0.1:1/${kind}`,
        onClosed: (kind, crashed) => resolve({ kind, crashed }),
        log() {},
      });
      void windows.open(['desk']);
    });
    expect(closed).toEqual({ kind: 'desk', crashed: true });
    const list = await readFile(join(folder, 'arguments'), 'utf8');
    expect(list).toContain('--app=http://127.0.0.1:1/desk');
    const userData = /--user-data-dir=(\S+)/.exec(list)?.[1] ?? '';
    await (windows as BrowserWindows | null)?.close();
    await expect(readFile(userData)).rejects.toMatchObject({ code: 'ENOENT' });
    await rm(folder, { recursive: true });
  });
});
