import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LANGUAGES, type Language } from '../../src/domain/language.ts';
import { err, ok } from '../../src/domain/result.ts';
import { keepCertificate } from '../../src/station/custody/erasure.ts';
import {
  refuseWhileOthersServe,
  type TablesInTheWay,
  tablesFromCopies,
} from '../../src/station/lanes/tables-of-station.ts';
import { findFontFiles } from '../../src/station/paper/fonts.ts';
import { DayProjection } from '../../src/station/projection/day-projection.ts';
import { eraseLane } from '../../src/station/provision/erase-lane.ts';
import { writeErasureCertificatePdf } from '../../src/station/provision/erasure-certificate-pdf.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { type Action, type ActionFault, wrongOption } from '../action.ts';
import { dataDirectory } from '../start/data-directory.ts';
import { PROVISIONED_FILE } from '../start/prepare-election.ts';
import { readTwoPeople } from './two-people.ts';
import { unlockThisLane } from './unlock-this-lane.ts';

/** The end of a lane: its list is destroyed, and a certificate says so. */
export const eraseAction: Action = {
  name: 'erase',
  usage: [
    'usage: tizme provision erase --person ID --person ID --out CERTIFICATE.pdf [--language ky|ru|en] [--gone N] [--json]',
    '  after the time for complaints: destroys the keys of the list on this laptop and of every name in its log,',
    '  puts that on record, and writes the certificate for two people to sign. The figures stay. It can not be',
    '  undone: take a full export first where a court may ask for it.',
    '  --person ID           two of the commission, who enter their PINs',
    '  --gone N              table N of this station was never closed as far as this laptop knows, and the two say that',
    '                        nobody is served there any more; once for each such table. Refused without it.',
    '  --secrets-file FILE   the PINs, a line each, instead of the keyboard',
    '  --forget-laptop       also takes the laptop’s keys and place away, so that it can be enrolled anew. The folder of',
    '                        its log stays, is named at the end, and is deleted by hand once it is in the archive.',
  ],
  options: {
    person: { type: 'string', multiple: true },
    out: { type: 'string' },
    language: { type: 'string' },
    gone: { type: 'string', multiple: true },
    'secrets-file': { type: 'string' },
    'forget-laptop': { type: 'boolean' },
  },
  names: { least: 0, most: 0 },
  async run(options, io) {
    const out = options.text('out');
    if (out === undefined) return wrongOption('--out names the certificate, a PDF');
    const two = readTwoPeople(options);
    if (!two.ok) return two;
    const people = two.value;
    const language = (options.text('language') ?? 'ky') as Language;
    const gone = options.texts('gone').map(Number);
    if (!gone.every((lane) => Number.isInteger(lane) && lane > 0))
      return wrongOption('--gone takes the number of a table');
    if (!LANGUAGES.includes(language)) return wrongOption('--language takes ky, ru or en');
    // What is destroyed can't be destroyed again for the paper.
    if (!existsSync(dirname(out)))
      return err(`${dirname(out)}: there is no such folder; nothing was destroyed`);
    if (existsSync(out)) return err(`${out} is there already; nothing was changed`);
    const unlocked = await unlockThisLane(people, options.text('secrets-file'));
    if (!unlocked.ok) return unlocked;
    const { vault, identity, fontsDirectory, clock, directory } = unlocked.value;
    try {
      // A day that isn't closed here is refused for that, below.
      const isClosed = new DayProjection(vault.laneStore).phase() === 'closed';
      const through = refuseWhileOthersServe(tablesFromCopies(vault, identity.lane), gone);
      if (isClosed && !through.ok) return err(notThrough(through.error, language));
      const erased = eraseLane({
        ...{ vault, identity, registerFile: vault.registerFile, people, gone, clock },
        record: (event, alongside) => recordEvent(vault, event, clock, alongside),
      });
      if (!erased.ok) {
        const sentence =
          erased.error === 'not-closed'
            ? 'The station was never closed: close it first (npm start).'
            : `Not erased (${erased.error}).`;
        return err({ code: erased.error, sentence });
      }
      const { names } = keepCertificate(directory, erased.value, identity);
      const fonts = findFontFiles(fontsDirectory ?? undefined);
      writeFileSync(out, await writeErasureCertificatePdf(fonts, erased.value, names, language));
      if (options.flag('forget-laptop')) forgetLaptop(dataDirectory());
      io.out(`Destroyed: the list of ${erased.value.voters} voters with ${erased.value.templates} fingers.`);
      io.out(`${out} is the certificate; print it, and let both sign.`);
      io.out(
        `Left in ${directory}: the log with its figures, which opens for two of the commission and names nobody any more. Take it to the archive; then delete that folder.`,
      );
      return ok({ ...erased.value, certificate: out, left: directory });
    } finally {
      unlocked.value.close();
    }
  },
};

/** In the language of the certificate: who stands at the laptop reads it. */
function notThrough({ code, tables }: TablesInTheWay, language: Language): ActionFault {
  const numbers = tables.join(', ');
  const options = tables.map((lane) => `--gone ${lane}`).join(' ');
  const sentences: Readonly<Record<Language, string>> = {
    en: `As far as this laptop knows, table ${numbers} of this station was not closed. Close it there, with this laptop on and connected, so that it hears of it. If it is broken or gone: ${options}, which the two answer for.`,
    ru: `Насколько известно этому ноутбуку, стол ${numbers} этого участка не был закрыт. Закройте его там при включённом и подключённом ноутбуке, чтобы он об этом узнал. Если стол сломан или его больше нет: ${options}, за это отвечают двое.`,
    ky: `Бул ноутбукка белгилүү болгондой, ушул участоктун ${numbers}-столу жабылган эмес. Аны ошол жерде жабыңыз, бул ноутбук күйүп, туташып турсун: ал муну угушу керек. Эгер ал бузулса же жок болсо: ${options}, ал үчүн экөө жооп берет.`,
  };
  return { code, sentence: sentences[language] };
}

/** The lane's ledger stays where it is, for the archive; the laptop itself is nobody's now. */
function forgetLaptop(data: string): void {
  const enrolment = join(data, 'enrolment');
  if (existsSync(enrolment)) {
    for (const name of ['device-share.json']) {
      const file = join(enrolment, name);
      if (existsSync(file)) writeFileSync(file, new Uint8Array(readFileSync(file).length), { flush: true });
    }
    rmSync(enrolment, { recursive: true });
  }
  rmSync(join(data, PROVISIONED_FILE), { force: true });
}
