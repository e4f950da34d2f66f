import { readFileSync } from 'node:fs';

/** Resident memory of a process in megabytes (Linux: VmRSS of /proc/PID/status); null where it can't be read. */
export function residentMegabytes(processId: number | null): number | null {
  if (processId === null) return null;
  try {
    const status = readFileSync(`/proc/${processId}/status`, 'utf8');
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
