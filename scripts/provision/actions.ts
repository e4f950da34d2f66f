import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { describeKeeper } from '../../src/station/lane/device-share.ts';
import { findFontFiles } from '../../src/station/paper/fonts.ts';
import { KIT_FILE, openChairKit, parseChairKit } from '../../src/station/provision/chair-kit.ts';
import { writeLabelsPdf } from '../../src/station/provision/labels-pdf.ts';
import { LAST_RECEIPTS, receiptsOfSpare } from '../../src/station/provision/spare-receipts.ts';
import { noteSpareOnStick } from '../../src/station/provision/spares-of-stick.ts';
import { type Action, type ActionFault, wrongOption } from '../action.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { readEnrolments } from '../package/election-plan.ts';
import { readPassphrases } from '../package/passphrases.ts';
import { readDay } from '../read-day.ts';
import { dataDirectory } from '../start/data-directory.ts';
import { askDigits } from './ask-digits.ts';
import { enrolLaptop, explainEnrolFault, readEnrolledLaptop } from './enrolment-folder.ts';
import { readHostAndPort } from './host-and-port.ts';
import { machineModel } from './machine-model.ts';
import { makeLane } from './make-lane.ts';
import { spareOverLan } from './spare-over-lan.ts';

const SHARE_USAGE =
  '  --share-on DIR     the laptop’s own stick keeps its half of the key (without: its TPM; on Windows DPAPI)';

/** Draws the laptop's keys and writes the public half. */
export const enrolAction: Action = {
  name: 'enrol',
  usage: [
    'usage: tizme provision enrol --trust commission.json --station N --lane K --out FILE [options]',
    '  draws this laptop’s keys, before anybody knows the packages, and writes their public half for package build',
    SHARE_USAGE,
    '  --seal TEXT        the number of the seal on its label',
    '  --model TEXT       the laptop’s model, for the fleet’s report (as the system says)',
    '  --address H:P      where the other lanes find it besides mDNS',
  ],
  options: {
    trust: { type: 'string' },
    station: { type: 'string' },
    lane: { type: 'string' },
    out: { type: 'string' },
    'share-on': { type: 'string' },
    seal: { type: 'string' },
    model: { type: 'string' },
    address: { type: 'string' },
  },
  names: { least: 0, most: 0 },
  async run(options, io) {
    const [trust, out] = [options.text('trust'), options.text('out')];
    const [station, lane] = [Number(options.text('station')), Number(options.text('lane'))];
    if (trust === undefined || out === undefined) return wrongOption('--trust and --out are needed');
    if (!Number.isInteger(station) || station < 1)
      return wrongOption('--station takes the number of a station');
    if (!Number.isInteger(lane) || lane < 1 || lane > 10) return wrongOption('--lane takes 1 to 10');
    const address = options.text('address') ?? null;
    if (address !== null && readHostAndPort(address) === null)
      return wrongOption('--address takes HOST:PORT, where the other lanes find this one');
    // The keys are drawn once: a place that takes nothing is found before.
    if (!existsSync(dirname(out))) return err(`${dirname(out)}: there is no such folder; nothing was drawn`);
    if (existsSync(out)) return err(`${out} is there already; nothing was changed`);
    const enrolled = await enrolLaptop({
      data: dataDirectory(),
      ...{ trust, station, lane },
      address,
      seal: options.text('seal') ?? '',
      model: options.text('model') ?? machineModel(),
      stick: options.text('share-on') ?? null,
    });
    if (!enrolled.ok) return refused(enrolled.error, explainEnrolFault(enrolled.error));
    copyFileSync(join(enrolled.value.folder, 'enrolment.json'), out);
    const { device } = enrolled.value.enrolment;
    const keeper = describeKeeper(enrolled.value.folder) ?? '';
    io.out(`Enrolled as ${device} for lane ${lane} of station ${station}; ${out} goes to package build.`);
    io.out(`Its half of the key is kept by ${keeper}.`);
    return ok({ device, station, lane, file: out, keeper });
  },
};

