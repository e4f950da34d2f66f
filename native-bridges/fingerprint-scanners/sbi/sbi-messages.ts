import { z } from 'zod';

/** The messages of the Secure Biometric Interface 0.9.5, as far as they are used; what else comes is left aside. */
export const VERBS = { discover: 'MOSIPDISC', info: 'MOSIPDINFO', capture: 'RCAPTURE' } as const;
/** One of the documents calls the second verb so. */
export const OTHER_INFO_VERB = 'MOSIPINFO';

const text = z.string().max(2_000);
const errorSchema = z.object({ errorCode: z.coerce.string().max(20), errorInfo: text.nullish() }).nullish();

export const discoverySchema = z
  .array(
    z.object({
      deviceId: text.nullish(),
      deviceStatus: text,
      deviceSubId: z.array(z.coerce.string()).max(10).nullish(),
      purpose: text.nullish(),
      specVersion: z.array(text).max(20).nullish(),
      error: errorSchema,
    }),
  )
  .max(20);

export const infoSchema = z
  .array(z.object({ deviceInfo: z.string().max(50_000), error: errorSchema }))
  .min(1)
  .max(20);

export const deviceInfoSchema = z.object({
  deviceStatus: text.nullish(),
  deviceId: text.nullish(),
  purpose: text.nullish(),
  /** A token of its own, signed by the device's maker. */
  digitalId: z.string().max(20_000),
});

export const digitalIdSchema = z.object({
  serialNo: text.min(1),
  make: text,
  model: text,
  type: text,
  deviceProvider: text.nullish(),
});
export type DigitalId = z.infer<typeof digitalIdSchema>;

export const captureSchema = z.object({
  biometrics: z
    .array(z.object({ data: z.string().nullish(), hash: z.string().max(200).nullish(), error: errorSchema }))
    .min(1)
    .max(10),
});

export const capturedSchema = z.object({
  digitalId: z.string().max(20_000),
  bioType: text,
  purpose: text,
  env: text,
  transactionId: text,
  timestamp: text,
  bioValue: z.string(),
  qualityScore: z.coerce.number().nullish(),
});

/** Nobody laid a finger on in time. */
export const CAPTURE_TIMED_OUT = '101';
export const NO_ERROR = '0';
