import { z } from 'zod';
import { DEVICE_KINDS } from '../../src/domain/devices.ts';

export const CHECK_RESULTS = ['passed', 'warning', 'failed', 'not-run'] as const;
export type ReadinessResult = (typeof CHECK_RESULTS)[number];

const checkSchema = z.strictObject({
  name: z.enum([
    'disk',
    'memory',
    'battery',
    'clock',
    'key-keeper',
    'package',
    'national-index',
    ...DEVICE_KINDS,
  ]),
  result: z.enum(CHECK_RESULTS),
  /** What was found, for whoever reads it. */
  found: z.string(),
});
export type ReadinessCheck = z.infer<typeof checkSchema>;
export type ReadinessCheckName = ReadinessCheck['name'];

/** The test report of one laptop. It names the laptop, and nobody. */
export const readinessSchema = z.strictObject({
  version: z.literal(1),
  made: z.iso.datetime(),
  model: z.string(),
  /** As it was enrolled; null before that. */
  device: z.string().nullable(),
  station: z.int().nullable(),
  lane: z.int().nullable(),
  seal: z.string().nullable(),
  /** Of a laptop that is a lane: what its package says of itself. */
  package: z
    .strictObject({
      version: z.int(),
      expires: z.iso.date(),
      signedBy: z.array(z.string()),
      voters: z.int(),
      index: z.enum(['whole', 'own', 'missing', 'changed', 'other-version']),
    })
    .nullable()
    .optional(),
  checks: z.array(checkSchema),
  figures: z.strictObject({
    freeDiskGb: z.number().nullable(),
    memoryGb: z.number(),
    batteryPercent: z.number().nullable(),
    /** What the battery has lost of what it was built for. */
    batteryWearPercent: z.number().nullable(),
    batteryCycles: z.int().nullable(),
    /** How far the system's clock is from the hardware's. */
    clockOffsetSeconds: z.number().nullable(),
    /** Quality of a finger that was laid on the glass, 0 to 100. */
    scannerScore: z.number().nullable(),
    scannerModel: z.string().nullable(),
    printerModel: z.string().nullable(),
  }),
});
export type ReadinessReport = z.infer<typeof readinessSchema>;

export function verdict(report: ReadinessReport): 'ready' | 'look' | 'not-ready' {
  if (report.checks.some(({ result }) => result === 'failed')) return 'not-ready';
  // A laptop that is no lane yet has no package to look at.
  const looked = report.checks.filter(({ name, result }) => name !== 'package' || result !== 'not-run');
  return looked.every(({ result }) => result === 'passed') ? 'ready' : 'look';
}
