import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { unwrap } from '../../src/domain/result.ts';
import { holdStation } from './hold-station.ts';

it('lets one program at a time have a station, and the next one as soon as the first has ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tizme-hold-'));
  const first = unwrap(holdStation(folder));
  expect(holdStation(folder)).toEqual({ ok: false, error: { code: 'already-running' } });
  const elsewhere = unwrap(holdStation(join(folder, 'another-station')));
  first.release();
  unwrap(holdStation(folder)).release();
  elsewhere.release();
  await rm(folder, { recursive: true });
});
