/** The wall clock of a demonstration: at `sinceWallMs` it shows `startsWallMs`, and goes `times` as fast from there. */
export interface FastClock {
  readonly times: number;
  readonly sinceWallMs: number;
  readonly startsWallMs: number;
}

/** @param nowWallMs Of the machine. */
export function fastWallMs({ times, sinceWallMs, startsWallMs }: FastClock, nowWallMs: number): number {
  return startsWallMs + (nowWallMs - sinceWallMs) * times;
}

/** A mock day begins when stations open, whatever the time is where it is shown. */
export function openingOfDay(nowWallMs: number, hour: number): number {
  return new Date(nowWallMs).setHours(hour, 0, 0, 0);
}
