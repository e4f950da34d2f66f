import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWindows } from '../shared/describe-windows.ts';
import { BrowserWindows, placeWindows } from './browser-windows.ts';
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

describe('the windows', () => {
  const [laptop, second] = [
    { x: 0, y: 0, width: 1920, height: 1080 },
    { x: 1920, y: 0, width: 1280, height: 1024 },
  ];
  const kinds = ['desk', 'observer', 'issuing'] as const;

  it('on one monitor has the desk open last, over the whole of it, and the others behind it', () => {
    const places = placeWindows(kinds, [laptop], false);
    expect(places.map(({ kind, cover }) => [kind, cover])).toEqual([
      ['issuing', 'part'],
      ['observer', 'part'],
      ['desk', 'desktop'],
    ]);
    expect(places.at(-1)?.monitor).toEqual(laptop);
    const [issuing, observer] = places.map(({ monitor }) => monitor);
    expect(issuing).not.toEqual(observer);
    for (const part of [issuing, observer]) {
      expect((part?.x ?? 0) + (part?.width ?? 0)).toBeLessThanOrEqual(1920);
      expect((part?.y ?? 0) + (part?.height ?? 0)).toBeLessThanOrEqual(1080);
    }
    expect(describeWindows(kinds, 1)).toBe(
      'Windows: desk; behind the desk: observer, issuing (Alt+Tab or the task bar).',
    );
    expect(describeWindows(kinds, 0)).toBe(describeWindows(kinds, 1));
  });

  it('gives each kind a monitor of its own as long as there are any', () => {
    const places = placeWindows(['desk', 'observer'], [laptop, second], false);
    expect(places.map(({ kind, monitor, cover }) => [kind, monitor, cover])).toEqual([
      ['observer', second, 'kiosk'],
      ['desk', laptop, 'kiosk'],
    ]);
    expect(describeWindows(['desk', 'observer'], 2)).toBe('Windows: desk, observer (one on each monitor).');
    expect(describeWindows(['desk'], 1)).toBe('Windows: desk.');
  });
});

describe('the browser', () => {
  const window = {
    address: 'http://127.0.0.1:1/enter?token=t',
    userDataDirectory: join(tmpdir(), 'windows'),
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
        whenEntered: async () => {},
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
