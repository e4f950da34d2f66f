import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from '../../domain/result.ts';
import { STATUS_OK, STATUS_WRONG_LENGTH } from './apdu.ts';
import { buildAuthentication, deriveAccessKeys, finishAuthentication, type MrzKey } from './bac.ts';
import type { CardSession } from './card-session.ts';
import type { ChipError } from './chip-error.ts';
import { atStep, type ChipReader } from './chip-reader.ts';
import { TRAVEL_DOCUMENT_APPLICATION } from './data-groups.ts';
import { establishPace, type PaceError, type PaceOutcome, type PacePassword } from './pace.ts';
import type { CipherSecureMessaging } from './secure-messaging.ts';
import { type PaceInfo, type PaceMapping, parseSecurityInfos } from './security-infos.ts';
import type { KeyPair } from './triple-des.ts';

/** What opens the chip: the zone that was read (or its three fields), the card access number printed on it, or both. */
export type ChipAccess =
  | { readonly mrz: MrzKey; readonly can?: string }
  | { readonly mrz?: MrzKey; readonly can: string };

export type AccessProtocol =
  | { readonly protocol: 'bac' }
  | {
      readonly protocol: 'pace';
      /** ECDH-GM-AES-128, say. */
      readonly variant: string;
      readonly password: 'mrz' | 'can';
    };

export interface OpenedChip {
  readonly access: AccessProtocol;
  /** EF.CardAccess, which stands outside of the application in the clear; null when there is none. */
  readonly cardAccess: Uint8Array | null;
  /** Of PACE with chip authentication mapping. */
  readonly chipProof: PaceOutcome['chipProof'];
  /** EF.CardSecurity, the signed key that `chipProof` is about; null where it was not needed or not given. */
  readonly cardSecurity: Uint8Array | null;
}

const CARD_ACCESS = 0x011c;
const CARD_SECURITY = 0x011d;

/** Which mapping is taken first: one that proves the chip as well, then the one that every chip has. */
const PREFERENCE: readonly PaceMapping[] = ['chip-authentication', 'generic', 'integrated'];

/**
 * Opens a travel document in the order of ICAO 9303-11, 4.1: PACE where EF.CardAccess offers it, then the
 * application; else the application, then Basic Access Control. A chip that refuses PACE as such is tried with Basic
 * Access Control too; one that refuses the password is not.
 */
export async function openChip(
  reader: ChipReader,
  access: ChipAccess,
): Promise<Result<OpenedChip, ChipError>> {
  const cardAccess = await readCardAccess(reader);
  if (!cardAccess.ok) return cardAccess;
  const offered = cardAccess.value === null ? null : parseSecurityInfos(cardAccess.value);
  let refusal: Result<OpenedChip, ChipError> | null = null;
  for (const attempt of offered === null ? [] : paceAttempts(offered.pace)) {
    const opened = await openByPace(reader, attempt, access, cardAccess.value);
    const refused =
      !opened.ok && opened.error.step === 'access' && opened.error.code === 'access-not-supported';
    if (!refused) return opened;
    refusal ??= opened;
  }
  if (refusal !== null && access.mrz === undefined) return refusal;
  return openByBasicAccess(reader, access.mrz, cardAccess.value);
}

async function readCardAccess({ session, clock }: ChipReader): Promise<Result<Uint8Array | null, ChipError>> {
  clock.begin('card-access');
  let file = await session.readFile(CARD_ACCESS);
  if (!file.ok && file.error.code === 'status') {
    // EF.CardAccess stands in the master file; some cards come up inside of an application.
    const selected = await session.selectMasterFile();
    file = selected.ok ? await session.readFile(CARD_ACCESS) : selected;
  }
  clock.end(file.ok ? file.value.length : 0);
  if (file.ok) return file;
  return file.error.code === 'device' ? err(atStep(file.error, 'card-access')) : ok(null);
}

interface PaceAttempt {
  readonly info: PaceInfo;
  readonly sayParameterId: boolean;
}

/** More would only keep a voter waiting. */
const MOST_ATTEMPTS = 4;

/**
 * Each offer, the best first; those whose protocol goes with several sets of parameters say which they mean, and the others when they were
 * refused without.
 */
function paceAttempts(offered: readonly PaceInfo[]): readonly PaceAttempt[] {
  const attempts = inPreference(offered).flatMap((info) => {
    const ambiguous = offered.some(
      (other) => other.protocol === info.protocol && other.parameterId !== info.parameterId,
    );
    return (ambiguous ? [true] : [false, true]).map((sayParameterId) => ({ info, sayParameterId }));
  });
  return attempts.slice(0, MOST_ATTEMPTS);
}

function inPreference(offered: readonly PaceInfo[]): readonly PaceInfo[] {
  const rank = (info: PaceInfo): number =>
    PREFERENCE.indexOf(info.mapping) * 4 +
    (info.domain.kind === 'dh' ? 2 : 0) +
    (info.cipher.name === 'triple-des' ? 1 : 0);
  return [...offered].sort((a, b) => rank(a) - rank(b));
}

