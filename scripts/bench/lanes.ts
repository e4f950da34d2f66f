import { ok, type Result } from '../../src/domain/result.ts';
import { LanesBench, type RunningLane, until } from '../../src/sync/lanes/testing/lanes-bench.ts';
import type { CommandIo } from '../command-io.ts';
import { progressBar } from '../progress.ts';
import { atLeast, atMost, type BenchmarkResult, type Figure, percentile, plain } from './benchmark.ts';
import { attackLane } from './lanes-attack.ts';
import { timeConvergence } from './lanes-convergence.ts';

export interface LanesBenchOptions {
  readonly lanes: number;
  readonly grants: number;
  readonly events: number;
  readonly messages: number;
  readonly io: CommandIo;
}

/**
 * Lanes of one station over mutual TLS on this machine, each with its own encrypted database at FULL. For grants and
 * hostile messages they share one process and its one thread; after a cut, when all of them work at once, each has its own
 * process, as each has its own laptop at a station.
 */
export async function benchLanes(options: LanesBenchOptions): Promise<Result<BenchmarkResult, string>> {
  const { lanes: count, io } = options;
  const bench = await LanesBench.provision(count);
  try {
    const running: RunningLane[] = [];
    for (let lane = 1; lane <= count; lane += 1) running.push(await bench.start(lane));
    await until('every lane to own', () =>
      running.every(({ lanes }) => lanes.node.standing.name() === 'owning'),
    );
    const figures = await measureGrants(running, options);
    for (const one of running) await one.stop();
    io.progress('a cut');
    const seconds = await timeConvergence(count, options.events);
    figures.push(atMost(`lanes converge after a cut with ${options.events} events each`, seconds, 's', 2));
    io.progress('hostile messages');
    const attack = await attackLane(bench, options.messages, (done) =>
      io.progress(progressBar('hostile messages', done, options.messages)),
    );
    figures.push(
      atLeast('hostile messages refused', (100 * attack.refused) / attack.sent, '%', 100),
      plain('  of them forged, replayed, reordered, truncated', attack.sent, 'messages'),
      atMost('  what they changed', attack.changes, 'changes', 0),
    );
    return ok({ name: 'lanes', figures });
  } finally {
    await bench.dispose();
  }
}

async function measureGrants(
  running: readonly RunningLane[],
  { grants, io }: LanesBenchOptions,
): Promise<Figure[]> {
  const [one, ...others] = running as [RunningLane, ...RunningLane[]];
  const times = { grant: [] as number[], confirm: [] as number[], agree: [] as number[] };
  for (let index = 0; index < grants; index += 1) {
    const owner = 2 + (index % others.length);
    const voter = `v${owner}-${index}`;
    const asked = performance.now();
    await new Promise<void>((resolve, reject) =>
      one.lanes.node.claim(voter, (outcome) =>
        outcome === 'held' ? resolve() : reject(new Error(`refused: ${outcome.why}`)),
      ),
    );
    times.grant.push(performance.now() - asked);
    const begun = performance.now();
    const [event] = one.record([{ type: 'identified', voter, handover: `h${index}` }]);
    const place = { epoch: event?.epoch ?? 0, seq: event?.seq ?? 0 };
    await new Promise<void>((resolve) => one.lanes.node.secondCopy.when(place, resolve));
    times.confirm.push(performance.now() - begun);
    await until('all lanes to know', () =>
      others.every(({ lanes }) => lanes.node.state.identifications.isIdentified(voter)),
    );
    times.agree.push(performance.now() - begun);
    one.lanes.node.rights.release(voter);
    if (index % 10 === 9) io.progress(progressBar('grants', index + 1, grants));
  }
  return [
    atMost('grant from another lane, p99', percentile(times.grant, 0.99), 'ms', 150),
    plain('  p50', percentile(times.grant, 0.5), 'ms'),
    plain('commit to confirmation with a second copy, p99', percentile(times.confirm, 0.99), 'ms'),
    atMost('all lanes agree after an event, p99', percentile(times.agree, 0.99), 'ms', 300),
    plain('  p50', percentile(times.agree, 0.5), 'ms'),
  ];
}
