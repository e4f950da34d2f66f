import { z } from 'zod';
import { ok, type Result } from '../src/domain/result.ts';
import { type ActionFault, type ActionOptions, wrongOption } from './action.ts';

const day = z.iso.date();

export function isDay(text: string): boolean {
  return day.safeParse(text).success;
}

/** A day of the calendar from an option; null where it was not given. */
export function readDay(
  options: Pick<ActionOptions, 'text'>,
  name: string,
): Result<string | null, ActionFault> {
  const text = options.text(name);
  if (text === undefined) return ok(null);
  if (!isDay(text))
    return wrongOption(`--${name} takes a day of the calendar as YYYY-MM-DD, and "${text}" is none`);
  return ok(text);
}
