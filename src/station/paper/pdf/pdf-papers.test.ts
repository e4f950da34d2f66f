import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../domain/language.ts';
import { createPaperPress } from '../paper-press.ts';
import { closingReport, openingReport } from '../report/sample-report.ts';
import { TRAINING_MARK } from '../words/paper-words.ts';
import { readPdfText } from './read-pdf-text.ts';

const press = createPaperPress();
const ELECTION = { ky: 'Үлгү шайлоо', ru: 'Учебные выборы', en: 'Mock election' };

function* voters(count: number): Generator<{ listNumber: number; name: string }> {
  for (let listNumber = 1; listNumber <= count; listNumber += 1)
    yield { listNumber, name: `Өмүрбек уулу Чыңгыз ${listNumber}` };
}

describe('the signs over the tables', () => {
  const sign = {
    mock: true,
    electionTitle: ELECTION,
    stationNumber: 9901,
    shares: [
      { lane: 1, first: 1, last: 1204 },
      { lane: 2, first: 1205, last: 2410 },
    ],
  };

  it('have a sheet for each table, and on each all tables, so that nobody stands at the wrong one', async () => {
    for (const language of LANGUAGES) {
      const pages = readPdfText(await press.laneSignsPdf(sign, language));
      expect(pages).toHaveLength(2);
      for (const page of pages) {
        expect(page.replaceAll('\u00a0', ' ')).toContain('1 – 1 204');
        expect(page.replaceAll('\u00a0', ' ')).toContain('1 205 – 2 410');
        expect(page).toContain(TRAINING_MARK);
        expect(page).not.toContain('\ufffd');
      }
    }
  });
});

describe('the report as PDF', () => {
  it('says everything that members sign: times, figures, differences in words, jobs, checkpoint, signatures', async () => {
    const pages = readPdfText(await press.reportPdf(closingReport(), 'ru'));
    const text = pages.join('\n');
    for (const part of [
      'Отчёт о закрытии № 14',
      'Участок № 9901 · Стол 2',
      'Напечатан: 24.01.2027 20:47',
      '10:00–11:00',
      'Нет пальцев',
      'Уже прошёл идентификацию',
      'Расхождений: 3',
      'Корешки не сходятся с чеками: корешков 83, чеков 76, разница 7.',
      'Өмүрбекова Жаңыл Түгөлбай кызы',
      'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=',
      'Председатель',
      'Экземпляр комиссии с точными цифрами',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('\ufffd');
  });

  it('marks every page of a mock election, and no page of a real one', async () => {
    for (const page of readPdfText(await press.reportPdf(closingReport(), 'ky')))
      expect(page).toContain(TRAINING_MARK);
    for (const page of readPdfText(await press.reportPdf(closingReport({ mock: false }), 'ky')))
      expect(page).not.toContain(TRAINING_MARK);
  });

  it('boxes a sentence where the figures do not add up', async () => {
    const text = readPdfText(await press.reportPdf(closingReport({ addsUp: false }), 'en')).join('\n');
    expect(text).toContain('The figures of this report do not agree with each other.');
    expect(readPdfText(await press.reportPdf(closingReport(), 'en')).join('\n')).not.toContain(
      'do not agree with each other',
    );
  });

  it('opens with zero, has all its letters in each language, and is the same file each time', async () => {
    for (const language of LANGUAGES) {
      const first = await press.reportPdf(openingReport(), language);
      expect(readPdfText(first).join('')).not.toContain('\ufffd');
      expect(Buffer.from(first).equals(await press.reportPdf(openingReport(), language))).toBe(true);
    }
  });
});

describe('the paper list', () => {
  it('holds 2,500 voters on 84 numbered sheets, each with its heading and its own count', async () => {
    const list = { mock: true, electionTitle: ELECTION, stationNumber: 9901, rows: voters(2500) };
    const pages = readPdfText(await press.paperListPdf(list, 'ky'));
    expect(pages).toHaveLength(84);
    pages.forEach((page, index) => {
      expect(page).toContain('Шайлоочулардын тизмеси');
      expect(page).toContain('Аты-жөнү');
      expect(page).toContain('Бул барактагы кол тамгалар:');
      expect(page).toContain(`${index + 1}/84-барак`);
      expect(page).toContain(TRAINING_MARK);
    });
    expect(pages[0]).toContain('Өмүрбек уулу Чыңгыз 30');
    expect(pages[1]).toContain('Өмүрбек уулу Чыңгыз 31');
    expect(pages[83]).toContain('Өмүрбек уулу Чыңгыз 2500');
  });

  it('sets a very long name smaller and in several lines, and loses no letter of it', async () => {
    const name = `${'Абдыкадыров'.repeat(12)} Айсулуу`;
    const list = {
      mock: false,
      electionTitle: ELECTION,
      stationNumber: 1,
      rows: [{ listNumber: 7, name }],
    };
    const [page = ''] = readPdfText(await press.paperListPdf(list, 'ru'));
    expect(page.replaceAll(/\s/g, '')).toContain(name.replaceAll(' ', ''));
    expect(page).not.toContain(name);
  });

  it('is one sheet with its heading where nobody is in it', async () => {
    const list = { mock: false, electionTitle: ELECTION, stationNumber: 1, rows: [] };
    expect(readPdfText(await press.paperListPdf(list, 'en'))).toHaveLength(1);
  });
});

describe('practice ballots', () => {
  const titles = [
    { ky: 'Президентти шайлоо', ru: 'Выборы Президента', en: 'Election of the President' },
    { ky: 'Референдум', ru: 'Референдум', en: 'Referendum' },
  ];

  it('stand two to a sheet by title, are marked as practice, and can not be told apart', async () => {
    const content = { electionTitle: ELECTION, stationNumber: 9901, titles, copies: 4 };
    const pages = readPdfText(await press.practiceBallotsPdf(content, 'ky'));
    expect(pages).toHaveLength(4);
    for (const page of pages) {
      const lines = page.split('\n');
      const half = lines.length / 2;
      expect(lines.slice(0, half)).toEqual(lines.slice(half));
      expect(lines.slice(0, half)).toEqual(
        expect.arrayContaining([TRAINING_MARK, 'ОКУУ БЮЛЛЕТЕНИ / УЧЕБНЫЙ БЮЛЛЕТЕНЬ', 'Өрнөк А / Образец А']),
      );
    }
    expect(pages[0]).toBe(pages[1]);
    expect(pages[0]).toContain('Президентти шайлоо / Выборы Президента');
    expect(pages[2]).toContain('Референдум');
  });

  it('leave the second half of the last sheet empty where the number of copies is odd', async () => {
    const content = { electionTitle: ELECTION, stationNumber: 9901, titles: titles.slice(1), copies: 3 };
    const pages = readPdfText(await press.practiceBallotsPdf(content, 'en'));
    expect(pages).toHaveLength(2);
    expect(pages[1]?.split(TRAINING_MARK)).toHaveLength(2);
    expect(pages[1]).toContain('PRACTICE BALLOT');
  });
});
