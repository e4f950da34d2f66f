import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findSticks, writable } from './find-sticks.ts';

test.skipIf(process.platform !== 'linux')(
  'what is mounted is a stick, and no folder that only lies there',
  () => {
    const place = mkdtempSync(join(tmpdir(), 'tizme-mounts-'));
    mkdirSync(join(place, 'user', 'STICK'), { recursive: true });
    try {
      expect(findSticks([], 'linux', [place])).toEqual([]);
      expect(findSticks([place], 'linux', [place])).toEqual([place]);
      // Something else than the disk on every Linux.
      expect(findSticks([], 'linux', ['/dev'])).toContain('/dev/shm');
      expect(findSticks([], 'linux', ['/dev'])).not.toContain('/dev/block');
    } finally {
      rmSync(place, { recursive: true });
    }
  },
);

test.skipIf(process.platform !== 'linux')('nothing is kept on what can only be read', () => {
  expect(writable(['/proc', '/dev/shm', '/nowhere'])).not.toContain('/nowhere');
  expect(writable(['/dev/shm'])).toEqual(['/dev/shm']);
});
