import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasProgram } from '../store/testing/has-program.ts';
import { deviceKeyFromSeed } from './device-key.ts';
import { isMinisigned, minisign, minisignPublicKey, readPublishedKey } from './minisign.ts';

const key = deviceKeyFromSeed(new Uint8Array(32).fill(21));
const file = Buffer.from('0000  events.jsonl\n', 'utf8');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-minisign-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the program says, or that it refused. */
function runMinisign(signature: string): string {
  writeFileSync(join(folder, 'sums'), file);
  writeFileSync(join(folder, 'sums.minisig'), signature);
  writeFileSync(join(folder, 'minisign.pub'), minisignPublicKey(key.publicKey));
  try {
    // -H: only the prehashed form.
    return execFileSync('minisign', ['-VHm', 'sums', '-p', 'minisign.pub'], {
      cwd: folder,
      encoding: 'utf8',
    });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') throw cause;
    return 'refused';
  }
}

test.skipIf(!hasProgram('minisign'))('minisign itself verifies it, and shows what was signed with it', () => {
  const signature = minisign(key, file, 'tizme/e/s/d/1 430 root');
  const said = runMinisign(signature);
  expect(said).toContain('Signature and comment signature verified');
  expect(said).toContain('Trusted comment: tizme/e/s/d/1 430 root');
  expect(isMinisigned(key.publicKey, file, signature)).toBe(true);
});

test.skipIf(!hasProgram('minisign'))(
  'with another file, comment or key it is refused, by minisign and by us',
  () => {
    const signature = minisign(key, file, 'comment');
    expect(isMinisigned(key.publicKey, Buffer.concat([file, file]), signature)).toBe(false);
    const stranger = deviceKeyFromSeed(new Uint8Array(32).fill(22));
    for (const wrong of [
      signature.replace('comment: comment', 'comment: another'),
      minisign(key, Buffer.from('other'), 'comment'),
      minisign(stranger, file, 'comment'),
      signature.trimEnd().split('\n').slice(0, 3).join('\n'),
    ]) {
      expect(isMinisigned(key.publicKey, file, wrong)).toBe(false);
      expect(runMinisign(wrong)).toBe('refused');
    }
  },
);

test('a published key is read as base64, as minisign’s line, and as its file; anything else is no key', () => {
  const bare = Buffer.from(key.publicKey).toString('base64');
  const file = minisignPublicKey(key.publicKey);
  const line = file.split('\n')[1] ?? '';
  for (const text of [bare, ` ${bare}\n`, line, file, file.replaceAll('\n', '\r\n')])
    expect(readPublishedKey(text), text).toEqual(key.publicKey);
  const short = Buffer.from(key.publicKey.subarray(1)).toString('base64');
  for (const text of ['', 'KEY', short, line.slice(4), `${bare} ${bare}`, bare.replace('=', '')])
    expect(readPublishedKey(text), text).toBeNull();
});