/** From a package to a lane. */
export const laneAction: Action = {
  name: 'lane',
  usage: [
    'usage: tizme provision lane PACKAGE [options]',
    '  verifies the package, opens it with this laptop’s keys, and turns the laptop into its lane: then npm start',
    '  opens that election. Nothing is written where anything is wrong.',
    '  --shared DIR          the parts that are the same for every station (beside the package unless given)',
    '  --day YYYY-MM-DD      the day, as two people confirm it; the station asks again when it opens',
    '  --journal-stick DIR   the stick for the journal of the day',
    '  --chair-stick DIR     gets the package and the kit for a spare; it goes to the chair',
    '  --people DIR          of a mock election: its folder, so that simulated people come to the desk',
  ],
  options: {
    shared: { type: 'string' },
    day: { type: 'string' },
    'journal-stick': { type: 'string' },
    'chair-stick': { type: 'string' },
    people: { type: 'string' },
  },
  names: { least: 1, most: 1 },
  async run(options, io) {
    const data = dataDirectory();
    const day = readDay(options, 'day');
    if (!day.ok) return day;
    const laptop = readEnrolledLaptop(data);
    if (!laptop.ok) return refused(laptop.error, explainEnrolFault(laptop.error));
    const [file = ''] = options.names;
    return makeLane(
      {
        ...{ data, file },
        laptop: laptop.value,
        sharedDirectory: options.text('shared'),
        day: day.value,
        journalStick: options.text('journal-stick') ?? null,
        chairStick: options.text('chair-stick') ?? null,
        peopleDirectory: options.text('people') ?? null,
      },
      io,
    );
  },
};

/** A blank laptop becomes a lane from the chair's stick, with no network and no other laptop alive. */
export const spareAction: Action = {
  name: 'spare',
  usage: [
    'usage: tizme provision spare --stick DIR --trust commission.json --lane K --member ID --envelope ID',
    '                             --last-receipt N [options]',
    '       tizme provision spare --lan "ADDRESS:PORT [CODE]" [--trust commission.json] [options]',
    '  turns a blank laptop into lane K from the chair’s stick, offline: a member enters the PIN, another person the',
    '  code of an envelope from the safe. Both are named in the first event of its log, which also says whose key',
    '  counts no longer.',
    SHARE_USAGE,
    '  --lan TEXT            instead of a stick: what the screen of a table shows that lets it in (provision admit',
    '                        --lan), scanned or typed. The package comes from there over the local network. With the',
    '                        address alone, of a table whose screen let it in, digits are compared: asked here.',
    '  --secrets-file FILE   PIN and code, a line each, instead of the keyboard',
    '  --last-receipt N      the highest receipt number of table K that is on paper (1-0412), whichever laptop printed',
    '                        it, 0 for none; can be given more than once. The stick may have a copy that made a spare',
    '                        which this one knows nothing of, so people say it: no number is given twice',
    '  --day, --journal-stick, --people as for provision lane',
  ],
  options: {
    'last-receipt': { type: 'string', multiple: true },
    stick: { type: 'string' },
    lan: { type: 'string' },
    trust: { type: 'string' },
    lane: { type: 'string' },
    member: { type: 'string' },
    envelope: { type: 'string' },
    'share-on': { type: 'string' },
    'secrets-file': { type: 'string' },
    shared: { type: 'string' },
    day: { type: 'string' },
    'journal-stick': { type: 'string' },
    people: { type: 'string' },
  },
  names: { least: 0, most: 0 },
  async run(options, io) {
    const data = dataDirectory();
    const day = readDay(options, 'day');
    if (!day.ok) return day;
    const lan = options.text('lan');
    if (lan !== undefined)
      return spareOverLan(
        {
          ...{ data, pairing: lan, trust: options.text('trust') ?? null },
          shareOn: options.text('share-on') ?? null,
          day: day.value,
          journalStick: options.text('journal-stick') ?? null,
          peopleDirectory: options.text('people') ?? null,
          watcher: { onMet: (met) => askDigits(met, io) },
        },
        io,
      );
    const [stick, trust] = [options.text('stick'), options.text('trust')];
    const [member, envelope] = [options.text('member'), options.text('envelope') ?? 'envelope-1'];
    const lane = Number(options.text('lane'));
    if (stick === undefined || trust === undefined || member === undefined)
      return wrongOption('--stick, --trust and --member are needed');
    if (!Number.isInteger(lane) || lane < 1 || lane > 10) return wrongOption('--lane takes 1 to 10');
    const lastReceipt = highestReceipt(options.texts('last-receipt'), lane);
    if (!lastReceipt.ok) return lastReceipt;
    const found = readStick(stick);
    if (!found.ok) return refused('stick-incomplete', found.error);
    const { kit, file } = found.value;
    const secrets = await readPassphrases(
      [`member ${member} (PIN)`, `${envelope} (code)`],
      options.text('secrets-file'),
    );
    if (!secrets.ok) return secrets;
    const [pin = '', code = ''] = secrets.value;
    const key = await openChairKit(kit, { id: envelope, code }, { id: member, pin });
    if (!key.ok)
      return refused(
        key.error.code,
        `The stick does not open: ${key.error.code}. Try again, or use another envelope.`,
      );
    const known = readEnrolledLaptop(data);
    const enrolled = known.ok
      ? known
      : await enrolLaptop({
          ...{ data, trust, lane, address: null, seal: '' },
          station: kit.station,
          model: machineModel(),
          stick: options.text('share-on') ?? null,
        });
    if (!enrolled.ok) return refused(enrolled.error, explainEnrolFault(enrolled.error));
    const noted = noteSpareOnStick(stick, { lane, device: enrolled.value.enrolment.device });
    if (!noted.ok)
      io.progress('The stick can not keep that this spare was made from it: what is on paper decides alone.');
    const receiptsFrom = receiptsOfSpare({
      ...{ admitter: null, earlier: noted.ok ? noted.value : 0 },
      lastOnPaper: lastReceipt.value,
    });
    if (receiptsFrom > LAST_RECEIPTS)
      return err(`above --last-receipt ${lastReceipt.value} there are no numbers left: read it again`);
    const opener = { kind: 'package-key', identity: key.value } as const;
    const made = await makeLane(
      {
        ...{ data, file },
        laptop: enrolled.value,
        sharedDirectory: options.text('shared'),
        day: day.value,
        spare: { opener, lane, people: [member, envelope], receiptsFrom },
        journalStick: options.text('journal-stick') ?? null,
        chairStick: null,
        peopleDirectory: options.text('people') ?? null,
      },
      io,
    );
    if (!made.ok) return made;
    // For the tables that live (provision admit); a stick that is full now has done its work already.
    const told = { ...enrolled.value.enrolment, station: kit.station, lane, receiptsFrom };
    const place = join(stick, `spare-lane-${lane}.json`);
    try {
      writeFileSync(place, `${JSON.stringify(told, null, 2)}\n`, { flush: true });
      io.out(`Where other tables live: tizme provision admit ${place}, on each of them.`);
    } catch {
      io.progress(`${place} could not be written; copy enrolment.json of this laptop instead.`);
    }
    return made;
  },
};

