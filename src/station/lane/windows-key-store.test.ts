import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { err, ok } from '../../domain/result.ts';
import { chooseKeeper, describeKeeper, keepShare, readShare, type ShareMachine } from './device-share.ts';
import type { RunPowerShell } from './windows-key-store.ts';

const SHARE = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-windows-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Does what the scripts ask of DPAPI, for one account; not Windows, on which nothing of this has been run. */
class ActingWindows {
  readonly scripts: string[] = [];
  account = 'kiosk';
  isThere = true;
  /** Answers, and forgets. */
  losesKeys = false;

  readonly powerShell: RunPowerShell = (script, input) => {
    this.scripts.push(script);
    if (!this.isThere) return null;
    const action = /ProtectedData\]::(Protect|Unprotect)\(\$given, \$purpose, 'CurrentUser'\)/.exec(
      script,
    )?.[1];
    const purpose = /GetBytes\('([^']+)'\)/.exec(script)?.[1];
    const given = Buffer.from(input, 'base64');
    const mark = Buffer.from(`${this.account}/${purpose}/`);
    if (action === 'Protect')
      return `${Buffer.concat([mark, given.map((byte) => byte ^ 0x55)]).toString('base64')}\r\n`;
    if (action !== 'Unprotect' || this.losesKeys || !given.subarray(0, mark.length).equals(mark)) return null;
    return Buffer.from(given.subarray(mark.length).map((byte) => byte ^ 0x55)).toString('base64');
  };

  get machine(): ShareMachine {
    return { platform: 'win32', powerShell: this.powerShell };
  }
}

describe('on Windows the laptop’s share is kept by the system', () => {
  test('for this account alone, never on the disk or in a command line as it is', () => {
    const windows = new ActingWindows();
    expect(chooseKeeper(null, windows.machine)).toEqual(ok({ kind: 'windows' }));
    expect(keepShare(folder, { kind: 'windows' }, 'laptop-1', SHARE, windows.machine)).toEqual(ok());
    expect(readShare(folder, windows.machine)).toEqual(ok(SHARE));
    expect(describeKeeper(folder)).toContain('Windows');
    const hex = Buffer.from(SHARE).toString('hex');
    const base64 = Buffer.from(SHARE).toString('base64');
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), 'latin1');
      expect(text.includes(hex) || text.includes(base64)).toBe(false);
    }
    expect(windows.scripts.some((script) => script.includes(base64))).toBe(false);
    windows.account = 'somebody else';
    expect(readShare(folder, windows.machine)).toEqual(err('windows-refuses'));
  });

  test('and where it does not answer, or loses what it was given, the laptop is refused by name', () => {
    const windows = new ActingWindows();
    windows.losesKeys = true;
    expect(chooseKeeper(null, windows.machine)).toEqual(err('no-keeper'));
    expect(keepShare(folder, { kind: 'windows' }, 'laptop-1', SHARE, windows.machine)).toEqual(
      err('windows-refuses'),
    );
    expect(readdirSync(folder)).toEqual([]);
    windows.isThere = false;
    expect(chooseKeeper(null, windows.machine)).toEqual(err('no-keeper'));
    expect(chooseKeeper('E:\\', windows.machine)).toEqual(ok({ kind: 'stick', folder: 'E:\\' }));
  });
});
