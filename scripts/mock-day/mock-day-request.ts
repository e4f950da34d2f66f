import { z } from 'zod';
import { wholeNumber } from '../checked-options.ts';

const MOST = 999_999_999;

/** What a mock day is made of, as its command is told. */
export const mockDaySchema = z.object({
  voters: wholeNumber(24, 10_000),
  seed: wholeNumber(0, MOST),
  lanes: wholeNumber(1, 10),
  stations: wholeNumber(1, 20),
  collector: z.url('wants an address, as http://127.0.0.1:8480').optional(),
  faults: z.boolean(),
  packages: z.boolean(),
  prints: z.string().min(1).optional(),
  export: z.string().min(1).optional(),
  receipts: z.enum(['1', '2']),
  'finger-pool': wholeNumber(2, MOST).optional(),
  json: z.boolean(),
});
export type MockDayRequest = z.infer<typeof mockDaySchema>;
