import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { buildPackage, writePackage } from './build-package.ts';
import { encodeManifest, type Manifest, parseManifest } from './manifest.ts';
import { sharedFileName } from './open-package.ts';
import { createPackageBench, type PackageBench } from './testing/package-bench.ts';

let bench: PackageBench;
beforeAll(async () => {
  bench = await createPackageBench();
});
afterAll(() => bench.remove());

function codeOf(result: Awaited<ReturnType<PackageBench['open']>>): string {
  return result.ok ? 'opened' : result.error.code;
}

describe('a package that somebody made to do harm, with two signatures on it', () => {
  it.each(['../../../etc', 'a/../../b', '/etc', '..', 'a\\..\\b', 'C:evil', 'a\u0000b', '.hidden'])(
    'can not be of an election called %j, after which a folder would be named',
    async (electionId) => {
      const { manifest } = unwrap(await buildPackage(bench.content()));
      expect(() => encodeManifest({ ...manifest, electionId })).toThrow('no slash');
      // Written by somebody else’s program, it is no manifest either.
      const text = encodeManifest(manifest);
      const own = JSON.stringify(manifest.electionId);
      expect(parseManifest(text)).toMatchObject({ ok: true });
      expect(parseManifest(text.replace(own, JSON.stringify(electionId)))).toMatchObject({
        error: 'manifest-malformed',
      });
    },
  );

  it('can not claim more voters, lanes or bytes than a station has', async () => {
    const { manifest, parts } = unwrap(await buildPackage(bench.content()));
    const text = encodeManifest(manifest);
    const female = manifest.counts.female['61+'];
    for (const [from, to] of [
      [`"61+": ${female}`, '"61+": 20001'],
      [`"61+": ${female}`, '"61+": 1e400'],
      [`"61+": ${female}`, '"61+": -1'],
      ['"version": 1,', '"version": 1000001,'],
    ] as const) {
      const changed = text.replace(from, to);
      expect(changed).not.toBe(text);
      expect(parseManifest(changed)).toMatchObject({ error: 'manifest-malformed' });
    }
    const huge = (name: string): Manifest => ({
      ...manifest,
      parts: manifest.parts.map((part) =>
        part.name === name ? { ...part, bytes: 2 ** 40, opened: { ...part.opened, bytes: 2 ** 40 } } : part,
      ),
    });
    for (const { name } of manifest.parts) {
      const file = join(bench.directory, `huge-${name}`);
      writePackage(file, { manifest: huge(name), parts }, bench.members);
      expect(codeOf(await bench.open(file))).toBe('part-too-large');
    }
  });

  it('whose first line announces a note of any size is read no further than a note can be', async () => {
    const file = await bench.write({ name: 'first-line.tizme' });
    for (const [announced, code] of [
      ['9999999', 'manifest-malformed'],
      ['524289', 'manifest-malformed'],
      ['99999999', 'not-a-package'],
      ['1e9', 'not-a-package'],
      ['-1', 'not-a-package'],
    ] as const) {
      const changed = bench.changed(file, (bytes) => {
        const end = bytes.indexOf(10);
        return Buffer.concat([Buffer.from(`tizme package 1 ${announced}`), bytes.subarray(end)]);
      });
      expect(codeOf(await bench.open(changed))).toBe(code);
    }
  });
});

describe.skipIf(process.platform === 'win32')('what lies on a stick in place of a file', () => {
  it('a link to a device, to nothing or round in a circle, a pipe, a folder: no package, and nobody waits', async () => {
    const at = (name: string): string => join(bench.directory, name);
    symlinkSync('/dev/zero', at('device.tizme'));
    symlinkSync(at('nowhere'), at('dangling.tizme'));
    symlinkSync(at('circle.tizme'), at('circle.tizme'));
    execFileSync('mkfifo', [at('pipe.tizme')]);
    mkdirSync(at('folder.tizme'));
    for (const name of ['device', 'dangling', 'circle', 'pipe', 'folder'])
      expect(codeOf(await bench.open(at(`${name}.tizme`)))).toBe('package-unreadable');
  });

  it('the same in place of a shared part', async () => {
    const sha256 = 'a'.repeat(64);
    const shared = join(bench.directory, 'shared-of-harm');
    mkdirSync(shared);
    const file = await bench.write({
      name: 'with-shared.tizme',
      about: { shared: [{ name: 'national-index', bytes: 10, sha256 }] },
    });
    const place = join(shared, sharedFileName('national-index', sha256));
    const open = async () => codeOf(await bench.open(file, { sharedDirectory: shared }));
    expect(await open()).toBe('shared-part-missing');
    symlinkSync('/dev/zero', place);
    expect(await open()).toBe('shared-part-missing');
    // A link to a file is that file: what counts is its content.
    const other = join(bench.directory, 'other');
    writeFileSync(other, 'ten bytes.');
    expect(statSync(other).size).toBe(10);
    execFileSync('ln', ['-sf', other, place]);
    expect(await open()).toBe('shared-part-changed');
  });
});
