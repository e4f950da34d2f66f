import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { type Commission, parseCommission } from '../../src/packages/commission.ts';
import {
  type CommissionCeremony,
  holdCeremony,
  SHORTEST_PASSPHRASE,
} from '../../src/packages/member-keys.ts';
import { explainPackageError } from '../../src/packages/package-error.ts';
import { signPackage } from '../../src/packages/sign-package.ts';
import { writeWhole } from '../../src/store/write-whole.ts';
import { type Action, type ActionFault, wrongOption } from '../action.ts';
import { progressBar } from '../progress.ts';
import { openMembers, readPassphrases } from './passphrases.ts';

/** The central commission's keys, drawn at one table. */
export const keysAction: Action = {
  name: 'keys',
  usage: [
    'usage: tizme package keys --out DIR --origin NAME --member ID --member ID --member ID [--passphrase-file FILE]',
    '  draws the keys of the central commission: commission.json for every laptop, and one key file for each',
    '  member, to be moved to that member’s own stick. Any two sign a package, and any two open one.',
    `  --origin NAME   stands in the signatures: example.kg/2027-president`,
    `  --member ID     a member; three of them. Each types a passphrase of ${SHORTEST_PASSPHRASE} letters or more.`,
  ],
  options: {
    out: { type: 'string' },
    origin: { type: 'string' },
    member: { type: 'string', multiple: true },
    'passphrase-file': { type: 'string' },
  },
  names: { least: 0, most: 0 },
  async run(options, io) {
    const [out, origin, ids] = [options.text('out'), options.text('origin'), options.texts('member')];
    if (out === undefined || origin === undefined) return wrongOption('--out and --origin are needed');
    if (!/^[^\s+]+$/u.test(origin)) return wrongOption('--origin has no space and no plus in it');
    if (ids.length < 3 || ids.length > 9 || new Set(ids).size !== ids.length)
      return wrongOption('three to nine different --member are needed');
    if (!ids.every((id) => /^[a-z0-9-]{1,40}$/.test(id)))
      return wrongOption('the id of a member is small letters, digits and hyphens');
    if (existsSync(out)) return err(`${out} is there already; nothing was changed`);
    const passphrases = await readPassphrases(ids, options.text('passphrase-file'));
    if (!passphrases.ok) return passphrases;
    const short = ids.find((_, index) => (passphrases.value[index] ?? '').length < SHORTEST_PASSPHRASE);
    if (short !== undefined) return err(`the passphrase of ${short} is shorter than ${SHORTEST_PASSPHRASE}`);
    const members = ids.map((id, index) => ({ id, passphrase: passphrases.value[index] ?? '' }));
    const ceremony = await holdCeremony({ origin, members });
    writeCeremony(out, ceremony);
    io.out(`commission.json and ${ids.length} member keys are in ${out}.`);
    io.out('Move each member’s key to that member’s stick now; commission.json goes to every laptop.');
    return ok({ directory: out, members: ids, recovery: ceremony.commission.recovery });
  },
};

/** All of its files or none: half of a ceremony would be keys that nobody can use, in a folder that is taken. */
function writeCeremony(out: string, { members, commission }: CommissionCeremony): void {
  const unfinished = `${resolve(out)}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  try {
    mkdirSync(unfinished, { recursive: true, mode: 0o700 });
    const write = (name: string, content: unknown): void => {
      writeWhole(join(unfinished, name), Buffer.from(`${JSON.stringify(content, null, 2)}\n`));
    };
    for (const member of members) write(memberFileName(member.id), member);
    write('commission.json', commission);
    renameSync(unfinished, out);
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    throw cause;
  }
}

export function memberFileName(id: string): string {
  return `member-${id}.key.json`;
}

/** Adds a member's signature to packages that were built without. */
export const signAction: Action = {
  name: 'sign',
  usage: [
    'usage: tizme package sign FILE|DIR --key MEMBER.key.json [--key ...] --trust commission.json',
    '  adds signatures to packages that were built without. What is signed: tizme package show FILE.',
    '  --passphrase-file FILE   one line for each key, instead of the keyboard',
  ],
  options: {
    key: { type: 'string', multiple: true },
    trust: { type: 'string' },
    'passphrase-file': { type: 'string' },
  },
  names: { least: 1, most: 1 },
  async run(options, io) {
    const [place = ''] = options.names;
    if (options.texts('key').length === 0) return wrongOption('--key names the key of a member');
    const commission = readCommission(options.text('trust'));
    if (!commission.ok) return commission;
    const files = packagesIn(place);
    if (files.length === 0) return err(`there is no package in ${place}`);
    const members = await openMembers(
      commission.value,
      options.texts('key'),
      options.text('passphrase-file'),
    );
    if (!members.ok) return members;
    const { threshold } = commission.value;
    let added = 0;
    let least = threshold;
    for (const [index, file] of files.entries()) {
      const signed = signPackage(file, commission.value, members.value);
      if (!signed.ok) {
        const { code } = signed.error;
        return err({ code, sentence: `${file}: ${explainPackageError(signed.error)}`, details: { file } });
      }
      added += signed.value.added;
      least = Math.min(least, signed.value.signedBy.length);
      io.progress(progressBar('signed', index + 1, files.length));
    }
    const by = members.value.map(({ id }) => id);
    io.out(
      added === 0
        ? `${by.join(' and ')} had signed all ${files.length} package(s) before: nothing was changed.`
        : `${files.length} package(s) signed by ${by.join(' and ')}.`,
    );
    if (least < threshold)
      io.out(`Signed by ${least} of the ${threshold} members who have to: another one signs them, too.`);
    return ok({ packages: files.length, signedBy: by, added, signed: least });
  },
};

export function readCommission(file: string | undefined): Result<Commission, string | ActionFault> {
  if (file === undefined) return wrongOption('--trust names the commission.json of this election');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return err(`${file} can not be read`);
  }
  const commission = parseCommission(text);
  return commission.ok ? commission : err(`${file} is no commission.json`);
}

export function packagesIn(place: string): string[] {
  if (place.endsWith('.tizme')) return existsSync(place) ? [place] : [];
  try {
    return readdirSync(place)
      .filter((name) => name.endsWith('.tizme'))
      .sort()
      .map((name) => join(place, name));
  } catch {
    return [];
  }
}
