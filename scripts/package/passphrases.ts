import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { equalBytes } from '../../src/ledger/canonical.ts';
import type { Commission } from '../../src/packages/commission.ts';
import { type MemberKeys, openMemberKeys } from '../../src/packages/member-keys.ts';

/** One line a key, from a file, or typed in by each member in turn with nothing shown. */
export async function readPassphrases(
  names: readonly string[],
  file: string | undefined,
): Promise<Result<string[], string>> {
  if (file !== undefined) {
    let lines: string[];
    try {
      lines = readFileSync(file, 'utf8')
        .split(/\r?\n/)
        .filter((line) => line !== '');
    } catch {
      return err(`${file} can not be read`);
    }
    return lines.length >= names.length ? ok(lines) : err(`${file} has fewer lines than there are keys`);
  }
  if (!process.stdin.isTTY) return err('no terminal to type a passphrase into: name a --passphrase-file');
  const typed: string[] = [];
  for (const name of names) typed.push(await askHidden(`Passphrase of ${name}: `));
  return ok(typed);
}

/**
 * Opens the key files of several members of the central commission. A key of another commission, or of a member who
 * was replaced, is refused before anything is done with it: what it signs would be refused everywhere.
 */
export async function openMembers(
  commission: Commission,
  files: readonly string[],
  passphraseFile: string | undefined,
): Promise<Result<MemberKeys[], string>> {
  if (files.length === 0) return ok([]);
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) return err(`${twice} is named twice: each member has a key of an own`);
  const passphrases = await readPassphrases(files, passphraseFile);
  if (!passphrases.ok) return passphrases;
  const members: MemberKeys[] = [];
  for (const [index, file] of files.entries()) {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return err(`${file} can not be read`);
    }
    const opened = await openMemberKeys(text, passphrases.value[index] ?? '');
    if (!opened.ok)
      return err(
        opened.error === 'wrong-passphrase'
          ? `${file}: wrong passphrase; nothing was done. Run the same command again`
          : `${file} is no member's key`,
      );
    if (!isMember(commission, opened.value))
      return err(
        `${file} is no key of this commission: of another one, or of a member who was replaced. commission.json (--trust) names ${commission.members.map(({ id }) => id).join(', ')}`,
      );
    members.push(opened.value);
  }
  return ok(members);
}

function isMember({ members }: Commission, { name, signing }: MemberKeys): boolean {
  return members.some(
    ({ verifier }) => verifier.name === name && equalBytes(verifier.publicKey, signing.publicKey),
  );
}

async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
