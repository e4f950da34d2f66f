import { afterEach, expect, test, vi } from 'vitest';
import { ok } from '../domain/result.ts';
import { GroupCommit, LEAST_WAIT_MS, MOST_WAIT_MS } from './group-commit.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('what comes together is written together up to a limit, and each gets its own answer', async () => {
  const groups: number[][] = [];
  const commit = new GroupCommit<number, string>(
    (jobs) => {
      groups.push([...jobs]);
      return ok(jobs.map((job) => `done ${job}`));
    },
    () => 3000,
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

test('a group is gathered for as long as the last one took to write, within bounds', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let now = 0;
  let takes = 0;
  const groups: number[] = [];
  const commit = new GroupCommit<number, number>(
    (jobs) => {
      groups.push(jobs.length);
      now += takes;
      return ok([...jobs]);
    },
    () => 1,
    () => now,
  );
  const gatheredFor = (wait: number): void => {
    const before = groups.length;
    void commit.add(1);
    vi.advanceTimersByTime(wait - 1);
    expect(groups).toHaveLength(before);
    void commit.add(2);
    vi.advanceTimersByTime(1);
    expect(groups.slice(before)).toEqual([2]);
  };
  takes = 20;
  gatheredFor(LEAST_WAIT_MS);
  takes = 400;
  gatheredFor(20);
  takes = 1;
  gatheredFor(MOST_WAIT_MS);
  gatheredFor(LEAST_WAIT_MS);
});
