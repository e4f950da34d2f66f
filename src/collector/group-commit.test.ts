import { expect, test } from 'vitest';
import { ok } from '../domain/result.ts';
import { GroupCommit } from './group-commit.ts';

test('what comes together is written together, and each gets its own answer', async () => {
  const groups: number[][] = [];
  const commit = new GroupCommit<number, string>((jobs) => {
    groups.push([...jobs]);
    return ok(jobs.map((job) => `done ${job}`));
  });
  const answers = await Promise.all([1, 2, 3].map((job) => commit.add(job)));
  expect(groups).toEqual([[1, 2, 3]]);
  expect(answers).toEqual(['done 1', 'done 2', 'done 3'].map((value) => ({ ok: true, value })));
});

test('an error of the disk is everybody’s, a bug only of the job that has it', async () => {
  const full = { ok: false, error: { code: 'disk-full' } } as const;
  const failing = new GroupCommit<number, string>(() => full);
  expect(await Promise.all([failing.add(1), failing.add(2)])).toEqual([full, full]);

  const stored: number[] = [];
  const commit = new GroupCommit<number, number>((jobs) => {
    if (jobs.includes(2)) throw new Error('a broken constraint');
    stored.push(...jobs);
    return ok([...jobs]);
  });
  const settled = await Promise.allSettled([1, 2, 3].map((job) => commit.add(job)));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(stored).toEqual([1, 3]);
});