async function openByPace(
  reader: ChipReader,
  { info, sayParameterId }: PaceAttempt,
  access: ChipAccess,
  cardAccess: Uint8Array | null,
): Promise<Result<OpenedChip, ChipError>> {
  const { session, clock } = reader;
  clock.begin('access');
  const password = passwordOf(access);
  const pace = await establishPace(session, info, password, { sayParameterId });
  if (!pace.ok) return err(describePaceError(pace.error));
  session.startSecureMessaging(pace.value.secureMessaging);
  clock.end();
  const { chipProof } = pace.value;
  let cardSecurity: Uint8Array | null = null;
  if (chipProof !== null) {
    clock.begin('card-security');
    const file = await session.readFile(CARD_SECURITY);
    if (!file.ok && file.error.code !== 'status') return err(atStep(file.error, 'card-security'));
    cardSecurity = file.ok ? file.value : null;
    clock.end(cardSecurity?.length ?? 0);
  }
  const selected = await selectApplication(reader);
  if (!selected.ok) return selected;
  clock.end();
  const variant = describeVariant(info);
  return ok({
    access: { protocol: 'pace', variant, password: password.kind },
    cardAccess,
    chipProof,
    cardSecurity,
  });
}

/** The number of the card is asked for only where the zone would not do, so it goes first. */
function passwordOf({ mrz, can }: ChipAccess): PacePassword {
  if (can !== undefined || mrz === undefined) return { kind: 'can', digits: can ?? '' };
  return { kind: 'mrz', key: mrz };
}

function describeVariant({ domain, mapping, cipher }: PaceInfo): string {
  const mappings: Readonly<Record<PaceMapping, string>> = {
    generic: 'GM',
    integrated: 'IM',
    'chip-authentication': 'CAM',
  };
  const curve = domain.kind === 'ecdh' ? ` ${domain.curve.name}` : '';
  return `${domain.kind.toUpperCase()}-${mappings[mapping]}-${cipher.name.toUpperCase()}${curve}`;
}

function describePaceError(error: PaceError): ChipError {
  switch (error.code) {
    case 'card':
      return atStep(error.error, 'access');
    case 'wrong-password':
      return { code: 'wrong-key', step: 'access', status: error.status };
    case 'refused':
      return { code: 'access-not-supported', step: 'access', status: error.status };
    case 'bad-data':
      return { code: 'bad-data', step: 'access' };
  }
}

async function selectApplication({ session, clock }: ChipReader): Promise<Result<void, ChipError>> {
  clock.begin('select');
  const data = TRAVEL_DOCUMENT_APPLICATION;
  const selected = await session.send({ cla: 0, ins: 0xa4, p1: 4, p2: 0x0c, data });
  if (!selected.ok) return err(atStep(selected.error, 'select'));
  const { status } = selected.value;
  return status === STATUS_OK ? ok() : err({ code: 'not-a-travel-document', step: 'select', status });
}

async function openByBasicAccess(
  reader: ChipReader,
  key: MrzKey | undefined,
  cardAccess: Uint8Array | null,
): Promise<Result<OpenedChip, ChipError>> {
  const { session, clock } = reader;
  const selected = await selectApplication(reader);
  if (!selected.ok) return selected;
  clock.begin('access');
  // Basic Access Control takes the zone only.
  if (key === undefined) return err({ code: 'access-not-supported', step: 'access', status: STATUS_OK });
  const keys = deriveAccessKeys(key);
  let secureMessaging = await authenticateMutually(session, keys, 40);
  if (
    !secureMessaging.ok &&
    secureMessaging.error.code === 'wrong-key' &&
    secureMessaging.error.status === STATUS_WRONG_LENGTH
  ) {
    // Some chips want to be asked for as much as there is.
    secureMessaging = await authenticateMutually(session, keys, 256);
  }
  if (!secureMessaging.ok) return secureMessaging;
  session.startSecureMessaging(secureMessaging.value);
  clock.end();
  return ok({ access: { protocol: 'bac' }, cardAccess, chipProof: null, cardSecurity: null });
}

/** GET CHALLENGE and EXTERNAL AUTHENTICATE (9303-11, 4.3.3). */
async function authenticateMutually(
  session: CardSession,
  keys: KeyPair,
  expected: number,
): Promise<Result<CipherSecureMessaging, ChipError>> {
  const challenge = await session.send({ cla: 0, ins: 0x84, p1: 0, p2: 0, expected: 8 });
  if (!challenge.ok) return err(atStep(challenge.error, 'access'));
  if (challenge.value.status !== STATUS_OK) {
    return err({ code: 'access-not-supported', step: 'access', status: challenge.value.status });
  }
  if (challenge.value.data.length !== 8) return err({ code: 'bad-data', step: 'access' });
  const randoms = { terminal: randomBytes(8), keyPart: randomBytes(16) };
  const data = buildAuthentication(keys, challenge.value.data, randoms);
  const answer = await session.send({ cla: 0, ins: 0x82, p1: 0, p2: 0, data, expected });
  if (!answer.ok) return err(atStep(answer.error, 'access'));
  if (answer.value.status !== STATUS_OK) {
    return err({ code: 'wrong-key', step: 'access', status: answer.value.status });
  }
  const secureMessaging = finishAuthentication(keys, challenge.value.data, randoms, answer.value.data);
  return secureMessaging.ok ? secureMessaging : err({ code: 'bad-data', step: 'access' });
}
