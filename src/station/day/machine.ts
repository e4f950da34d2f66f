import { readdir, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** What the laptop says about itself; injected, so that tests and mock days can play any machine. */
export interface Machine {
  /** Free bytes where the databases are; null when the system doesn't tell. */
  freeDiskBytes(): Promise<number | null>;
  /** Null on a machine without a battery. */
  battery(): Promise<{ readonly percent: number; readonly charging: boolean } | null>;
}

const POWER_SUPPLIES = '/sys/class/power_supply';

export function thisMachine(dataDirectory: string): Machine {
  return {
    async freeDiskBytes() {
      try {
        const disk = await statfs(dataDirectory);
        return disk.bavail * disk.bsize;
      } catch {
        return null;
      }
    },
    async battery() {
      try {
        const supplies = await readdir(POWER_SUPPLIES);
        const battery = supplies.find((name) => name.startsWith('BAT'));
        if (battery === undefined) return null;
        const read = async (file: string): Promise<string> =>
          (await readFile(join(POWER_SUPPLIES, battery, file), 'utf8')).trim();
        return {
          percent: Number(await read('capacity')),
          charging: (await read('status')) !== 'Discharging',
        };
      } catch {
        return null;
      }
    },
  };
}
