import { expect, test } from 'vitest';
import { ok } from '../domain/result.ts';
import { GroupCommit } from './group-commit.ts';

test('what comes together is written together up to a limit, and each gets its own answer', async () => {
  const groups: number[][] = [];
  const commit = new GroupCommit<number, string>(
    (jobs) => {
      groups.push([...jobs]);
      return ok(jobs.map((job) => `done ${job}`));
    },
    () => 900,
  );
  const answers = await Promise.all([1, 2, 3, 4].map((job) => commit.add(job)));
  expect(groups).toEqual([[1, 2, 3], [4]]);
  expect(answers).toEqual(['done 1', 'done 2', 'done 3', 'done 4'].map((value) => ({ ok: true, value })));
});

test('an error of the disk is everybody’s, a bug only of the job that has it', async () => {
  const full = { ok: false, error: { code: 'disk-full' } } as const;
  const failing = new GroupCommit<number, string>(
    () => full,
    () => 1,
  );
  expect(await Promise.all([failing.add(1), failing.add(2)])).toEqual([full, full]);

  const stored: number[] = [];
  const commit = new GroupCommit<number, number>(
    (jobs) => {
      if (jobs.includes(2)) throw new Error('a broken constraint');
      stored.push(...jobs);
      return ok([...jobs]);
    },
    () => 1,
  );
  const settled = await Promise.allSettled([1, 2, 3].map((job) => commit.add(job)));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(stored).toEqual([1, 3]);
});
