import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestElection } from './harness.ts';
import { becomeLane, makePackage, type TestPackage } from './provisioned-lane.ts';

let laptops = 0;

/** A laptop that became a lane from a package, on real files. */
export interface Laptop {
  readonly made: TestPackage;
  readonly directory: string;
  readonly registerFile: string;
  readonly test: TestElection;
  /** A stick that somebody plugs in. */
  readonly stick: string;
  readonly setup: { readonly directory: string; readonly sticks: readonly string[] };
}

/** From version 1 of its package. */
export async function laptopFromPackage(election: TestElection): Promise<Laptop> {
  return laptopOf(election, await makePackage(election, { name: `lane-${laptops}-v1.tizme` }));
}

export async function laptopOf(election: TestElection, made: TestPackage): Promise<Laptop> {
  laptops += 1;
  const lane = await becomeLane(election, await made.open(), made.laptop, undefined, made.trust);
  const stick = join(election.directory, `plugged-in-${laptops}`);
  mkdirSync(stick);
  return {
    ...{ made, stick, directory: lane.directory, test: lane.test },
    registerFile: lane.test.electionPackage.registerFile,
    setup: { directory: lane.directory, sticks: [stick] },
  };
}
