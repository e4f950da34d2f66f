import fc from 'fast-check';
import { expect, test } from 'vitest';
import { localTime, periodText, reportPeriod } from './local-time.ts';

const BISHKEK = 'Asia/Bishkek';

test.each([
  ['2027-01-24T02:00:00Z', '2027-01-24', '08:00'],
  ['2027-01-23T18:00:00Z', '2027-01-24', '00:00'],
  ['2027-01-24T17:59:59Z', '2027-01-24', '23:59'],
  // Kyrgyzstan was five hours ahead until August 2005, six since.
  ['1970-01-01T00:00:00Z', '1970-01-01', '06:00'],
])('%s is %s %s in Bishkek', (utc, date, time) => {
  const hour = Number(time.slice(0, 2));
  expect(localTime(Date.parse(utc), BISHKEK)).toEqual({
    date,
    time,
    hour,
    minuteOfDay: hour * 60 + Number(time.slice(3)),
  });
});

test('a moment lies in the period that its text names', () => {
  fc.assert(
    fc.property(fc.nat(24 * 60 - 1), fc.constantFrom(15, 30, 60, 120, 240), (minute, every) => {
      const wallMs = Date.parse('2027-01-24T00:00:00+06:00') + minute * 60_000;
      const text = periodText(reportPeriod(wallMs, BISHKEK, every), every);
      const { time } = localTime(wallMs, BISHKEK);
      const [from = '', to = ''] = text.split('-');
      expect(from <= time && time < to).toBe(true);
    }),
    { seed: 4 },
  );
});
