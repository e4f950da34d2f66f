import type { CollectorTotals } from '../collector-store.ts';

export const SILENT_MS = 30 * 60_000;
export const LATE_MS = 10 * 60_000;
/** A rate of decisions by the commission is out of band over this, and over so many times the country's. */
export const OVERRIDE_FLOOR = 0.05;
export const OVERRIDE_TIMES = 3;
/** Of fewer identifications no rate is made. */
export const LEAST_FOR_RATE = 50;

/** The worst first. */
export const STATION_STATES = ['inconsistent', 'never', 'silent', 'late', 'heard'] as const;
export type StationState = (typeof STATION_STATES)[number];

export interface StationRow {
  readonly station: string;
  readonly state: StationState;
  readonly lanes: number;
  /** Net of what was undone. */
  readonly identified: number;
  /** Share of them that the commission decided; null where there are too few. */
  readonly overrideRate: number | null;
  readonly overridesOutOfBand: boolean;
  readonly incidents: number;
  /** Of the lane that was heard longest ago; null where one was never heard. */
  readonly heardWallMs: number | null;
}

/** One row a station, the ones to look at first: inconsistent, silent, late, then by overrides. */
export function listStations({ devices, alarms, counts }: CollectorTotals, nowWallMs: number): StationRow[] {
  const suspects = new Set(alarms.map(({ device }) => device));
  const sum = (property: string, value: string): number =>
    counts.find((count) => count.property === property && count.value === value)?.count ?? 0;
  const country = sum('kind', 'identification') - sum('kind', 'undo');
  const countryRate = country > 0 ? sum('method', 'commission') / country : 0;
  const limit = Math.max(OVERRIDE_FLOOR, OVERRIDE_TIMES * countryRate);

  const rows = [...Map.groupBy(devices, ({ station }) => station)].map(([station, lanes]): StationRow => {
    const total = (pick: (lane: (typeof lanes)[number]) => number): number =>
      lanes.reduce((all, lane) => all + pick(lane), 0);
    const identified = total((lane) => lane.identified - lane.undone);
    const rate = identified < LEAST_FOR_RATE ? null : total((lane) => lane.byCommission) / identified;
    const heard = lanes.map(({ heardWallMs }) => heardWallMs);
    const known = heard.filter((wallMs) => wallMs !== null);
    const heardWallMs = known.length < heard.length ? null : Math.min(...known);
    return {
      station,
      state: lanes.some(({ device }) => suspects.has(device))
        ? 'inconsistent'
        : stateOf(heardWallMs, nowWallMs),
      lanes: lanes.length,
      identified,
      overrideRate: rate,
      overridesOutOfBand: rate !== null && rate > limit,
      incidents: total((lane) => lane.incidents),
      heardWallMs,
    };
  });
  return rows.toSorted(
    (a, b) =>
      STATION_STATES.indexOf(a.state) - STATION_STATES.indexOf(b.state) ||
      Number(b.overridesOutOfBand) - Number(a.overridesOutOfBand) ||
      (a.station < b.station ? -1 : 1),
  );
}

function stateOf(heardWallMs: number | null, nowWallMs: number): StationState {
  if (heardWallMs === null) return 'never';
  const age = nowWallMs - heardWallMs;
  if (age > SILENT_MS) return 'silent';
  return age > LATE_MS ? 'late' : 'heard';
}
