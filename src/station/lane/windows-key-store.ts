import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * The key store of Windows for the laptop's share: DPAPI, through .NET's ProtectedData, which every Windows PowerShell
 * has (https://learn.microsoft.com/dotnet/api/system.security.cryptography.protecteddata). What lies on the disk opens for
 * this account of this Windows only. It is as strong as the account's password: a laptop that logs in by itself protects
 * its share by its disk's encryption alone (docs/decisions/laptop-share.md).
 */

/** Runs a script of Windows PowerShell. @returns what it printed, or null where it failed or is not there */
export type RunPowerShell = (script: string, input: string) => string | null;

const PATIENCE_MS = 30_000;
const PURPOSE = 'tizme laptop share v1';

/** Nothing secret is in the script: what is protected goes in by standard input, in base64. */
function scriptFor(action: 'Protect' | 'Unprotect'): string {
  return [
    "$ErrorActionPreference = 'Stop'",
    'Add-Type -AssemblyName System.Security',
    '$given = [Convert]::FromBase64String([Console]::In.ReadToEnd().Trim())',
    `$purpose = [Text.Encoding]::UTF8.GetBytes('${PURPOSE}')`,
    `$made = [Security.Cryptography.ProtectedData]::${action}($given, $purpose, 'CurrentUser')`,
    '[Console]::Out.Write([Convert]::ToBase64String($made))',
  ].join('; ');
}

export const systemPowerShell: RunPowerShell = (script, input) => {
  const { status, stdout } = spawnSync(
    'powershell.exe',
    ['-NoProfile', '-NonInteractive', '-Command', script],
    { input, encoding: 'latin1', timeout: PATIENCE_MS, windowsHide: true },
  );
  return status === 0 ? stdout : null;
};

/** Whether it gives back what it was given: a store that only says yes would lose the laptop its key. */
export function hasWindowsKeyStore(
  run: RunPowerShell = systemPowerShell,
  platform = process.platform,
): boolean {
  if (platform !== 'win32') return false;
  const probe = Uint8Array.from([1, 2, 3, 4]);
  const kept = ask(run, 'Protect', probe);
  const back = kept === null ? null : ask(run, 'Unprotect', kept);
  return back !== null && Buffer.from(back).equals(probe) && !Buffer.from(kept ?? []).equals(probe);
}

/** @returns false where Windows refuses */
export function sealInWindows(
  file: string,
  secret: Uint8Array,
  run: RunPowerShell = systemPowerShell,
): boolean {
  const kept = ask(run, 'Protect', secret);
  if (kept === null) return false;
  // Read back before anything leans on it.
  const back = ask(run, 'Unprotect', kept);
  const isKept = back !== null && Buffer.from(back).equals(secret);
  back?.fill(0);
  if (!isKept) return false;
  writeFileSync(file, `${Buffer.from(kept).toString('base64')}\n`, { mode: 0o600, flush: true });
  return true;
}

/** The caller wipes what comes back; null where Windows refuses: another account, or the disk is in another laptop. */
export function unsealFromWindows(file: string, run: RunPowerShell = systemPowerShell): Uint8Array | null {
  if (!existsSync(file)) return null;
  const kept = readBase64(readFileSync(file, 'latin1'));
  return kept === null ? null : ask(run, 'Unprotect', kept);
}

function ask(run: RunPowerShell, action: 'Protect' | 'Unprotect', bytes: Uint8Array): Uint8Array | null {
  const said = run(scriptFor(action), Buffer.from(bytes).toString('base64'));
  return said === null ? null : readBase64(said);
}

function readBase64(text: string): Uint8Array | null {
  const trimmed = text.trim();
  return /^[A-Za-z0-9+/]+={0,2}$/.test(trimmed) ? new Uint8Array(Buffer.from(trimmed, 'base64')) : null;
}
