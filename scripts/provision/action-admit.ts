import { err, ok, type Result } from '../../src/domain/result.ts';
import { type AdmitFault, admitSpare } from '../../src/station/provision/admit-spare.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { type Action, type ActionFault, type ActionOptions, wrongOption } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import { laneEntryOf, readJsonFile, spareFileSchema } from '../package/election-plan.ts';
import { readHostAndPort } from './host-and-port.ts';
import { letSpareIn } from './let-spare-in.ts';
import { readTwoPeople } from './two-people.ts';
import { unlockThisLane } from './unlock-this-lane.ts';

const SENTENCES: Readonly<Record<AdmitFault, string>> = {
  'no-other-lanes': 'This station has one table: nobody has to be told.',
  'no-such-lane': 'The station has no such table, or it is this one.',
  'already-admitted': 'This laptop knows the spare already.',
  'receipts-given':
    'Another spare of this table has the same receipt numbers: two were made from two copies of the chair’s stick. Nothing was changed. Make this one again, on another laptop or with an empty TIZME_DATA, with --last-receipt and the highest number of this table that is on paper.',
  'disk-failed': 'The disk refuses: nothing was changed.',
};

/** Tells a table that lives of the spare that stands in for another. */
export const admitAction: Action = {
  name: 'admit',
  usage: [
    'usage: tizme provision admit SPARE.json --person ID --person ID [--json]',
    '       tizme provision admit --lan --lane K --person ID --person ID [--json]',
    '  on each table that lives: believes the spare, whose file provision spare wrote on the stick, and no longer the',
    '  laptop that it stands in for. Two of the commission enter their PINs; it is put on record.',
    '  --lan                 instead: shows a code, and lets the one laptop on which it is entered (provision spare',
    '                        --lan) become table K; it gets the package from here. The other tables hear of it from',
    '                        this one.',
    '  --listen H:P          where the spare finds this laptop (every network, any port)',
    '  --secrets-file FILE   the PINs, a line each, instead of the keyboard',
  ],
  options: {
    person: { type: 'string', multiple: true },
    'secrets-file': { type: 'string' },
    lan: { type: 'boolean' },
    lane: { type: 'string' },
    listen: { type: 'string' },
  },
  names: { least: 0, most: 1 },
  async run(options, io) {
    const two = readTwoPeople(options);
    if (!two.ok) return two;
    const people = two.value;
    const [file] = options.names;
    if (options.flag('lan') === (file !== undefined))
      return wrongOption('either the file of the spare is needed, or --lan');
    if (file === undefined) return admitOverLan(options, people, io);
    if (options.text('lane') !== undefined || options.text('listen') !== undefined)
      return wrongOption('--lane and --listen belong to --lan: the file of a spare says which table it is');
    const spare = readJsonFile(file, spareFileSchema);
    if (!spare.ok) {
      const { code, sentence } = spare.error;
      const what = 'provision spare writes it on the stick, as spare-lane-K.json';
      return err({ code, sentence: `${sentence} (the file of a spare: ${what})` });
    }
    const unlocked = await unlockThisLane(people, options.text('secrets-file'));
    if (!unlocked.ok) return unlocked;
    const { vault, identity, clock } = unlocked.value;
    try {
      if (spare.value.station !== identity.stationNumber)
        return err(
          `the spare is of station ${spare.value.station}, this laptop of ${identity.stationNumber}`,
        );
      const { receiptsFrom, ...enrolment } = spare.value;
      const admitted = admitSpare({
        ...{ laneStore: vault.laneStore, people },
        record: (event, alongside) => recordEvent(vault, event, clock, alongside),
        ownLane: identity.lane,
        spare: { ...laneEntryOf(enrolment), ...(receiptsFrom === undefined ? {} : { receiptsFrom }) },
      });
      if (!admitted.ok) return err({ code: admitted.error, sentence: SENTENCES[admitted.error] });
      const { lane, device } = spare.value;
      io.out(`Table ${lane} is ${device} from now on; ${admitted.value.revoked} is believed no longer.`);
      return ok({ lane, device, revoked: admitted.value.revoked });
    } finally {
      unlocked.value.close();
    }
  },
};

async function admitOverLan(
  options: ActionOptions,
  people: readonly string[],
  io: CommandIo,
): Promise<Result<Readonly<Record<string, unknown>>, string | ActionFault>> {
  const forLane = Number(options.text('lane'));
  if (!Number.isInteger(forLane) || forLane < 1 || forLane > 10) return wrongOption('--lane takes 1 to 10');
  const listen = readHostAndPort(options.text('listen') ?? '0.0.0.0:0');
  if (listen === null) return wrongOption('--listen takes ADDRESS:PORT of this laptop');
  const unlocked = await unlockThisLane(people, options.text('secrets-file'));
  if (!unlocked.ok) return unlocked;
  try {
    return await letSpareIn({ ...{ lane: unlocked.value, people, forLane }, listen }, io);
  } finally {
    unlocked.value.close();
  }
}
