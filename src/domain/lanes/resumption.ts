import { fieldsOf } from '../fields.ts';

/**
 * In what case two people let a table own though nothing showed that its log was the newest: the station was opened
 * while another table was not heard; in the day, after a start; or its disk was known to be an older copy.
 */
export type ResumptionCase = 'at-opening' | 'unproven' | 'older-copy';

/** How often it was, by case: beside the voters' totals and never in them. */
export type Resumptions = Readonly<Record<ResumptionCase, number>>;

/**
 * Null for any other event. Logs of older programs don't say when it was: those count as in the day. Read by hand, for the
 * reason that `placeOfLaptop` is.
 * @param part An event's private part, decoded
 */
export function resumptionCase(part: unknown): ResumptionCase | null {
  const { type, fact } = fieldsOf(part);
  const { type: what, because, when } = fieldsOf(fact);
  if (type !== 'lanes' || what !== 'resumed') return null;
  if (because !== 'unproven' && because !== 'older-copy') return null;
  if (when !== undefined && when !== 'opening' && when !== 'day') return null;
  return because === 'unproven' && when === 'opening' ? 'at-opening' : because;
}
