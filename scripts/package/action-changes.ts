import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { changesFileName, openChanges, sealChanges } from '../../src/packages/changes/change-file.ts';
import { sealChangeToken } from '../../src/packages/changes/change-token.ts';
import { authorityOf } from '../../src/packages/commission.ts';
import { combineRecovery } from '../../src/packages/member-keys.ts';
import { type OpenedPackage, openPackage } from '../../src/packages/open-package.ts';
import {
  deltaSha256,
  encodeDelta,
  type ListChange,
  type ListDelta,
  listChangesSchema,
} from '../../src/register/deltas/list-delta.ts';
import { openSignedDelta, signDelta } from '../../src/register/deltas/signed-delta.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import { type Action, type ActionFault, type ActionOptions, wrongOption } from '../action.ts';
import { readCommission } from './action-keys.ts';
import { refusal } from './action-open.ts';
import { hasBuildSecrets, openBuildSecrets } from './build-secrets.ts';
import { readJsonFile } from './election-plan.ts';
import { openMembers } from './passphrases.ts';

/** Two members sign changes of one station's list, after its package was built. */
export const changesAction: Action = {
  name: 'changes',
  usage: [
    'usage: tizme package changes CHANGES.json --package FILE --trust commission.json --key MEMBER.key.json --key ...',
    '         --packages DIR --register-keys FILE --out DIR [--after FILE ...]',
    '  signs the next changes of a station’s list with the keys of two members, and seals them to whoever can open its',
    '  package: every lane of the station, and every spare. What CHANGES.json holds: docs/register.md, List deltas.',
    '  --package FILE         the newest package of the station',
    '  --after FILE           the changes that were signed for this package before, oldest first; may be repeated',
    '  --packages DIR         where packages are built: who is new in the list gets the token that this election draws',
    '  --register-keys FILE   the keys of the national register, which that is sealed under',
    '  --passphrase-file FILE one line for each --key, instead of the keyboard',
    '  --out DIR              gets station-N-changes-K.tizme-changes, which goes on a stick to each table',
  ],
  options: {
    package: { type: 'string' },
    trust: { type: 'string' },
    key: { type: 'string', multiple: true },
    after: { type: 'string', multiple: true },
    packages: { type: 'string' },
    'register-keys': { type: 'string' },
    'passphrase-file': { type: 'string' },
    shared: { type: 'string' },
    out: { type: 'string' },
  },
  names: { least: 1, most: 1 },
  async run(options, io) {
    const [file, out] = [options.text('package'), options.text('out')];
    if (file === undefined || out === undefined) return wrongOption('--package and --out are needed');
    if (options.texts('key').length < 2)
      return wrongOption('--key names the key of a member; two are needed');
    const commission = readCommission(options.text('trust'));
    if (!commission.ok) return commission;
    const changes = readJsonFile(options.names[0] ?? '', listChangesSchema);
    if (!changes.ok) return changes;
    if (changes.value.length === 0) return err('there is no change in it');
    const members = await openMembers(
      commission.value,
      options.texts('key'),
      options.text('passphrase-file'),
    );
    if (!members.ok) return members;
    const recovery = await combineRecovery(members.value.map(({ recoveryShare }) => recoveryShare));
    if (!recovery.ok) return err('the keys of two members of one commission are needed (--key, twice)');
    const opened = await openPackage(
      file,
      { commission: commission.value, day: null },
      { kind: 'sealed-to', identity: recovery.value },
    );
    if (!opened.ok) return refusal(opened.error);
    const { manifest, packageKey } = opened.value;
    const { changesTo } = manifest;
    if (changesTo === undefined) return err('the package is of an older program: build a newer one');
    const chain = await readChain(options.texts('after'), opened.value, packageKey, commission.value);
    if (!chain.ok) return chain;
    const sealed = await withTokens(changes.value, opened.value, chain.value, changesTo, options);
    if (!sealed.ok) return sealed;
    const last = chain.value.at(-1);
    const delta: ListDelta = {
      format: 'tizme-list-delta-v1',
      ...{ electionId: manifest.electionId, mock: manifest.mock, stationNumber: manifest.station.number },
      sequence: chain.value.length + 1,
      previous:
        last === undefined ? manifest.register : Buffer.from(deltaSha256(encodeDelta(last))).toString('hex'),
      contentHash: null,
      changes: [...sealed.value.changes],
    };
    const signed = signDelta(
      delta,
      members.value.map(({ seed }) => seed),
    );
    const place = join(out, changesFileName(manifest.station.number, delta.sequence));
    try {
      writeFileSync(place, await sealChanges([changesTo, commission.value.recovery], signed), {
        ...{ mode: 0o600, flag: 'wx', flush: true },
      });
    } catch {
      return err(`${place} is there already, or can not be written; nothing was changed`);
    }
    const by = members.value.map(({ id }) => id);
    io.out(`${place}: ${delta.changes.length} change(s), signed by ${by.join(' and ')}.`);
    if (sealed.value.drawn > 0)
      io.out(`${sealed.value.drawn} voter(s) are new in the list, with a token each.`);
    return ok({
      ...{ station: manifest.station.number, sequence: delta.sequence, changes: delta.changes.length },
      ...{ newVoters: sealed.value.drawn, signedBy: by, file: place },
    });
  },
};

