import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { type Commission, parseCommission } from '../../src/packages/commission.ts';
import { holdCeremony, SHORTEST_PASSPHRASE } from '../../src/packages/member-keys.ts';
import { explainPackageError } from '../../src/packages/package-error.ts';
import { signPackage } from '../../src/packages/sign-package.ts';
import type { Action } from '../action.ts';
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
    if (out === undefined || origin === undefined) return err('--out and --origin are needed');
    if (!/^[^\s+]+$/u.test(origin)) return err('--origin has no space and no plus in it');
    if (ids.length < 3 || ids.length > 9 || new Set(ids).size !== ids.length)
      return err('three to nine different members are needed');
    if (!ids.every((id) => /^[a-z0-9-]{1,40}$/.test(id)))
      return err('the id of a member is small letters, digits and hyphens');
    if (existsSync(out)) return err(`${out} is there already; nothing was changed`);
    const passphrases = await readPassphrases(ids, options.text('passphrase-file'));
    if (!passphrases.ok) return passphrases;
    const short = ids.find((_, index) => (passphrases.value[index] ?? '').length < SHORTEST_PASSPHRASE);
    if (short !== undefined) return err(`the passphrase of ${short} is shorter than ${SHORTEST_PASSPHRASE}`);
    const members = ids.map((id, index) => ({ id, passphrase: passphrases.value[index] ?? '' }));
    const ceremony = await holdCeremony({ origin, members });
    mkdirSync(out, { recursive: true, mode: 0o700 });
    const write = (name: string, content: unknown): void =>
      writeFileSync(join(out, name), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    for (const member of ceremony.members) write(memberFileName(member.id), member);
    write('commission.json', ceremony.commission);
    io.out(`commission.json and ${ids.length} member keys are in ${out}.`);
    io.out('Move each member’s key to that member’s stick now; commission.json goes to every laptop.');
    return ok({ directory: out, members: ids, recovery: ceremony.commission.recovery });
  },
};

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
    const commission = readCommission(options.text('trust'));
    if (!commission.ok) return commission;
    const files = packagesIn(place);
    if (files.length === 0) return err(`there is no package in ${place}`);
    const members = await openMembers(options.texts('key'), options.text('passphrase-file'));
    if (!members.ok) return members;
    if (members.value.length === 0) return err('--key names the key of a member');
    for (const [index, file] of files.entries()) {
      const signed = signPackage(file, commission.value, members.value);
      if (!signed.ok) {
        const { code } = signed.error;
        return err({ code, sentence: `${file}: ${explainPackageError(signed.error)}`, details: { file } });
      }
      io.progress(progressBar('signed', index + 1, files.length));
    }
    io.out(`${files.length} package(s) signed by ${members.value.map(({ id }) => id).join(' and ')}.`);
    return ok({ packages: files.length, signedBy: members.value.map(({ id }) => id) });
  },
};

export function readCommission(file: string | undefined): Result<Commission, string> {
  if (file === undefined) return err('--trust names the commission.json of this election');
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
