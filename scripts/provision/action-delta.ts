import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok } from '../../src/domain/result.ts';
import { authorityOf } from '../../src/packages/commission.ts';
import { readLaneCustody } from '../../src/station/lane/lane-custody.ts';
import { changeList } from '../../src/station/provision/change-list.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import type { Action } from '../action.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { dataDirectory } from '../start/data-directory.ts';
import { explainEnrolFault, readEnrolledLaptop } from './enrolment-folder.ts';
import { readTwoPeople } from './two-people.ts';
import { unlockThisLane } from './unlock-this-lane.ts';

/** Changes of the list that came after the package. */
export const deltaAction: Action = {
  name: 'delta',
  usage: [
    'usage: tizme provision delta DELTA... --person ID --person ID [--json]',
    '  carries out signed changes of this lane’s list (tizme register delta made them), oldest first, with the program',
    '  closed. The commission’s members sign them, as they sign packages. One that was carried out before changes',
    '  nothing; each that changes something is put on record.',
    '  --secrets-file FILE   the PINs, a line each, instead of the keyboard',
  ],
  options: { person: { type: 'string', multiple: true }, 'secrets-file': { type: 'string' } },
  names: { least: 1, most: 1_000 },
  async run(options, io) {
    const two = readTwoPeople(options);
    if (!two.ok) return two;
    const people = two.value;
    const laptop = readEnrolledLaptop(dataDirectory());
    if (!laptop.ok) return err({ code: laptop.error, sentence: explainEnrolFault(laptop.error) });
    const files: Uint8Array[] = [];
    for (const file of options.names) {
      try {
        files.push(new Uint8Array(readFileSync(file)));
      } catch {
        return err(`${file} can not be read`);
      }
    }
    const unlocked = await unlockThisLane(people, options.text('secrets-file'));
    if (!unlocked.ok) return unlocked;
    const { vault, clock } = unlocked.value;
    try {
      const { applied: done, refused } = await changeList({
        ...{ vault, files, people, fromLane: null },
        authority: readLaneCustody(vault.laneStore)?.authority ?? authorityOf(laptop.value.commission),
        migrations: join(findProgramFiles().migrationsDirectory, 'register'),
        record: (event) => recordEvent(vault, event, clock),
      });
      for (const { sequence, isNew, applied, overtaken } of done)
        io.out(
          isNew
            ? `delta ${sequence}: ${applied} changes, ${overtaken} overtaken by newer requests`
            : `delta ${sequence}: carried out before`,
        );
      if (refused === null) return ok({ deltas: done.map(({ info: _, ...said }) => said) });
      const { code, ...details } = refused;
      return err({ code, sentence: `Refused (${code}); what came before it is carried out.`, details });
    } finally {
      unlocked.value.close();
    }
  },
};