/** What was signed for this package before, in order and without a gap. */
async function readChain(
  files: readonly string[],
  { manifest }: OpenedPackage,
  packageKey: string,
  commission: Parameters<typeof authorityOf>[0],
): Promise<Result<ListDelta[], string>> {
  const chain: ListDelta[] = [];
  let previous = manifest.register;
  for (const file of files) {
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(readFileSync(file));
    } catch {
      return err(`${file} can not be read`);
    }
    const text = await openChanges(bytes, packageKey);
    const signed = text.ok ? openSignedDelta(text.value, authorityOf(commission)) : null;
    if (signed?.ok !== true)
      return err(`${file} holds no changes of this package that the commission signed`);
    const { delta } = signed.value;
    if (delta.sequence !== chain.length + 1 || delta.previous !== previous)
      return err(`${file} is not number ${chain.length + 1} of this package: name them all, oldest first`);
    previous = Buffer.from(deltaSha256(signed.value.bytes)).toString('hex');
    chain.push(delta);
  }
  return ok(chain);
}

const keysSchema = z.looseObject({ database: z.string().regex(/^[0-9a-f]{64}$/) });

/** Who is new in the list gets the token that the same person has at every other station of this election. */
async function withTokens(
  changes: readonly ListChange[],
  { manifest, voters }: OpenedPackage,
  chain: readonly ListDelta[],
  changesTo: string,
  options: ActionOptions,
): Promise<
  Result<{ readonly changes: readonly ListChange[]; readonly drawn: number }, string | ActionFault>
> {
  const known = new Set(voters.map(({ voter }) => voter.personalNumber));
  for (const { changes: before } of chain)
    for (const change of before) if (change.op === 'put') known.add(change.voter.personalNumber);
  const isNew = (change: ListChange): boolean =>
    change.op === 'put' && !known.has(change.voter.personalNumber);
  if (!changes.some(isNew)) return ok({ changes, drawn: 0 });
  const [folder, keysFile] = [options.text('packages'), options.text('register-keys')];
  if (folder === undefined || keysFile === undefined)
    return wrongOption(
      'somebody is new in the list: --packages and --register-keys are needed for the token',
    );
  const keys = readJsonFile(keysFile, keysSchema);
  if (!keys.ok) return keys;
  if (!existsSync(folder) || !hasBuildSecrets(folder))
    return err({
      code: 'tokens-forgotten',
      sentence: `What tokens were drawn from is not in ${folder}: it was destroyed (package forget), or is elsewhere.`,
    });
  const secrets = openBuildSecrets(folder, new Uint8Array(Buffer.from(keys.value.database, 'hex')));
  if (!secrets.ok) return err(`${folder} belongs to another register`);
  const tokenOf = participationTokens(secrets.value.tokens, manifest.electionId);
  let drawn = 0;
  const sealed: ListChange[] = [];
  for (const change of changes) {
    if (change.op !== 'put' || !isNew(change)) {
      sealed.push(change);
      continue;
    }
    drawn += 1;
    const { personalNumber } = change.voter;
    const token = tokenOf(personalNumber);
    const participation = await sealChangeToken(changesTo, manifest.electionId, personalNumber, token);
    sealed.push({ ...change, participation });
  }
  for (const secret of Object.values(secrets.value)) secret.fill(0);
  return ok({ changes: sealed, drawn });
}
