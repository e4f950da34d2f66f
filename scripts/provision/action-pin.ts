import { err, ok } from '../../src/domain/result.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { renewPin } from '../../src/station/provision/renew-pin.ts';
import { type Action, wrongOption } from '../action.ts';
import { readTwoPeople } from './two-people.ts';
import { unlockThisLane } from './unlock-this-lane.ts';

const NEW_PIN = /^\d{6,12}$/;

/** The way out of a forgotten PIN. */
export const pinAction: Action = {
  name: 'pin',
  usage: [
    'usage: tizme provision pin --for ID --person ID --person ID [--json]',
    '  a new PIN for somebody who forgot theirs: two others of the commission enter their own, then the person types',
    '  the new one, six to twelve digits, twice. It is put on record. Once on each laptop of the station.',
    '  --secrets-file FILE   the three, a line each (the new one twice), instead of the keyboard',
  ],
  options: {
    for: { type: 'string' },
    person: { type: 'string', multiple: true },
    'secrets-file': { type: 'string' },
  },
  names: { least: 0, most: 0 },
  async run(options, io) {
    const person = options.text('for');
    if (person === undefined) return wrongOption('--for names who gets a new PIN');
    const two = readTwoPeople(options);
    if (!two.ok) return two;
    const people = two.value;
    const unlocked = await unlockThisLane(people, options.text('secrets-file'), [
      `New PIN of ${person}`,
      'The same again',
    ]);
    if (!unlocked.ok) return unlocked;
    const { vault, directory, clock, more } = unlocked.value;
    try {
      const [pin = '', again = ''] = more;
      if (!NEW_PIN.test(pin)) return err('the new PIN is six to twelve digits');
      if (pin !== again) return err('the two are not the same');
      const renewed = await renewPin({
        ...{ vault, directory, person, pin, people },
        record: (event, alongside) => recordEvent(vault, event, clock, alongside),
      });
      if (!renewed.ok) return err({ code: renewed.error, sentence: `Not changed (${renewed.error}).` });
      io.out(`${person} has a new PIN on this laptop, by ${people.join(' and ')}.`);
      return ok({ person, people });
    } finally {
      unlocked.value.close();
    }
  },
};
