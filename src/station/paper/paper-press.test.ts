import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFontFiles } from './fonts.ts';
import { createPaperPress } from './paper-press.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tizme-paper-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the fonts of the press', () => {
  const slip = { mock: true, stationNumber: 1, outcome: 'not-in-list', elsewhere: null, day: '2027-01-24' };

  it('may lie side by side in a folder, as a bundle brings them, and print the same', async () => {
    for (const file of Object.values(findFontFiles(undefined)))
      await copyFile(file, join(folder, basename(file)));
    const bundled = createPaperPress({ fontDirectory: folder });
    expect(await bundled.slip(slip, 'ky', 576)).toEqual(await createPaperPress().slip(slip, 'ky', 576));
    const ballots = {
      electionTitle: { ky: 'Үлгү', ru: 'Образец', en: 'Sample' },
      stationNumber: 1,
      titles: [],
      copies: 0,
    };
    expect(await bundled.practiceBallotsPdf(ballots, 'ky')).toBeInstanceOf(Uint8Array);
  });

  it('are missed at the start, not at the first receipt', () => {
    expect(() => createPaperPress({ fontDirectory: folder })).toThrow(/font for regular text can't be read/);
  });
});
