import { throwIllegalValue } from '../../src/domain/assert.ts';
import type { WriteIndexError } from '../../src/register/national-index/write-national-index.ts';

/** Why there is no national index, and what to do about it. */
export function describeIndexError(error: WriteIndexError): string {
  switch (error.code) {
    case 'already-exists':
      return 'there already; nothing was changed';
    case 'unknown-station':
      return `the register has voters of station ${error.stationNumber} and knows no station of that number, for it was imported without --stations, or with a list that lacks it. Import the same voters again into a new file, with --stations FILE (number, district, names and address of every station; docs/register.md), and run this again with that register`;
    case 'too-many-stations':
      return 'the register has more stations than an index can hold (65,536)';
    case 'too-many-ballots':
      return 'the register has more combinations of ballots than an index can hold: are the ballots of every voter those of the procedure?';
    case 'cannot-write':
      return "it can't be written: make room on the disk, and run the same command again";
    default:
      return throwIllegalValue(error);
  }
}
