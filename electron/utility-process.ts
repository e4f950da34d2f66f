import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import { PROCESS_MEMORY_FLAGS } from '../scripts/hosts/shared/process-memory-flags.ts';
import type { RunningProcess } from '../scripts/hosts/shared/running-process.ts';
import { RelayedPort } from '../src/domain/relayed-port.ts';

/** Starts `entry` in a Node process of Electron's own: `fork` stops working once the fuses are set. */
export function startUtilityProcess(entry: URL, serviceName: string): RunningProcess {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = utilityProcess.fork(fileURLToPath(entry), [], {
    serviceName,
    stdio: 'inherit',
    execArgv: [...PROCESS_MEMORY_FLAGS],
    env,
  });
  const port = new RelayedPort((message) => child.postMessage(message));
  const listeners = new Set<(code: number | null) => void>();
  let exit: { readonly code: number } | null = null;
  child.on('message', (message) => port.receive(message));
  child.once('exit', (code) => {
    exit = { code };
    port.close();
    for (const listener of listeners) listener(code);
  });
  return {
    port,
    get processId() {
      return child.pid ?? null;
    },
    onExit(listener) {
      const ended = exit;
      if (ended === null) listeners.add(listener);
      else queueMicrotask(() => listener(ended.code));
    },
    kill() {
      // Electron's own kill asks politely, which a process that is stuck does not hear.
      if (child.pid === undefined || process.platform === 'win32') child.kill();
      else process.kill(child.pid, 'SIGKILL');
    },
  };
}
