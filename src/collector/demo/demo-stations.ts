import { assertDefined } from '../../domain/assert.ts';
import type { StationDescription } from '../collector-store.ts';
import { seededRandom } from './demo-day.ts';

/** The regions of Kyrgyzstan with a place in each; what lies around it is drawn. */
const REGIONS: readonly (readonly [name: string, latitude: number, longitude: number, spread: number])[] = [
  ['Бишкек', 42.87, 74.59, 0.08],
  ['Чүй', 42.75, 74.4, 0.5],
  ['Ош шаары', 40.53, 72.8, 0.06],
  ['Ош', 40.3, 72.9, 0.5],
  ['Жалал-Абад', 41.3, 72.6, 0.7],
  ['Баткен', 39.95, 70.6, 0.6],
  ['Ысык-Көл', 42.5, 77.6, 0.8],
  ['Нарын', 41.5, 75.8, 0.8],
  ['Талас', 42.5, 72.2, 0.4],
];
const VOTERS = 1600;

/** As many made-up stations as the demonstration has, spread over the country. */
export function describeDemoStations(count: number): StationDescription[] {
  const random = seededRandom(11);
  return Array.from({ length: count }, (_, i) => {
    const [district, latitude, longitude, spread] = assertDefined(REGIONS[i % REGIONS.length], 'a region');
    return {
      station: String(1001 + i),
      district,
      voters: VOTERS,
      latitude: latitude + (random() - 0.5) * spread,
      longitude: longitude + (random() - 0.5) * 2 * spread,
    };
  });
}
