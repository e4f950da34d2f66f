import type { FoundDevice } from '../../src/domain/device-bench.ts';

/** What one look found of a device, and what opening it came to. */
export type SeenDevice = Omit<FoundDevice, 'simulated' | 'calibration'>;
