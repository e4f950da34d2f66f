import { z } from 'zod';

/**
 * In what case two people let a table own though nothing showed that its log was the newest: the station was opened
 * while another table was not heard; in the day, after a start; or its disk was known to be an older copy.
 */
export type ResumptionCase = 'at-opening' | 'unproven' | 'older-copy';

/** How often it was, by case: beside the voters' totals and never in them. */
export type Resumptions = Readonly<Record<ResumptionCase, number>>;

const eventSchema = z.object({
  type: z.literal('lanes'),
  fact: z.object({
    type: z.literal('resumed'),
    because: z.enum(['unproven', 'older-copy']),
    when: z.enum(['opening', 'day']).optional(),
  }),
});

/**
 * Null for any other event. Logs of older programs don't say when it was: those count as in the day.
 * @param part An event's private part, decoded
 */
export function resumptionCase(part: unknown): ResumptionCase | null {
  const read = eventSchema.safeParse(part);
  if (!read.success) return null;
  const { because, when } = read.data.fact;
  return because === 'unproven' && when === 'opening' ? 'at-opening' : because;
}
