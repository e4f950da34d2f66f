import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../domain/language.ts';
import type { Report } from '../../../domain/report.ts';
import { wordReport } from './report-wording.ts';
import { closingReport, openingReport } from './sample-report.ts';

const labelsAndValues = (
  rows: readonly { readonly label: string; readonly value: string }[] = [],
): string[][] => rows.map(({ label, value }) => [label, value]);

describe('a report in words', () => {
  it('names 83 stubs against 76 receipts, the ballots without identification and the open hand-over', () => {
    const { reconciliation } = wordReport(closingReport(), 'en', 'commission');
    expect(reconciliation.agrees).toBe(false);
    expect(reconciliation.verdict).toBe('Differences: 3');
    expect(reconciliation.differences).toEqual([
      'Ballots issued exceed the identified by 7: 83 instead of 76. A ballot may have been given out without an identification.',
      'Stubs and receipts do not agree: 83 stubs, 76 receipts, difference 7.',
      'Hand-overs not finished: 1. Ballot or signature is not confirmed for them.',
    ]);
    expect(reconciliation.rows.map(({ label, difference, state }) => [label, difference, state])).toEqual([
      ['Receipts printed', '0', 'agrees'],
      ['Ballots issued', '+7', 'differs'],
      ['Ballot stubs', '+7', 'differs'],
      ['Receipts collected', '0', 'agrees'],
      ['Signatures in the list', '0', 'agrees'],
      ['Ballots in the box', '–', 'not-counted'],
      ['Hand-overs not finished', '+1', 'differs'],
    ]);
  });

  it('says that it does not add up, in every language, and shows no turnout above all voters', () => {
    const impossible: Report = closingReport({
      addsUp: false,
      register: { voters: 70, women: 40, men: 30, hash: 'ab' },
    });
    for (const language of LANGUAGES) {
      const wording = wordReport(impossible, language, 'commission');
      expect(wording.warnings).toHaveLength(1);
      expect(wording.headline[2]?.value).toBe('–');
    }
    expect(wordReport(closingReport(), 'ky', 'commission').warnings).toEqual([]);
  });

  it('opens with a zero report, and warns where it is not zero', () => {
    const zero = wordReport(openingReport(), 'ru', 'commission');
    expect(zero.title).toBe('Нулевой отчёт');
    expect(zero.turnout).toBeNull();
    expect(zero.warnings).toEqual([]);
    const notZero = wordReport({ ...closingReport(), kind: 'opening' }, 'ru', 'commission');
    expect(notZero.turnout).not.toBeNull();
    expect(notZero.warnings).toHaveLength(1);
  });

  it('keeps exact figures for the commission, and merges small groups in the copy that leaves it', () => {
    const exact = wordReport(closingReport(), 'en', 'commission');
    expect(labelsAndValues(exact.turnout?.[2]?.rows)[0]).toEqual(['18–25', '6']);
    expect(exact.exceptions.rows.map(({ label }) => label)).toContain('No fingers');
    const open = wordReport(closingReport(), 'en', 'public');
    expect(labelsAndValues(open.turnout?.[2]?.rows)).toEqual([
      ['18–35', '21'],
      ['36–45', '17'],
      ['46–60', '24'],
      ['61+', '14'],
    ]);
    expect(labelsAndValues(open.exceptions.rows)).toEqual([['Total', '< 10']]);
    expect(labelsAndValues(open.headline)).toContainEqual(['Decided by the commission', '< 10']);
    expect(open.turnout?.map(({ title }) => title)).not.toContain('By method');
    const hours = open.turnout?.[0]?.rows ?? [];
    expect(hours.every(({ value }) => Number(value) >= 10)).toBe(true);
    expect(hours.reduce((sum, { value }) => sum + Number(value), 0)).toBe(76);
  });

  it('gives nobody who subtracts two reports of a quiet hour the method of the one voter who came', () => {
    const at = (commission: number, visitors: number, kind: Report['kind']): Report =>
      closingReport({
        ...{ kind, visitors },
        turnout: {
          ...closingReport().turnout,
          byMethod: { fingerprint: 76 - commission, commission },
        },
        exceptions: { byReason: { 'no-match': commission }, share: commission / 76 },
      });
    const copy = (report: Report): string => JSON.stringify({ ...wordReport(report, 'en', 'public') });
    expect(copy(at(12, 14, 'hourly'))).toBe(copy(at(13, 15, 'hourly')));
    // In the evening there is nothing left to subtract from: whole cells are shown, small ones never.
    const evening = wordReport(at(12, 14, 'closing'), 'en', 'public');
    expect(labelsAndValues(evening.headline)).toEqual(
      expect.arrayContaining([
        ['Decided by the commission', '12'],
        ['Of them voters of other stations', '14'],
      ]),
    );
    expect(labelsAndValues(evening.exceptions.rows)).toContainEqual(['Share', '15.8%']);
    expect(evening.turnout?.at(-1)?.rows.map(({ value }) => value)).toEqual(['64', '12']);
    // The commission's own copy is exact at any hour.
    const own = wordReport(at(3, 2, 'hourly'), 'en', 'commission');
    expect(labelsAndValues(own.headline)).toContainEqual(['Decided by the commission', '3']);
  });

  it('shows one line for both sexes where one of them is small, in the open copy only', () => {
    const report = closingReport({ turnout: { ...closingReport().turnout, bySex: { female: 73, male: 3 } } });
    expect(labelsAndValues(wordReport(report, 'en', 'public').turnout?.[1]?.rows)).toEqual([
      ['Women and men', '76'],
    ]);
    expect(wordReport(report, 'en', 'commission').turnout?.[1]?.rows).toHaveLength(2);
  });

  it('still counts a reason or an outcome that it has no word for', () => {
    const report = closingReport({ stops: { 'brand-new': 2 } });
    expect(labelsAndValues(wordReport(report, 'en', 'public').stops.rows)).toEqual([
      ['brand-new', '2'],
      ['Total', '2'],
    ]);
  });

  it('leaves no placeholder open in any language', () => {
    for (const language of LANGUAGES)
      for (const report of [closingReport(), openingReport()])
        expect(JSON.stringify(wordReport(report, language, 'public'))).not.toMatch(/\{\w+\}/);
  });
});
