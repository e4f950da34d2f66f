import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PRACTICE_PIN_COST } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { err, ok } from '../../src/domain/result.ts';
import { explainPackageError } from '../../src/packages/package-error.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { type ReplaceFault, replacePackage } from '../../src/station/provision/replace-package.ts';
import { writeChairKit } from '../../src/station/provision/write-chair-kit.ts';
import type { Action } from '../action.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { dataDirectory } from '../start/data-directory.ts';
import { notePackageSeen } from './packages-seen.ts';
import { readTwoPeople } from './two-people.ts';
import { unlockThisLane } from './unlock-this-lane.ts';

/** A newer package on a laptop that is a lane already. */
export const updateAction: Action = {
  name: 'update',
  usage: [
    'usage: tizme provision update PACKAGE --person ID --person ID [--json]',
    '  puts a newer version of this lane’s package in force, with the program closed: two of the commission enter their',
    '  PINs. The log goes on, with what happened on record; a power cut leaves the old package or the new one. An older',
    '  one is refused; from the opening to the end of the day every one is (signed changes are taken then).',
    '  --shared DIR          the parts that are the same for every station (beside the package unless given)',
    '  --chair-stick DIR     gets the package and the kit for a spare, in place of the one before',
    '  --secrets-file FILE   the PINs, a line each, instead of the keyboard',
  ],
  options: {
    person: { type: 'string', multiple: true },
    shared: { type: 'string' },
    'chair-stick': { type: 'string' },
    'secrets-file': { type: 'string' },
  },
  names: { least: 1, most: 1 },
  async run(options, io) {
    const two = readTwoPeople(options);
    if (!two.ok) return two;
    const people = two.value;
    const [file = ''] = options.names;
    const data = dataDirectory();
    const unlocked = await unlockThisLane(people, options.text('secrets-file'));
    if (!unlocked.ok) return unlocked;
    const { vault, identity, directory, registerFile, clock } = unlocked.value;
    try {
      const lane = readLaneFile(directory);
      const beside = join(dirname(file), 'shared');
      const shared = options.text('shared') ?? (existsSync(beside) ? beside : undefined);
      const cost = identity.mock ? { pinCost: PRACTICE_PIN_COST } : {};
      const replaced = await replacePackage({
        ...{ vault, identity, directory, registerFile, file, people },
        practicePins: lane.ok ? lane.value.practicePins : null,
        migrations: findProgramFiles().migrationsDirectory,
        ...(shared === undefined ? {} : { sharedDirectory: shared }),
        ...cost,
        record: (event, alongside) => recordEvent(vault, event, clock, alongside),
      });
      if (!replaced.ok) {
        const { code } = replaced.error;
        return err({ code, sentence: explainReplaceFault(replaced.error) });
      }
      const { from, opened } = replaced.value;
      notePackageSeen(data, opened.manifest);
      const stick = options.text('chair-stick');
      const kit =
        stick === undefined
          ? null
          : await writeChairKit({
              ...{ stick, file, opened, sharedDirectory: shared },
              ...(identity.mock ? { cost: PRACTICE_PIN_COST } : {}),
            });
      const { version } = opened.manifest;
      io.out(`Version ${version} is in force in place of ${from}: ${opened.voters.length} voters.`);
      if (stick === undefined)
        io.out(
          'The chair’s stick still makes a spare from the version before: --chair-stick writes it anew.',
        );
      if (kit === false) io.out('The chair’s kit was not written: no envelopes, or the stick is full.');
      return ok({ from, version, voters: opened.voters.length, chairKit: kit === true });
    } finally {
      unlocked.value.close();
    }
  },
};

function explainReplaceFault(error: ReplaceFault): string {
  switch (error.code) {
    case 'package-during-day':
      return 'The station was opened: from then on the package stays. Take signed changes instead (provision delta, or the screen).';
    case 'no-package':
      return 'This lane has nothing to verify a newer package with: it was set up without one, or its list was destroyed.';
    case 'same-package':
      return 'This version is in force already.';
    case 'package-other-lane':
      return 'The package makes this laptop another table than it is: set it up anew.';
    case 'too-many-new-members':
      return 'The package names more new members than this laptop has shares for: set it up anew.';
    case 'laptop-share-missing':
      return 'The laptop’s own stick or TPM does not give out its share: plug the stick in.';
    case 'disk-failed':
      return 'The disk refuses: nothing was changed.';
    default:
      return explainPackageError(error);
  }
}
