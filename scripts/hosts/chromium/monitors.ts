import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findExecutable } from '../shared/find-executable.ts';

/** One monitor on the desktop, in pixels. */
export interface Monitor {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** `xrandr --listmonitors`: ` 0: +*eDP-1 1920/344x1080/194+0+0  eDP-1`, the primary one with a star. */
const MONITOR_LINE = /^\s*\d+:\s+\+?(\*?)\S+\s+(\d+)\/\d+x(\d+)\/\d+\+(\d+)\+(\d+)/;

/** The monitors, the primary one first; empty where the desktop does not say (Wayland, Windows). */
export async function listMonitors(): Promise<readonly Monitor[]> {
  const xrandr = findExecutable(['xrandr']);
  if (xrandr === null || process.env.DISPLAY === undefined) return [];
  try {
    const { stdout } = await promisify(execFile)(xrandr, ['--listmonitors'], { timeout: 3_000 });
    return parseMonitors(stdout);
  } catch {
    return [];
  }
}

export function parseMonitors(text: string): readonly Monitor[] {
  return text
    .split('\n')
    .map((line) => MONITOR_LINE.exec(line))
    .filter((match) => match !== null)
    .map(([, star, width, height, x, y]) => ({
      primary: star === '*',
      monitor: { x: Number(x), y: Number(y), width: Number(width), height: Number(height) },
    }))
    .toSorted((a, b) => Number(b.primary) - Number(a.primary))
    .map(({ monitor }) => monitor);
}

/** Whether there is a screen to show windows on at all. */
export function hasScreen(environment: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(environment.DISPLAY) || Boolean(environment.WAYLAND_DISPLAY);
}
