import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { LANGUAGES, type Language } from '../../src/domain/language.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { findFontFiles } from '../../src/station/paper/fonts.ts';
import { type PinLetter, writePinLettersPdf } from '../../src/station/provision/pin-letters-pdf.ts';
import { type Action, wrongOption } from '../action.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { readInputs } from './build-inputs.ts';
import { plannedStations } from './build-options.ts';
import { drawnEnvelopeCode, drawnPin, hasBuildSecrets, openBuildSecrets } from './build-secrets.ts';

/** The letters with everybody's first PIN, straight to a printer. */
export const lettersAction: Action = {
  name: 'letters',
  usage: [
    'usage: tizme package letters --packages DIR --station N [--station N ...] (--printer NAME | --out FILE.pdf)',
    '         (--register FILE --register-keys FILE --procedure FILE --plan FILE | --election DIR)',
    '  a sheet for each member with the PIN that the packages in DIR were built with, and one for each sealed envelope;',
    '  folded twice, nothing can be read from outside. To the printer without a file in between; what the printer’s own',
    '  queue keeps is for whoever runs it to empty. After package forget no letter can be printed again.',
    '  --printer NAME   a printer of this computer (lpstat -p names them)',
    '  --out FILE       a PDF instead, for this user alone: print it at once and destroy it',
    '  --envelopes N    as for package build (1)',
    '  --language ky|ru|en  (ky)',
  ],
  options: {
    packages: { type: 'string' },
    register: { type: 'string' },
    'register-keys': { type: 'string' },
    procedure: { type: 'string' },
    plan: { type: 'string' },
    election: { type: 'string' },
    station: { type: 'string', multiple: true },
    envelopes: { type: 'string' },
    printer: { type: 'string' },
    out: { type: 'string' },
    language: { type: 'string' },
  },
  names: { least: 0, most: 0 },
  async run(options, io) {
    const [folder, printer, out] = [options.text('packages'), options.text('printer'), options.text('out')];
    if (folder === undefined || (printer === undefined) === (out === undefined))
      return wrongOption('--packages, and one of --printer and --out, are needed');
    const language = (options.text('language') ?? 'ky') as Language;
    if (!LANGUAGES.includes(language)) return wrongOption('--language takes ky, ru or en');
    const envelopes = Number(options.text('envelopes') ?? 1);
    if (!Number.isInteger(envelopes) || envelopes < 0 || envelopes > 4)
      return wrongOption('--envelopes takes 0 to 4');
    if (options.texts('station').length === 0)
      return wrongOption('--station names a station of the plan; it may be repeated');
    if (out !== undefined && existsSync(out)) return err(`${out} is there already; nothing was changed`);
    const inputs = readInputs(options);
    if (!inputs.ok) return inputs;
    const { plan, procedure, databaseKey } = inputs.value;
    const planned = plannedStations(plan, options.texts('station'));
    if (!planned.ok) return planned;
    const stations = planned.value;
    if (!existsSync(folder) || !hasBuildSecrets(folder))
      return err(
        `there is nothing in ${folder} that PINs were drawn from: it was destroyed, or is elsewhere`,
      );
    const secrets = openBuildSecrets(folder, databaseKey);
    if (!secrets.ok) return err(`${folder} belongs to another register`);
    const { fontsDirectory } = findProgramFiles();
    const fonts = findFontFiles(fontsDirectory ?? undefined);
    let sheets = 0;
    for (const { number, people } of stations) {
      const letters: PinLetter[] = [
        ...people.map(({ id, name, pin }) => {
          return { kind: 'person' as const, name, code: pin ?? drawnPin(secrets.value.people, number, id) };
        }),
        ...Array.from({ length: envelopes }, (_, index) => ({
          ...{ kind: 'envelope' as const, number: index + 1 },
          code: drawnEnvelopeCode(secrets.value.people, number, `envelope-${index + 1}`),
        })),
      ];
      const { mock, title } = procedure;
      const pdf = await writePinLettersPdf(
        fonts,
        { mock, electionTitle: title, stationNumber: number, letters },
        language,
      );
      const handed =
        printer === undefined
          ? write(placeOf(out ?? '', number, stations.length), pdf)
          : await print(printer, pdf);
      pdf.fill(0);
      if (!handed.ok) return handed;
      sheets += letters.length;
    }
    for (const secret of Object.values(secrets.value)) secret.fill(0);
    io.out(`${sheets} letter(s) of ${stations.length} station(s).`);
    if (out !== undefined)
      io.progress('Print it at once, then destroy the file: whoever reads it has the PINs.');
    return ok({ letters: sheets, stations: stations.length });
  },
};

function placeOf(out: string, station: number, stations: number): string {
  return stations === 1 ? out : out.replace(/(\.pdf)?$/, `-${station}.pdf`);
}

function write(file: string, pdf: Uint8Array): Result<void, string> {
  try {
    writeFileSync(file, pdf, { mode: 0o600, flag: 'wx' });
    return ok();
  } catch {
    return err(`${file} is there already, or can not be written`);
  }
}

/** By standard input: there is no file that somebody could forget. */
function print(printer: string, pdf: Uint8Array): Promise<Result<void, string>> {
  return new Promise((resolve) => {
    const lp = spawn('lp', ['-d', printer, '-t', 'letters', '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    lp.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    lp.stdin.on('error', () => {});
    lp.on('error', () => resolve(err('there is no printing system here (lp): use --out')));
    lp.on('close', (code) =>
      resolve(code === 0 ? ok() : err(`the printer refuses: ${said.trim() || `lp ended with ${code}`}`)),
    );
    lp.stdin.end(pdf);
  });
}
