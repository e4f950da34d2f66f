import type { Language } from '../../domain/language.ts';

const NO_BREAK_SPACE = '\u00a0';

/** Groups of three: `2 500`, in every language alike. */
export function formatCount(count: number): string {
  const digits = String(Math.trunc(Math.abs(count))).replace(/\B(?=(\d{3})+$)/g, NO_BREAK_SPACE);
  return count < 0 ? `−${digits}` : digits;
}

/** A difference with its sign: `+7`, `−1`, `0`. */
export function formatSigned(count: number): string {
  return count > 0 ? `+${formatCount(count)}` : formatCount(count);
}

/** `part` of `whole` as percent with one decimal; a dash where that is no share (nothing, or more than all). */
export function formatShareOf(part: number, whole: number, language: Language): string {
  if (whole <= 0 || part < 0 || part > whole) return '–';
  return formatShare(part / whole, language);
}

/** A share 0-1 as percent with one decimal: `65,8 %`, English `65.8%`. */
export function formatShare(share: number, language: Language): string {
  const percent = (Math.round(share * 1000) / 10).toFixed(1);
  return language === 'en' ? `${percent}%` : `${percent.replace('.', ',')}${NO_BREAK_SPACE}%`;
}

/** `YYYY-MM-DD` as papers in Kyrgyzstan write it: `24.01.2027`. Anything else is left as it is. */
export function formatDay(day: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return match === null ? day : `${match[3]}.${match[2]}.${match[1]}`;
}

/** `YYYY-MM-DD HH:MM` as `24.01.2027 14:05`. */
export function formatDayAndTime(text: string): string {
  const [day = '', time = ''] = text.split(' ');
  return [formatDay(day), time].filter((part) => part !== '').join(` `);
}

/** The hour's span: `08` becomes `08:00–09:00`. */
export function formatHours(first: number, last: number): string {
  const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;
  return `${clock(first)}–${clock(last + 1)}`;
}

/** First 16 characters of a hash in groups of four: enough to compare by eye with another screen. */
export function formatHash(hash: string): string {
  return (hash.slice(0, 16).match(/.{1,4}/g) ?? []).join(' ');
}
