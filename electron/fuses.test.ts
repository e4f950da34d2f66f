import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options } from '@electron/fuses';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** The value of each fuse, by what Electron's documentation advises for a program that needs none of them. */
const SAFE: Record<keyof typeof FuseV1Options, boolean> = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
};

describe('the packaged product', () => {
  it('burns in every fuse that the fuses tool knows, each to its safe side', () => {
    const text = readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8');
    const section = text.slice(text.indexOf('electronFuses:'));
    const fuses = [...section.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name = '', value]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      value === 'true',
    ]);
    const known = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)));
    expect(Object.fromEntries(fuses)).toEqual(SAFE);
    expect(Object.keys(SAFE).toSorted()).toEqual(known.toSorted());
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
