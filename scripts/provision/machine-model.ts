import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** As the firmware calls it (SMBIOS); the name of the machine where it says nothing. */
export function machineModel(): string {
  try {
    const read = (name: string): string => readFileSync(`/sys/class/dmi/id/${name}`, 'utf8').trim();
    return `${read('sys_vendor')} ${read('product_name')}`.trim();
  } catch {
    return hostname();
  }
}
