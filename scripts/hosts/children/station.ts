import type { BlankLaptop } from '../../../src/station/blank-laptop.ts';
import { startStation } from '../../../src/station/station-process.ts';
import { readJournalSettings } from '../../../src/station/stick/journal-settings.ts';
import { BecomeTable } from '../../provision/become-table.ts';
import { runStation } from './run-station.ts';

runStation((ports, options) => {
  const { blank, dataDirectory } = options;
  let laptop: BlankLaptop | null = null;
  if (blank != null) {
    const practice = readJournalSettings(dataDirectory);
    laptop = new BecomeTable({
      ...blank,
      practiceStick: practice === null || practice === 'malformed' ? null : practice.stick,
    });
  }
  startStation(ports, options, laptop);
});
