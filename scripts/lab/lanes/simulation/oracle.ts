import { laneOf } from '../../../../src/domain/lanes/tenure.ts';
import type { HappenedIdentification, WorldHistory } from './history.ts';
import type { SimulatedLaptop } from './simulated-laptop.ts';

export interface Verdict {
  /** Two effective identifications of one voter that no recorded act of two people covers. */
  readonly uncoveredDoubles: readonly string[];
  /** Doubles that such an act covers. */
  readonly coveredDoubles: number;
  /** Doubles that a second machine with a lane's own key made possible. Nothing but its raising can help there. */
  readonly doublesByClones: number;
  /** One of the two only one disk had, by two people's word, and it was lost with the disk, as that word may have been. */
  readonly doublesByLostDisks: number;
  /** Confirmed on a screen, and not exactly once in the final log of every lane. */
  readonly confirmedLost: readonly string[];
  /** Doubles in the logs that some lane does not raise, or lanes that raise different things. */
  readonly notRaised: readonly string[];
  /** Acts that a lane had no business to do, though nothing may have come of them. */
  readonly overstepped: readonly string[];
  /** Lanes whose logs or opinions still differ after the network was whole again. */
  readonly notConverged: readonly string[];
  /** Voters whom nobody can identify although nothing is broken any more. */
  readonly stuck: readonly string[];
}

/** Judges a schedule that has come to rest, from what really happened and what is on the disks. */
export function judge(
  history: WorldHistory,
  laptops: readonly SimulatedLaptop[],
  stuck: readonly string[],
): Verdict {
  const doubles = doublesOf(history, laptops);
  return {
    uncoveredDoubles: doubles.filter(({ because }) => because === 'nothing').map(({ name }) => name),
    coveredDoubles: doubles.filter(({ because }) => because === 'two people').length,
    doublesByClones: doubles.filter(({ because }) => because === 'clone').length,
    doublesByLostDisks: doubles.filter(({ because }) => because === 'lost disk').length,
    confirmedLost: confirmedLost(history, laptops),
    notRaised: notRaised(history, laptops),
    overstepped: [...history.overstepped, ...acknowledgedWithout(history)],
    notConverged: notConverged(laptops),
    stuck,
  };
}

interface Double {
  readonly name: string;
  readonly because: 'two people' | 'lost disk' | 'clone' | 'nothing';
}

/** Effective: in some log or confirmed on some screen, and not undone. */
function doublesOf(history: WorldHistory, laptops: readonly SimulatedLaptop[]): Double[] {
  const onDisk = new Set(laptops.flatMap(({ disk }) => disk.events().map(({ hash }) => hash)));
  const undone = new Set(
    laptops.flatMap(({ disk }) =>
      disk.events().flatMap(({ fact }) => (fact.type === 'undone' ? [fact.handover] : [])),
    ),
  );
  const byVoter = new Map<string, HappenedIdentification[]>();
  for (const one of history.identifications) {
    if (undone.has(one.handover) || (!onDisk.has(one.hash) && one.confirmed === 'no')) continue;
    byVoter.set(one.voter, [...(byVoter.get(one.voter) ?? []), one]);
  }
  const doubles: Double[] = [];
  for (const [voter, several] of byVoter) {
    for (const [index, one] of several.entries()) {
      for (const other of several.slice(index + 1)) {
        const name = `${voter} at lanes ${one.lane} and ${other.lane}`;
        doubles.push({ name, because: explain(history, one, other) });
      }
    }
  }
  return doubles;
}

function explain(
  history: WorldHistory,
  a: HappenedIdentification,
  b: HappenedIdentification,
): Double['because'] {
  if (isCovered(a, b)) return 'two people';
  if (history.lostAlone.has(a.hash) || history.lostAlone.has(b.hash)) return 'lost disk';
  const lanes = [...a.authority.path, ...b.authority.path].map(laneOf);
  return lanes.some((lane) => history.clonedLanes.has(lane)) ? 'clone' : 'nothing';
}

