import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { addPerson, ROLES } from '../../src/collector/access/access-list.ts';
import { unwrap } from '../../src/domain/result.ts';

const TIZME = fileURLToPath(new URL('../tizme.js', import.meta.url));

export interface CollectorProcess {
  readonly url: string;
  /** Verifies its receipts. */
  readonly publicKey: Uint8Array;
  /** Opens everything that people may see. */
  readonly code: string;
  readonly headers: { readonly authorization: string };
  /** Resident memory in megabytes, as the system counts it. */
  megabytes(): number;
  /** The most that it ever had. */
  mostMegabytes(): number;
  /** Processor time that it has used, of all its threads. */
  processorSeconds(): number;
  /** As a power cut takes it: no handler runs. */
  kill(): Promise<void>;
  /** As it is told to stop. */
  stop(): Promise<void>;
}

/** `tizme collector` in a process of its own, with these arguments; resolves when it listens. */
export async function startCollectorProcess(args: readonly string[]): Promise<CollectorProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'tizme-access-'));
  const { text, code } = unwrap(addPerson(null, { name: 'bench', roles: ROLES }));
  const access = join(folder, 'access.json');
  writeFileSync(access, text);
  const child = spawn(process.execPath, [TIZME, 'collector', '--port', '0', '--access', access, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const { url, publicKey } = await addressOf(child);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    ...{ url, publicKey, code, headers: { authorization: `Bearer ${code}` } },
    megabytes: () => residentMegabytes(child, 'VmRSS'),
    mostMegabytes: () => residentMegabytes(child, 'VmHWM'),
    processorSeconds: () => processorSeconds(child),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

async function addressOf(
  child: ChildProcess,
): Promise<{ readonly url: string; readonly publicKey: Uint8Array }> {
  if (child.stdout === null) throw new Error('the output of the collector is a pipe');
  const said: string[] = [];
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    url ??= /^collector: (https?:\S+)$/.exec(line)?.[1];
    const key = /^receipts are signed by ([0-9a-f]{64})$/.exec(line)?.[1];
    if (url !== undefined && key !== undefined) {
      return { url, publicKey: new Uint8Array(Buffer.from(key, 'hex')) };
    }
  }
  throw new Error(`the collector did not start: ${said.join(' / ')}`);
}

function residentMegabytes({ pid }: ChildProcess, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) / 1024;
}

/** Fields 14 and 15 of proc_pid_stat(5), in ticks of a hundredth of a second; 2 is the name, in parentheses. */
function processorSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export interface SelfSigned {
  readonly keyFile: string;
  readonly certificateFile: string;
}

/** A P-256 certificate for this machine made by `openssl`; null where there is none. */
export function makeCertificate(directory: string): SelfSigned | null {
  const keyFile = join(directory, 'tls-key.pem');
  const certificateFile = join(directory, 'tls-certificate.pem');
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  try {
    execFileSync('openssl', [...request, '-keyout', keyFile, '-out', certificateFile, ...name], {
      stdio: 'ignore',
    });
    return { keyFile, certificateFile };
  } catch {
    return null;
  }
}
