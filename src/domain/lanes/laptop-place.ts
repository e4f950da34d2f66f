import { fieldsOf } from '../fields.ts';
import type { LaneNumber } from './tenure.ts';

/** Where a laptop stands that was let in as a spare: the table, and after which number its receipts begin. */
export interface LaptopPlace {
  readonly lane: LaneNumber;
  readonly receiptsFrom: number;
}

/**
 * What the first event of a spare's own log says of its place. Read by hand: whoever checks an export needn't load a schema
 * library for it, which takes longer than the check of a thousand events.
 * @param part The event's centre or private part, decoded; anything else gives null
 * @param device Whose log it is: a table that lets a spare in says so of another laptop
 */
export function placeOfLaptop(part: unknown, device: string): LaptopPlace | null {
  const { type, device: admitted, lane, receiptsFrom } = fieldsOf(part);
  if (type !== 'spare-admitted' || admitted !== device) return null;
  return isCount(lane) && isCount(receiptsFrom) ? { lane, receiptsFrom } : null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

/**
 * Whether two laptops of one station count the same receipts: spares that were made from two copies of the chair's
 * stick, neither of which knew of the other. With one table, nothing at the station lets them meet.
 */
export function isSamePlace(one: LaptopPlace, other: LaptopPlace): boolean {
  return one.lane === other.lane && one.receiptsFrom === other.receiptsFrom;
}
