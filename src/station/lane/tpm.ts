import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Seals a secret in the laptop's TPM 2.0 by tpm2-tools (https://tpm2-tools.readthedocs.io): under a primary key of the
 * owner hierarchy, which the TPM makes again from its own seed each time. What lies on the disk opens in that very
 * TPM only, and no longer once it is cleared. (`TPM2TOOLS_TCTI` names another TPM than the laptop's, for tests.)
 */
const DEVICE = '/dev/tpmrm0';
const PATIENCE_MS = 20_000;

export function hasTpm(): boolean {
  if (process.env.TPM2TOOLS_TCTI === undefined && !existsSync(DEVICE)) return false;
  return run('tpm2_getrandom', ['--hex', '4']) !== null;
}

/** @returns false where the TPM refuses, or there is none */
export function sealInTpm(folder: string, secret: Uint8Array): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return withPrimary(
    (primary) =>
      run(
        'tpm2_create',
        [
          ...['-C', primary, '-i', '-'],
          ...['-u', join(folder, 'sealed.pub'), '-r', join(folder, 'sealed.priv')],
        ],
        secret,
      ) !== null,
  );
}

export function unsealFromTpm(folder: string): Uint8Array | null {
  let secret: Uint8Array | null = null;
  withPrimary((primary, temporary) => {
    const loaded = join(temporary, 'loaded.ctx');
    const files = ['-u', join(folder, 'sealed.pub'), '-r', join(folder, 'sealed.priv')];
    if (run('tpm2_load', ['-C', primary, ...files, '-c', loaded]) === null) return false;
    freeSlots();
    secret = run('tpm2_unseal', ['-c', loaded]);
    return secret !== null;
  });
  return secret;
}

function withPrimary(work: (primary: string, temporary: string) => boolean): boolean {
  const temporary = mkdtempSync(join(tmpdir(), 'tizme-tpm-'));
  try {
    const primary = join(temporary, 'primary.ctx');
    const made = run('tpm2_createprimary', ['-C', 'o', '-g', 'sha256', '-G', 'ecc', '-c', primary]);
    freeSlots();
    return made !== null && work(primary, temporary);
  } finally {
    // Nothing secret is in it: contexts are sealed by the TPM itself.
    rmSync(temporary, { recursive: true, force: true });
    freeSlots();
  }
}

/** A TPM holds three loaded objects; the kernel's `tpmrm0` sees to that by itself, one that is spoken to directly doesn't. */
function freeSlots(): void {
  run('tpm2_flushcontext', ['-t']);
}

/** Null where the program is missing, fails or doesn't come back. */
function run(program: string, args: readonly string[], input?: Uint8Array): Uint8Array | null {
  const done = spawnSync(program, args, {
    input: input ?? new Uint8Array(),
    timeout: PATIENCE_MS,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  if (done.error !== undefined || done.status !== 0) return null;
  return new Uint8Array(done.stdout);
}
