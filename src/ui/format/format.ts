import type { Language } from '../../domain/language.ts';

/** The locales of Kyrgyzstan; a browser without Kyrgyz data falls back by `localeOf`. */
const LOCALES: Readonly<Record<Language, string>> = { ky: 'ky-KG', ru: 'ru-KG', en: 'en-GB' };

/** What to hand to Intl for a language: Russian rules where this browser knows no Kyrgyz ones (they agree). */
export function localeOf(
  language: Language,
  supported: (locale: string) => boolean = (locale) =>
    Intl.NumberFormat.supportedLocalesOf(locale).length > 0,
): string {
  const wanted = LOCALES[language];
  if (supported(wanted)) return wanted;
  return language === 'ky' && supported(LOCALES.ru) ? LOCALES.ru : 'en-GB';
}

/** Groups of three from four digits up, with a thin no-break gap: `1 723`, in every language alike. */
export function formatCount(count: number): string {
  const digits = String(Math.trunc(Math.abs(count)));
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return count < 0 ? `−${grouped}` : grouped;
}

/** A share 0-1 as percent with one decimal: `0,6 %`, English `0.6%`. */
export function formatShare(share: number, language: Language): string {
  const percent = (Math.round(share * 1000) / 10).toFixed(1);
  return language === 'en' ? `${percent}%` : `${percent.replace('.', ',')}\u00a0%`;
}

/** `YYYY-MM-DD` as papers in Kyrgyzstan write it: `12.03.1987`. */
export function formatDate(isoDate: string): string {
  const [year, month, day] = isoDate.split('-');
  return year === undefined || month === undefined || day === undefined ? isoDate : `${day}.${month}.${year}`;
}

/** `YYYY-MM-DD HH:MM`, as the station says it, in the same way: `24.01.2027 08:05`. */
export function formatMoment(moment: string): string {
  const [day = '', ...time] = moment.split(' ');
  return [formatDate(day), ...time].join(' ');
}

const KYRGYZ_MONTHS = [
  'январь',
  'февраль',
  'март',
  'апрель',
  'май',
  'июнь',
  'июль',
  'август',
  'сентябрь',
  'октябрь',
  'ноябрь',
  'декабрь',
] as const;

/** A day in words, for people to compare with a calendar on the wall: `24 January 2027`, `2027-жыл, 24-январь`. */
export function formatLongDate(isoDate: string, language: Language): string {
  const date = new Date(`${isoDate}T12:00:00Z`);
  if (Number.isNaN(date.getTime())) return isoDate;
  if (language === 'ky') {
    const month = KYRGYZ_MONTHS[date.getUTCMonth()] ?? '';
    return `${date.getUTCFullYear()}-жыл, ${date.getUTCDate()}-${month}`;
  }
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'long', timeZone: 'UTC' }).format(date);
}

/** Local wall clock `HH:MM` (or `HH:MM:SS`) of an instant in the station's time zone. */
export function formatClock(epochMs: number, timeZone: string, seconds = false): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' as const } : {}),
    hourCycle: 'h23',
  }).format(epochMs);
}

/** Local day `YYYY-MM-DD` of an instant in the station's time zone. */
export function localDay(epochMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(epochMs);
}

/** Bytes of free space, in gigabytes with one decimal. */
export function formatGigabytes(bytes: number, language: Language): string {
  const text = (bytes / 1e9).toFixed(1);
  return language === 'en' ? text : text.replace('.', ',');
}
