import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { ListenerSet } from '../../src/domain/listener-set.ts';

/**
 * The far end of a serial line whose near end is a real terminal of the operating system. Node cannot make one, so
 * a few lines of Python do, and pass the bytes on. It is what drivers are tested with over the real serial library.
 */
const PROGRAM = `
import os, pty, select, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
sys.stderr.write(os.ttyname(slave) + "\\n")
sys.stderr.flush()
while True:
    ready, _, _ = select.select([master, 0], [], [])
    if 0 in ready:
        data = os.read(0, 65536)
        if not data: break
        os.write(master, data)
        sys.stderr.write("%d\\n" % len(data))
        sys.stderr.flush()
    if master in ready:
        try: data = os.read(master, 65536)
        except OSError: break
        os.write(1, data)
`;

export interface PseudoTerminal {
  /** What the serial library opens. */
  readonly path: string;
  /** Returns once the bytes lie in the near end's buffer. */
  send(bytes: Uint8Array): Promise<void>;
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Ends the far end, as when the adapter is pulled out. */
  hangUp(): Promise<void>;
}

/** Whether this machine has what pseudo-terminals are made with. */
export function hasPseudoTerminals(): boolean {
  return process.platform === 'linux' && spawnSync('python3', ['-c', 'import pty']).status === 0;
}

export async function openPseudoTerminal(): Promise<PseudoTerminal> {
  const child = spawn('python3', ['-c', PROGRAM], { stdio: ['pipe', 'pipe', 'pipe'] });
  const path = await firstLine(child);
  const listeners = new ListenerSet<Uint8Array>();
  child.stdout.on('data', (bytes: Buffer) => listeners.tell(Uint8Array.from(bytes)));
  const sendNow = (bytes: Uint8Array) =>
    new Promise<void>((resolve) => {
      let missing = bytes.length;
      const count = (report: Buffer) => {
        for (const line of report.toString().trim().split('\n')) missing -= Number(line);
        if (missing > 0) return;
        child.stderr.off('data', count);
        resolve();
      };
      child.stderr.on('data', count);
      child.stdin.write(bytes);
    });
  // What is reported does not say whose bytes it counts.
  let sent = Promise.resolve();
  return {
    path,
    send: (bytes) => {
      sent = sent.then(() => sendNow(bytes));
      return sent;
    },
    onData: (listener) => listeners.add(listener),
    hangUp: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.stdin.end();
      }),
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('exit', () => reject(new Error('no pseudo-terminal was made')));
    child.stderr?.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      if (text.includes('\n')) resolve(text.trim());
    });
  });
}
