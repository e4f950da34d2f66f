import type { EventKind } from '../ledger/event.ts';
/** Date and time of day as the people at this station read them, in the procedure's time zone. */
export interface LocalTime {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** `HH:MM`. */
  readonly time: string;
  /** 0-23. */
  readonly hour: number;
  /** Minutes since local midnight. */
  readonly minuteOfDay: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function localTime(wallMs: number, timeZone: string): LocalTime {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts: Record<string, string> = {};
  for (const part of format.formatToParts(wallMs)) parts[part.type] = part.value;
  const { year = '', month = '', day = '', hour = '', minute = '' } = parts;
  return {
    date: `${year}-${month}-${day}`,
    time: `${hour}:${minute}`,
    hour: Number(hour),
    minuteOfDay: Number(hour) * 60 + Number(minute),
  };
}

/** Number of the report period that a moment falls into, counted from local midnight. */
export function reportPeriod(wallMs: number, timeZone: string, everyMinutes: number): number {
  return Math.floor(localTime(wallMs, timeZone).minuteOfDay / everyMinutes);
}

/**
 * The period in an event's public part. Only what is counted says when: of the others, their number before and after
 * an hour would tell how long a visit was that went on at the full hour.
 */
export function publicPeriod(kind: EventKind, period: number): number {
  return kind === 'other' ? 0 : period;
}

/** `HH:MM-HH:MM` of a report period: all that may be said of when somebody was identified. */
export function periodText(period: number, everyMinutes: number): string {
  const clock = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  const from = period * everyMinutes;
  return `${clock(from)}-${clock(Math.min(from + everyMinutes, 24 * 60))}`;
}
