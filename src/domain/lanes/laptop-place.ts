import { z } from 'zod';
import type { LaneNumber } from './tenure.ts';

/** Where a laptop stands that was let in as a spare: the table, and after which number its receipts begin. */
export interface LaptopPlace {
  readonly lane: LaneNumber;
  readonly receiptsFrom: number;
}

const admissionSchema = z.object({
  type: z.literal('spare-admitted'),
  device: z.string(),
  lane: z.int().min(1),
  receiptsFrom: z.int().min(1),
});

/**
 * What the first event of a spare's own log says of its place.
 * @param part The event's centre or private part, decoded; anything else gives null
 * @param device Whose log it is: a table that lets a spare in says so of another laptop
 */
export function placeOfLaptop(part: unknown, device: string): LaptopPlace | null {
  const read = admissionSchema.safeParse(part);
  if (!read.success || read.data.device !== device) return null;
  const { lane, receiptsFrom } = read.data;
  return { lane, receiptsFrom };
}

/**
 * Whether two laptops of one station count the same receipts: spares that were made from two copies of the chair's
 * stick, neither of which knew of the other. With one table, nothing at the station lets them meet.
 */
export function isSamePlace(one: LaptopPlace, other: LaptopPlace): boolean {
  return one.lane === other.lane && one.receiptsFrom === other.receiptsFrom;
}
