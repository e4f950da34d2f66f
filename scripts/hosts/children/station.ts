import { startStation } from '../../../src/station/station-process.ts';
import { runStation } from './run-station.ts';

runStation(startStation);
