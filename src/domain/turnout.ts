import type { IdentificationMethod } from './outcome.ts';
import type { AgeGroup, Sex } from './voter.ts';

/** One effective identification, as counted: no voter, no exact time. */
export interface CountedIdentification {
  /** Hour of the day, 0-23, in the procedure's time zone. */
  readonly hour: number;
  readonly sex: Sex;
  readonly ageGroup: AgeGroup;
  readonly lane: number;
  readonly method: IdentificationMethod;
}

/** One-way tables; no cell of two properties is ever made, so that nobody can be found in them. */
export interface Turnout {
  readonly identified: number;
  readonly byHour: Readonly<Record<string, number>>;
  readonly bySex: Readonly<Record<string, number>>;
  readonly byAgeGroup: Readonly<Record<string, number>>;
  readonly byLane: Readonly<Record<string, number>>;
  readonly byMethod: Readonly<Record<string, number>>;
}

export function tallyTurnout(identifications: Iterable<CountedIdentification>): Turnout {
  const byHour: Record<string, number> = {};
  const bySex: Record<string, number> = {};
  const byAgeGroup: Record<string, number> = {};
  const byLane: Record<string, number> = {};
  const byMethod: Record<string, number> = {};
  let identified = 0;
  for (const one of identifications) {
    identified += 1;
    increment(byHour, String(one.hour).padStart(2, '0'));
    increment(bySex, one.sex);
    increment(byAgeGroup, one.ageGroup);
    increment(byLane, String(one.lane));
    increment(byMethod, one.method);
  }
  return { identified, byHour, bySex, byAgeGroup, byLane, byMethod };
}

function increment(table: Record<string, number>, key: string): void {
  table[key] = (table[key] ?? 0) + 1;
}

/** True when every table adds up to the same total: a figure that can't be right is never shown. */
export function turnoutAddsUp(turnout: Turnout): boolean {
  return [turnout.byHour, turnout.bySex, turnout.byAgeGroup, turnout.byLane, turnout.byMethod].every(
    (table) => Object.values(table).reduce((sum, cell) => sum + cell, 0) === turnout.identified,
  );
}
