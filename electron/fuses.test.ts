import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { afterPack, type PackContext } from './fuses.ts';

const ROOT = join(import.meta.dirname, '..');

/** A binary as Electron's: the sentinel, the version of the wire, its length, and one byte for each fuse. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES_KNOWN = 9;
const WIRE_VERSION = 1;
const DISABLED = '0';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tizme-fuses-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function writeProgram(name: string, fuses: number): Promise<string> {
  const file = join(folder, name);
  const wire = Buffer.concat([Buffer.from([WIRE_VERSION, fuses]), Buffer.from(DISABLED.repeat(fuses))]);
  await writeFile(
    file,
    Buffer.concat([Buffer.alloc(5000, 7), Buffer.from(SENTINEL), wire, Buffer.alloc(90)]),
  );
  return file;
}

function packed(electronPlatformName: string): PackContext {
  const packager = { appInfo: { productFilename: 'Tizme' } };
  return {
    appOutDir: folder,
    electronPlatformName,
    packager: electronPlatformName === 'linux' ? { ...packager, executableName: 'tizme' } : packager,
  };
}

describe('the packaged product', () => {
  for (const [platform, name] of [
    ['linux', 'tizme'],
    ['win32', 'Tizme.exe'],
  ] as const) {
    it(`has every fuse of its binary burnt in, each to its safe side (${platform})`, async () => {
      const file = await writeProgram(name, FUSES_KNOWN);
      await afterPack(packed(platform));
      const burnt = await getCurrentFuseWire(file);
      const states = Object.values(FuseV1Options)
        .filter((fuse) => typeof fuse === 'number')
        .map((fuse) => [FuseV1Options[fuse], burnt[fuse] === FuseState.ENABLE]);
      expect(Object.fromEntries(states)).toEqual({
        RunAsNode: false,
        EnableCookieEncryption: true,
        EnableNodeOptionsEnvironmentVariable: false,
        EnableNodeCliInspectArguments: false,
        EnableEmbeddedAsarIntegrityValidation: true,
        OnlyLoadAppFromAsar: true,
        LoadBrowserProcessSpecificV8Snapshot: false,
        GrantFileProtocolExtraPrivileges: false,
        WasmTrapHandlers: true,
      });
      expect(burnt.version).toBe(FuseVersion.V1);
    });
  }

  it('is not packaged with a binary that has a fuse which nobody decided on', async () => {
    const file = await writeProgram('tizme', FUSES_KNOWN + 1);
    await expect(afterPack(packed('linux'))).rejects.toThrow(/strictlyRequireAllFuses/);
    const untouched = await getCurrentFuseWire(file);
    expect(untouched[FuseV1Options.OnlyLoadAppFromAsar]).toBe(FuseState.DISABLE);
  });

  it('gets its fuses from the hook alone, which electron-builder is told of', () => {
    const text = readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8');
    expect(text).toMatch(/^afterPack: \.\/electron\/fuses\.ts$/m);
    expect(text).not.toContain('electronFuses');
  });

  it('opens no way round the walls anywhere in the shell or the screens', () => {
    const banned =
      /executeJavaScript|openExternal|\binnerHTML\b|dangerouslySetInnerHTML|file:\/\/|loadFile\(|@electron\/remote|\beval\(|new Function\(/;
    const found: string[] = [];
    for (const folder of ['electron', 'src/ui']) {
      for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        if (banned.test(readFileSync(path, 'utf8'))) found.push(path);
      }
    }
    expect(found).toEqual([]);
  });
});
