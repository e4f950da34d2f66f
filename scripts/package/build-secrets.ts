import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { deriveKey, openRecord, randomKey, sealRecord } from '../../src/store/keys.ts';

/**
 * What an election's packages draw from: 32 bytes of chance, sealed under the national register's own key, beside
 * the packages. Kept so that a run that was stopped, and a later version of a package, give the same tokens and PINs;
 * destroyed (`package forget`) after the last one.
 */
const SECRET_FILE = 'drawn.secret';
/** Which version was built last (build-run.ts); written after the secret. */
export const BUILD_RECORD_FILE = 'build.json';
const PURPOSE = Buffer.from('tizme package drawing v1', 'utf8');

export interface BuildSecrets {
  readonly tokens: Uint8Array;
  readonly people: Uint8Array;
  /** The key of the national index. */
  readonly index: Uint8Array;
  /** What the centre's keys to visitors' records are made from. */
  readonly visitors: Uint8Array;
}

export function openBuildSecrets(
  directory: string,
  registerKey: Uint8Array,
): Result<BuildSecrets, 'secret-of-other-register'> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, SECRET_FILE);
  const key = deriveKey({ secret: registerKey, info: 'tizme package drawing key v1' });
  let drawn: Uint8Array;
  if (statSync(file, { throwIfNoEntry: false }) === undefined) {
    drawn = randomKey();
    writeFileSync(file, sealRecord(key, drawn, PURPOSE), { mode: 0o600, flag: 'wx', flush: true });
  } else {
    const opened = openRecord(key, new Uint8Array(readFileSync(file)), PURPOSE);
    if (!opened.ok) return err('secret-of-other-register');
    drawn = opened.value;
  }
  key.fill(0);
  const secrets = {
    tokens: deriveKey({ secret: drawn, info: 'tizme participation secret v1' }),
    people: deriveKey({ secret: drawn, info: 'tizme people secret v1' }),
    index: deriveKey({ secret: drawn, info: 'tizme national index key v1' }),
    visitors: deriveKey({ secret: drawn, info: 'tizme visitors secret v1' }),
  };
  drawn.fill(0);
  return ok(secrets);
}

/** Whether tokens of this folder's packages can still be drawn. */
export function hasBuildSecrets(directory: string): boolean {
  return statSync(join(directory, SECRET_FILE), { throwIfNoEntry: false }) !== undefined;
}

/**
 * Packages were built here, and what they were drawn from is gone: a further one would have other tokens for the same
 * people, and the centre would not know them as the same.
 */
export function wereBuildSecretsForgotten(directory: string): boolean {
  const isThere = (name: string): boolean =>
    statSync(join(directory, name), { throwIfNoEntry: false }) !== undefined;
  return isThere(BUILD_RECORD_FILE) && !isThere(SECRET_FILE);
}

/** After this no token of the election can be made again, by nobody. @returns false where there was none */
export function destroyBuildSecrets(directory: string): boolean {
  const file = join(directory, SECRET_FILE);
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return false;
  // The file is sealed as it is; what is overwritten may live on in a flash drive, and opens nothing without the register's key.
  writeFileSync(file, new Uint8Array(size), { flush: true });
  rmSync(file);
  return true;
}

const PIN_DIGITS = 6;
/** The most that the PIN pad takes: 40 bits, under Argon2id and the laptop's own share. */
const CODE_DIGITS = 12;

/** The first PIN of one person of one station, as it stands in the letter. */
export function drawnPin(secret: Uint8Array, station: number, personId: string): string {
  return drawnDigits(secret, ['pin', station, personId], PIN_DIGITS);
}

/** The code in a sealed envelope. */
export function drawnEnvelopeCode(secret: Uint8Array, station: number, envelopeId: string): string {
  return drawnDigits(secret, ['envelope', station, envelopeId], CODE_DIGITS);
}

/** 48 bits modulo a power of ten: for a PIN even to a few parts in 10^9, for a code to one in 280. */
function drawnDigits(secret: Uint8Array, what: readonly unknown[], digits: number): string {
  return String(drawn(secret, what).readUIntBE(0, 6) % 10 ** digits).padStart(digits, '0');
}

function drawn(secret: Uint8Array, what: readonly unknown[]): Buffer {
  return createHmac('sha256', secret).update(JSON.stringify(what)).digest();
}