/** Labels for the laptops of a delivery. */
export const labelsAction: Action = {
  name: 'labels',
  usage: [
    'usage: tizme provision labels ENROLMENTS --out FILE.pdf',
    '  one label for each laptop in the folder: station, lane, seal number and device, with a code to scan',
  ],
  options: { out: { type: 'string' } },
  names: { least: 1, most: 1 },
  async run(options, io) {
    const out = options.text('out');
    if (out === undefined) return wrongOption('--out names the PDF');
    const enrolments = readEnrolments(options.names[0] ?? '');
    if (!enrolments.ok) return enrolments;
    if (enrolments.value.length === 0) return err('there is no enrolment in this folder');
    const { fontsDirectory } = findProgramFiles();
    const fonts = findFontFiles(fontsDirectory ?? undefined);
    writeFileSync(out, await writeLabelsPdf(fonts, enrolments.value));
    io.out(`${enrolments.value.length} label(s) in ${out}.`);
    return ok({ labels: enrolments.value.length, file: out });
  },
};

/**
 * The highest of the numbers that people read off receipts, as they stand there or only what is behind the table's
 * number. Always asked for: no stick knows what was made from a copy of it.
 */
function highestReceipt(texts: readonly string[], lane: number): Result<number, ActionFault> {
  if (texts.length === 0)
    return wrongOption(
      `--last-receipt is needed: the highest receipt number of table ${lane} that is on paper, whichever laptop printed it (--last-receipt ${lane}-0412), or 0 for none`,
    );
  let highest = 0;
  for (const text of texts) {
    const [, table, digits] = /^(?:(\d{1,3})-)?(\d{1,7})$/.exec(text.trim()) ?? [];
    if (digits === undefined)
      return wrongOption('--last-receipt takes a number as it stands on a receipt: 1-0412, or 0 for none');
    if (table !== undefined && Number(table) !== lane)
      return wrongOption(
        `--last-receipt ${text.trim()} is a receipt of table ${Number(table)}, not of table ${lane}`,
      );
    highest = Math.max(highest, Number(digits));
  }
  return ok(highest);
}

function readStick(
  stick: string,
): Result<
  { readonly kit: Extract<ReturnType<typeof parseChairKit>, { ok: true }>['value']; readonly file: string },
  string
> {
  try {
    const kit = parseChairKit(readFileSync(join(stick, KIT_FILE), 'utf8'));
    if (!kit.ok) return err('The kit on the stick is damaged: use the copy of another member.');
    const packages = readdirSync(stick).filter((name) => name.endsWith('.tizme'));
    const name = packages.find((one) => one.includes(`v${kit.value.packageVersion}.`)) ?? packages[0];
    if (name === undefined) return err('There is no package on the stick.');
    return ok({ kit: kit.value, file: join(stick, name) });
  } catch {
    return err('There is no kit on this stick: is it the chair’s?');
  }
}

function refused(code: string, sentence: string): Result<never, ActionFault> {
  return err({ code, sentence });
}