/**
 * Whether two people answer for this pair: an override; a take-over on one side, against a right that stems from
 * the lane that was taken over and that had not acknowledged the fence; a lane that owned by two people's word
 * alone, in this lane or in one that gave the right. What only one disk had, by two people's word, and was lost with it
 * is counted apart. An undo that was lost with its disk covers nothing: a right doesn't leave a lane by a code behind
 * such an undo.
 */
function isCovered(a: HappenedIdentification, b: HappenedIdentification): boolean {
  return (
    a.authority.overridden ||
    b.authority.overridden ||
    isCoveredByTakeOver(a, b) ||
    isCoveredByTakeOver(b, a) ||
    a.authority.onTheirWord ||
    b.authority.onTheirWord
  );
}

function isCoveredByTakeOver(a: HappenedIdentification, b: HappenedIdentification): boolean {
  return a.authority.unacknowledged.some(
    ({ from, to }) =>
      !b.authority.fenced &&
      b.authority.path.includes(from) &&
      !b.authority.through.some((other) => other.from === from && other.to === to),
  );
}

function confirmedLost(history: WorldHistory, laptops: readonly SimulatedLaptop[]): string[] {
  const lost: string[] = [];
  const confirmed = [
    ...history.identifications.filter((one) => one.confirmed !== 'no').map(({ hash }) => hash),
    ...history.confirmedUndos,
  ];
  for (const laptop of laptops) {
    const times = new Map<string, number>();
    for (const { hash } of laptop.disk.events()) times.set(hash, (times.get(hash) ?? 0) + 1);
    for (const hash of confirmed) {
      if (history.lostAlone.has(hash)) continue;
      if (times.get(hash) !== 1) lost.push(`${hash} is ${times.get(hash) ?? 0} times at lane ${laptop.lane}`);
    }
  }
  return lost;
}

/** A second machine of the lane, or what one disk alone had by two people's word, may well have been missing. */
function acknowledgedWithout({ acknowledgedWithout: found, lostAlone, clonedLanes }: WorldHistory): string[] {
  return found
    .filter(({ lane, hash }) => !lostAlone.has(hash) && !clonedLanes.has(lane))
    .map(({ lane, hash }) => `lane ${lane} acknowledges a fence and lacks ${hash}, which it had confirmed`);
}

function notRaised(history: WorldHistory, laptops: readonly SimulatedLaptop[]): string[] {
  const problems: string[] = [];
  const named = laptops.map(({ node }) => JSON.stringify(node.matters()));
  for (const [index, one] of named.entries())
    if (one !== named[0]) problems.push(`lane ${laptops[index]?.lane} raises other matters`);
  for (const { disk, node, lane } of laptops) {
    const here = new Set(disk.events().map(({ hash }) => hash));
    const matters = node.matters();
    for (const { voter } of history.identifications) {
      const effective = node.state.identifications.effective(voter).length;
      const raised = matters.some((matter) => matter.kind === 'collision' && matter.voter === voter);
      if (effective > 1 !== raised) problems.push(`lane ${lane} does not raise ${voter}`);
      const inLog = history.identifications.filter((one) => one.voter === voter && here.has(one.hash));
      if (inLog.length < effective) problems.push(`lane ${lane} counts ${voter} ${effective} times`);
    }
  }
  return problems;
}

function notConverged(laptops: readonly SimulatedLaptop[]): string[] {
  const states = laptops.map(({ log }) =>
    log
      .heads()
      .map(({ lane, epoch, seq, hash }) => `${lane}/${epoch}/${seq}/${hash}`)
      .toSorted()
      .join(' '),
  );
  return states.flatMap((state, index) =>
    state === states[0] ? [] : [`lane ${laptops[index]?.lane}: ${state} instead of ${states[0]}`],
  );
}
