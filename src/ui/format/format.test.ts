import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatCount,
  formatDate,
  formatGigabytes,
  formatLongDate,
  formatMoment,
  formatShare,
  localDay,
  localeOf,
} from './format.ts';

describe('figures', () => {
  it('group thousands by a thin gap that never breaks', () => {
    expect(formatCount(642)).toBe('642');
    expect(formatCount(1723)).toBe('1\u202f723');
    expect(formatCount(4_294_243)).toBe('4\u202f294\u202f243');
    expect(formatCount(-76)).toBe('−76');
  });

  it('write shares as each language does', () => {
    expect(formatShare(0.0062, 'ky')).toBe('0,6\u00a0%');
    expect(formatShare(0.0062, 'ru')).toBe('0,6\u00a0%');
    expect(formatShare(0.0062, 'en')).toBe('0.6%');
  });

  it('write free room in gigabytes', () => {
    expect(formatGigabytes(212_400_000_000, 'ky')).toBe('212,4');
    expect(formatGigabytes(212_400_000_000, 'en')).toBe('212.4');
  });
});

describe('days and times', () => {
  it('write a day as papers do, and leave anything else alone', () => {
    expect(formatDate('1987-03-12')).toBe('12.03.1987');
    expect(formatDate('unknown')).toBe('unknown');
    expect(formatMoment('2027-01-24 08:05')).toBe('24.01.2027 08:05');
    expect(formatMoment('2027-01-24')).toBe('24.01.2027');
  });

  it('write a long date in words, in Kyrgyz without asking the browser', () => {
    expect(formatLongDate('2027-01-24', 'ky')).toBe('2027-жыл, 24-январь');
    expect(formatLongDate('2027-01-24', 'en')).toBe('24 January 2027');
    expect(formatLongDate('2027-01-24', 'ru')).toMatch(/^24 января 2027/);
  });

  it('follow the station’s time zone, not the laptop’s', () => {
    const instant = Date.UTC(2027, 0, 23, 19, 5, 9);
    expect(formatClock(instant, 'Asia/Bishkek')).toBe('01:05');
    expect(formatClock(instant, 'Asia/Bishkek', true)).toBe('01:05:09');
    expect(localDay(instant, 'Asia/Bishkek')).toBe('2027-01-24');
    expect(localDay(instant, 'Europe/Berlin')).toBe('2027-01-23');
  });
});

describe('the locale of a language', () => {
  it('is Kyrgyz where the browser knows it, Russian where it does not, English at the very least', () => {
    expect(localeOf('ky', () => true)).toBe('ky-KG');
    expect(localeOf('ky', (locale) => !locale.startsWith('ky'))).toBe('ru-KG');
    expect(localeOf('ky', () => false)).toBe('en-GB');
    expect(localeOf('ru', () => false)).toBe('en-GB');
  });
});
