import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface TemporaryPostgres {
  readonly url: string;
  /** As a power cut takes it, and starts it again: everything that was acknowledged has to be there. */
  killAndRestart(): Promise<void>;
  close(): Promise<void>;
}

/** The server refuses to run as root; Debian's account that owns nothing. */
const NOBODY = 65_534;
/** Tenths of a second that a server which was killed has to go away. */
const MOST_STARTS = 100;
const READY = /database system is ready to accept connections/;

/**
 * A PostgreSQL server of its own in a temporary folder, on a Unix socket there, for tests and measurements. Null where
 * the machine has no `initdb` and `postgres`.
 */
export async function startTemporaryPostgres(): Promise<TemporaryPostgres | null> {
  const [initdb, postgres] = [findProgram('initdb'), findProgram('postgres')];
  if (initdb === null || postgres === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'tizme-postgres-'));
  const asNobody = process.getuid?.() === 0;
  if (asNobody) chownSync(folder, NOBODY, NOBODY);
  const options = { cwd: folder, ...(asNobody ? { uid: NOBODY, gid: NOBODY } : {}) };
  const data = join(folder, 'data');
  const made = spawn(
    initdb,
    ['-D', data, '-U', 'tizme', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
    { ...options, stdio: 'ignore' },
  );
  const [code] = await once(made, 'exit');
  if (code !== 0) throw new Error(`initdb ended with ${code}`);
  const start = async (): Promise<RunningServer> => {
    const server = spawn(postgres, ['-D', data, '-k', folder, '-c', 'listen_addresses='], {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(server, 'exit');
    await untilReady(server.stderr);
    return { server, ended };
  };
  let running = await start();
  return {
    url: `postgres://tizme@localhost/postgres?host=${encodeURIComponent(folder)}`,
    killAndRestart: async () => {
      running.server.kill('SIGKILL');
      await running.ended;
      // Its children notice that it is gone, one after the other; until then it refuses to start.
      for (let attempt = 1; ; attempt += 1) {
        try {
          running = await start();
          return;
        } catch (cause) {
          if (attempt === MOST_STARTS) throw cause;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    },
    close: async () => {
      // Fast shutdown: clients are cut off, everything is written.
      running.server.kill('SIGINT');
      await running.ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface RunningServer {
  readonly server: ChildProcess;
  readonly ended: Promise<unknown>;
}

function untilReady(output: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: output });
    // It goes on being read after that: a full pipe would hold the server up.
    lines.on('line', (line) => {
      if (READY.test(line)) resolve();
    });
    lines.on('close', () => reject(new Error('postgres did not start')));
  });
}

/** Whether this machine has what `startTemporaryPostgres` needs. */
export function hasPostgres(): boolean {
  return findProgram('initdb') !== null && findProgram('postgres') !== null;
}

/** Debian keeps the server's programs out of the PATH, a folder for each version. */
const DEBIAN_VERSIONS = '/usr/lib/postgresql';

function debianFolders(): string[] {
  try {
    return readdirSync(DEBIAN_VERSIONS).map((version) => join(DEBIAN_VERSIONS, version, 'bin'));
  } catch {
    return [];
  }
}

function findProgram(name: string): string | null {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...debianFolders()]) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here; the next folder may have it.
    }
  }
  return null;
}
