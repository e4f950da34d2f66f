import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { type Commission, parseCommission } from '../../src/packages/commission.ts';
import {
  chooseKeeper,
  keepShare,
  readShare,
  SHARE_FILES,
  type ShareFault,
} from '../../src/station/lane/device-share.ts';
import {
  createLaptopKeys,
  type LaptopKeys,
  laneEntryOfLaptop,
  openLaptopKeys,
  sealLaptopKeys,
} from '../../src/station/provision/laptop-keys.ts';
import { randomKey } from '../../src/store/keys.ts';
import { type Enrolment, enrolmentSchema, readJsonFile } from '../package/election-plan.ts';

const FOLDER = 'enrolment';
const PUBLIC_FILE = 'enrolment.json';
const SEALED_FILE = 'laptop.sealed';
const TRUST_FILE = 'commission.json';

/** What a laptop keeps from its enrolment until it is a lane. */
export interface EnrolledLaptop {
  readonly folder: string;
  readonly commission: Commission;
  /** The text that it was read from. */
  readonly trust: string;
  readonly enrolment: Enrolment;
}

export interface EnrolRequest {
  readonly data: string;
  /** The commission.json as a file, or as it came over the network. */
  readonly trust: string | { readonly text: string };
  /** Drawn already, where somebody was shown the public half before; else drawn here. */
  readonly keys?: LaptopKeys;
  readonly station: number;
  readonly lane: number;
  readonly address: string | null;
  readonly seal: string;
  readonly model: string;
  /** A folder on the laptop's own stick; null: its TPM. */
  readonly stick: string | null;
}

export type EnrolFault =
  | ShareFault
  | 'already-enrolled'
  | 'commission-malformed'
  | 'file-unreadable'
  | 'not-enrolled'
  | 'keys-damaged';

/** Draws this laptop's keys. The public half may go anywhere; the other is sealed under the laptop's share. */
export async function enrolLaptop(request: EnrolRequest): Promise<Result<EnrolledLaptop, EnrolFault>> {
  const { data, trust, station, lane, address, seal, model, stick } = request;
  const folder = join(data, FOLDER);
  if (existsSync(join(folder, PUBLIC_FILE))) return err('already-enrolled');
  const text = typeof trust === 'string' ? readText(trust) : trust.text;
  if (text === null) return err('file-unreadable');
  const commission = parseCommission(text);
  if (!commission.ok) return commission;
  const keeper = chooseKeeper(stick);
  if (!keeper.ok) return keeper;
  const keys = request.keys ?? (await createLaptopKeys());
  const share = randomKey();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kept = keepShare(folder, keeper.value, keys.device, share);
  if (!kept.ok) {
    rmSync(folder, { recursive: true, force: true });
    return kept;
  }
  writeFileSync(join(folder, SEALED_FILE), sealLaptopKeys(keys, share), { mode: 0o600 });
  share.fill(0);
  writeFileSync(join(folder, TRUST_FILE), text, { mode: 0o600 });
  const enrolment: Enrolment = {
    version: 1,
    ...{ station, seal, model },
    ...laneEntryOfLaptop(keys, lane, address),
  };
  // Last: a folder with this file in it is whole.
  writeFileSync(join(folder, PUBLIC_FILE), `${JSON.stringify(enrolment, null, 2)}\n`, { mode: 0o600 });
  return ok({ folder, commission: commission.value, trust: text, enrolment });
}

export function readEnrolledLaptop(data: string): Result<EnrolledLaptop, EnrolFault> {
  const folder = join(data, FOLDER);
  const enrolment = readJsonFile(join(folder, PUBLIC_FILE), enrolmentSchema);
  if (!enrolment.ok) return err(enrolment.error.code === 'file-unreadable' ? 'not-enrolled' : 'keys-damaged');
  const trust = readText(join(folder, TRUST_FILE)) ?? '';
  const commission = parseCommission(trust);
  if (!commission.ok) return commission;
  return ok({ folder, commission: commission.value, trust, enrolment: enrolment.value });
}

/** The caller wipes the share. */
export function openEnrolledLaptop({
  folder,
}: EnrolledLaptop): Result<{ readonly keys: LaptopKeys; readonly share: Uint8Array }, EnrolFault> {
  const share = readShare(folder);
  if (!share.ok) return share;
  const sealed = existsSync(join(folder, SEALED_FILE)) ? readFileSync(join(folder, SEALED_FILE)) : null;
  if (sealed === null) return err('keys-damaged');
  const keys = openLaptopKeys(new Uint8Array(sealed), share.value);
  return keys.ok ? ok({ keys: keys.value, share: share.value }) : keys;
}

/** Where a lane's own folder has to know of the share. */
export function copyShareRecord({ folder }: EnrolledLaptop, directory: string): void {
  for (const name of SHARE_FILES)
    if (existsSync(join(folder, name)))
      cpSync(join(folder, name), join(directory, name), { recursive: true });
}

/** From here on nothing opens the package on this laptop but two people: its keys are in the lane's ledger now. */
export function forgetLaptopKeys({ folder }: EnrolledLaptop): void {
  const file = join(folder, SEALED_FILE);
  writeFileSync(file, new Uint8Array(readFileSync(file).length), { flush: true });
  rmSync(file);
}

export function explainEnrolFault(fault: EnrolFault): string {
  switch (fault) {
    case 'already-enrolled':
      return 'This laptop is enrolled already; copy enrolment/enrolment.json from its data folder where its public half is needed again.';
    case 'commission-malformed':
      return 'The commission.json is damaged.';
    case 'file-unreadable':
      return 'The file named with --trust can not be read.';
    case 'not-enrolled':
      return 'This laptop is not enrolled: run "tizme provision enrol" first.';
    case 'keys-damaged':
      return 'The keys of this laptop can not be opened: they are damaged, were used already, or belong to another stick.';
    case 'no-keeper':
      return 'This laptop has neither a TPM that can be used (Linux: tpm2-tools, /dev/tpmrm0) nor a key store that answers (Windows: PowerShell). Put a stick in that stays with this laptop on the day, and name its folder with --share-on.';
    case 'stick-share-missing':
      return 'The laptop’s own stick is not there: plug it in, or name its folder with --share-on.';
    case 'stick-unwritable':
      return 'The stick can not be written to, or holds a share of this laptop already.';
    case 'tpm-refuses':
      return 'The TPM does not seal or give out the key: it was cleared, is locked, or this disk is in another laptop.';
    case 'windows-refuses':
      return 'Windows does not give out the key: it is kept for the account that enrolled the laptop, on this very Windows.';
    case 'share-record-damaged':
      return 'The record of where this laptop’s share is kept is damaged.';
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
