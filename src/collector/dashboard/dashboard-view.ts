import type { CollectorTotals, StationDescription } from '../collector-store.ts';
import { type DoubleIdentification, groupDoubles } from '../doubles/group-doubles.ts';
import { INCIDENT_SEVERITY, type Incident, isIncident, SEVERITIES, type Severity } from '../incidents.ts';
import {
  type CentreTurnout,
  mergeSmallCells,
  type TurnoutTable,
  tabulateTurnout,
} from '../turnout-tables.ts';
import { listStations, STATION_STATES, type StationRow, type StationState } from './station-states.ts';

/** Everything that the page says, before it is words: counts and collisions, and nobody who has or hasn't come. */
export interface DashboardView {
  readonly turnout: CentreTurnout;
  /** Net of what was undone. */
  readonly identified: number;
  /** On the lists of the stations that are described; null where none is. */
  readonly voters: number | null;
  readonly events: number;
  readonly lanes: { readonly heard: number; readonly all: number };
  readonly setAside: number;
  readonly alarms: CollectorTotals['alarms'];
  readonly doubles: readonly DoubleIdentification[];
  readonly incidents: readonly {
    readonly severity: Severity;
    readonly counts: readonly (readonly [Incident, number])[];
    readonly sum: number;
  }[];
  readonly stations: readonly StationRow[];
  readonly states: Readonly<Record<StationState, number>>;
  readonly outOfBand: number;
  readonly districts: TurnoutTable;
  /** On the lists of a district, by its name. */
  readonly votersOfDistrict: ReadonlyMap<string, number>;
  readonly dots: readonly StationDot[];
}

/** A station on the map, in shares of its width and height. */
export interface StationDot {
  readonly state: StationState;
  readonly x: number;
  readonly y: number;
}

/** The cell of stations whose district isn't known. */
export const NO_DISTRICT = '';

export function viewDashboard(
  totals: CollectorTotals,
  descriptions: readonly StationDescription[],
  nowWallMs: number,
): DashboardView {
  const turnout = tabulateTurnout(totals);
  const stations = listStations(totals, nowWallMs);
  const described = new Map(descriptions.map((description) => [description.station, description]));
  const districts: Record<string, number> = {};
  for (const { station, identified } of stations) {
    const district = described.get(station)?.district ?? NO_DISTRICT;
    districts[district] = (districts[district] ?? 0) + identified;
  }
  const votersOfDistrict = new Map<string, number>();
  for (const { district, voters } of descriptions) {
    if (district !== null && voters !== null) {
      votersOfDistrict.set(district, (votersOfDistrict.get(district) ?? 0) + voters);
    }
  }
  const known = descriptions.filter(({ voters }) => voters !== null);
  return {
    turnout,
    identified: turnout.identified - turnout.undone,
    voters: known.length === 0 ? null : known.reduce((sum, { voters }) => sum + (voters ?? 0), 0),
    events: totals.events,
    lanes: {
      heard: totals.devices.filter(({ heardWallMs }) => heardWallMs !== null).length,
      all: totals.devices.length,
    },
    setAside: totals.quarantinedRanges,
    alarms: totals.alarms,
    doubles: groupDoubles(totals.doubles),
    incidents: SEVERITIES.map((severity) => incidentsOf(severity, turnout.incidents)),
    stations,
    states: countStates(stations),
    outOfBand: stations.filter(({ overridesOutOfBand }) => overridesOutOfBand).length,
    districts: mergeSmallCells(districts),
    votersOfDistrict,
    dots: placeStations(stations, described),
  };
}

function incidentsOf(
  severity: Severity,
  incidents: Readonly<Record<string, number>>,
): DashboardView['incidents'][number] {
  const counts = Object.entries(incidents)
    .flatMap(([name, count]) =>
      isIncident(name) && INCIDENT_SEVERITY[name] === severity ? [[name, count] as const] : [],
    )
    .toSorted(([, a], [, b]) => b - a);
  return { severity, counts, sum: counts.reduce((sum, [, count]) => sum + count, 0) };
}

function countStates(stations: readonly StationRow[]): Record<StationState, number> {
  const states: Record<StationState, number> = { inconsistent: 0, never: 0, silent: 0, late: 0, heard: 0 };
  for (const { state } of stations) states[state] += 1;
  return states;
}

/** A plain map: as wide as the stations lie, a degree of longitude as short as it is there; the worst on top. */
function placeStations(
  stations: readonly StationRow[],
  described: ReadonlyMap<string, StationDescription>,
): StationDot[] {
  const placed = stations.flatMap(({ station, state }) => {
    const { latitude, longitude } = described.get(station) ?? { latitude: null, longitude: null };
    return latitude === null || longitude === null ? [] : [{ state, latitude, longitude }];
  });
  if (placed.length === 0) return [];
  const [south, north] = [
    Math.min(...placed.map((at) => at.latitude)),
    Math.max(...placed.map((at) => at.latitude)),
  ];
  const [west, east] = [
    Math.min(...placed.map((at) => at.longitude)),
    Math.max(...placed.map((at) => at.longitude)),
  ];
  const share = (value: number, from: number, to: number): number =>
    to > from ? (value - from) / (to - from) : 0.5;
  return placed
    .toSorted((a, b) => STATION_STATES.indexOf(b.state) - STATION_STATES.indexOf(a.state))
    .map(({ state, latitude, longitude }) => ({
      state,
      x: share(longitude, west, east),
      y: 1 - share(latitude, south, north),
    }));
}
