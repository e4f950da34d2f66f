import { type LeftBehind, nothingLeft } from './checks/left-behind.ts';
import { type CheckResult, type RoundsResult, roundsHold } from './checks/run-checks.ts';

export function describeCheck({ device, check, problem, milliseconds, note }: CheckResult): string {
  const said = note === undefined ? '' : `: ${note}`;
  return `  ${device}: ${check}: ${problem ?? 'holds'} (${(milliseconds / 1_000).toFixed(1)} s)${said}`;
}

export function describeRounds(result: RoundsResult): string {
  const { device, rounds, missedUnplugs, staleFrames, otherFailures } = result;
  const counted = `${missedUnplugs} missed unplugs, ${staleFrames} stale frames, ${otherFailures} other failures`;
  const times = `ready within ${result.slowestReady} ms, gone within ${result.slowestGone} ms`;
  const first = result.firstFailure === null ? '' : `; first: ${result.firstFailure}`;
  return `  ${device}: ${rounds} rounds: ${counted}; ${times}${first}`;
}

export function describeLeftBehind(left: LeftBehind): string {
  const { devices, rounds, filesLeaked, memoryGrown, heapGrown, openFiles } = left;
  const held = openFiles.length === 0 ? '' : `; open: ${openFiles.join(' ')}`;
  return `  after ${rounds} rounds of ${devices.join(', ')}: ${filesLeaked} files and ${memoryGrown} MB left behind (${heapGrown} MB of JavaScript's)${held}`;
}

/** The table device x check, and below it what did not hold. */
export function tableOf(
  checks: readonly CheckResult[],
  rounds: readonly RoundsResult[],
  leftBehind: readonly LeftBehind[],
): readonly string[] {
  const common = ['found', 'works', 'stale bytes', 'pulled in use'];
  const devices = [
    ...new Set([...checks.map(({ device }) => device), ...rounds.map(({ device }) => device)]),
  ];
  const width = Math.max(...devices.map((device) => device.length), 6);
  const mark = (results: readonly boolean[]): string =>
    results.length === 0 ? '-' : results.every((good) => good) ? 'ok' : 'FAILS';
  const rows = devices.map((device) => {
    const own = checks.filter((check) => check.device === device);
    const cells = common.map((name) => mark(own.filter(({ check }) => check === name).map(isGood)));
    const faults = own.filter(({ check }) => !common.includes(check));
    const played = rounds.filter((each) => each.device === device);
    const good = faults.filter(isGood).length;
    cells.push(faults.length === 0 ? '-' : `${good}/${faults.length}`);
    cells.push(played.length === 0 ? '-' : `${played[0]?.rounds} ${mark(played.map(roundsHold))}`);
    const left = leftBehind.filter((each) => each.devices.includes(device));
    cells.push(mark(left.map(nothingLeft)));
    return [device, ...cells];
  });
  const head = ['device', ...common, 'faults', 'rounds', 'nothing left'];
  const lines = [head, ...rows].map(([device = '', ...cells]) =>
    [device.padEnd(width), ...cells.map((cell) => cell.padEnd(13))].join('  ').trimEnd(),
  );
  const failures = checks.filter((check) => !isGood(check)).map(describeCheck);
  const badRounds = rounds.filter((each) => !roundsHold(each)).map(describeRounds);
  const notes = checks.filter((check) => isGood(check) && check.note !== undefined).map(describeCheck);
  return [...lines, ...leftBehind.map(describeLeftBehind), ...notes, ...failures, ...badRounds];
}

function isGood({ problem }: CheckResult): boolean {
  return problem === null;
}
