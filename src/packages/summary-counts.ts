import { AGE_GROUPS, type AgeGroup, ageGroupOf, ageOn, type IsoDate, type Sex } from '../domain/voter.ts';

/** How many voters of each sex and age group a list has: what the members see before they sign it. */
export type SummaryCounts = Readonly<Record<Sex, Readonly<Record<AgeGroup, number>>>>;

export class SummaryCounter {
  readonly #electionDate: IsoDate;
  readonly #counts = { female: noCounts(), male: noCounts() };

  constructor(electionDate: IsoDate) {
    this.#electionDate = electionDate;
  }

  add(voter: { readonly sex: Sex; readonly birthDate: IsoDate }): void {
    this.#counts[voter.sex][ageGroupOf(ageOn(voter.birthDate, this.#electionDate))] += 1;
  }

  counts(): SummaryCounts {
    return { female: { ...this.#counts.female }, male: { ...this.#counts.male } };
  }
}

export function totalOf(counts: SummaryCounts): number {
  return totalOfSex(counts, 'female') + totalOfSex(counts, 'male');
}

export function totalOfSex(counts: SummaryCounts, sex: Sex): number {
  return AGE_GROUPS.reduce((sum, group) => sum + counts[sex][group], 0);
}

export function sameCounts(a: SummaryCounts, b: SummaryCounts): boolean {
  return AGE_GROUPS.every((group) => a.female[group] === b.female[group] && a.male[group] === b.male[group]);
}

function noCounts(): Record<AgeGroup, number> {
  return { '18-25': 0, '26-35': 0, '36-45': 0, '46-60': 0, '61+': 0 };
}
