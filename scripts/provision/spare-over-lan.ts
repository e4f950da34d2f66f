import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { err, type Result } from '../../src/domain/result.ts';
import { CHANGES_EXTENSION } from '../../src/packages/changes/change-file.ts';
import { parseCommission } from '../../src/packages/commission.ts';
import { PROGRAM_VERSION } from '../../src/station/compose-station.ts';
import { chooseKeeper } from '../../src/station/lane/device-share.ts';
import { PACKAGE_FILE } from '../../src/station/lane/register-place.ts';
import { createLaptopKeys, laneEntryOfLaptop } from '../../src/station/provision/laptop-keys.ts';
import { type KnockFault, knock, type LetIn, type MetTable, meetTable } from '../../src/sync/spares/knock.ts';
import { readDoor, readPairing } from '../../src/sync/spares/pairing-code.ts';
import type { SpareOffer } from '../../src/sync/spares/spare-messages.ts';
import type { ActionFault } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import { progressBar } from '../progress.ts';
import {
  type EnrolledLaptop,
  enrolLaptop,
  explainEnrolFault,
  openEnrolledLaptop,
  readEnrolledLaptop,
} from './enrolment-folder.ts';
import { machineModel } from './machine-model.ts';
import { makeLane } from './make-lane.ts';

export interface SpareOverLanRequest {
  readonly data: string;
  /** What was scanned from the table's screen, or its address and the code. */
  readonly pairing: string;
  /** Whom packages are believed from; null: whom the table believes, which the code vouches for. */
  readonly trust: string | null;
  readonly shareOn: string | null;
  readonly day: string | null;
  readonly journalStick: string | null;
  readonly peopleDirectory: string | null;
  /** A folder on this laptop that stands for a stick: only a mock election's half of a key may lie there. */
  readonly practiceStick?: string | null;
  /** Told of each step; one who compares digits can knock without a code. */
  readonly watcher?: SpareWatcher;
}

export interface SpareWatcher {
  /** Digits stand on both screens: `same` says that they are, `close` that they are not. */
  onMet(met: MetTable): void;
  /** There is a connection, and this ends it. */
  onConnection?(hangUp: () => void): void;
  onOffer?(offer: SpareOffer): void;
  onBytes?(bytes: number, of: number): void;
  onVoter?(done: number, of: number): void;
}

const SENTENCES: Readonly<Record<KnockFault, string>> = {
  'table-not-reached':
    'No table answers there: are both on one network, and does its screen still show the code?',
  'wrong-code': 'That is not the code which the table shows.',
  'codes-differ':
    'The digits differ: somebody stands between, or another laptop was met. Nothing has changed.',
  'code-needed': 'The table shows a code of twenty letters: enter it after the address.',
  'other-version': 'The table runs another version of the program.',
  'other-certificate': 'The keys of this laptop do not belong together: make it blank, and begin again.',
  'door-taken': 'The table lets another laptop in this moment.',
  'table-lost': 'The connection broke: begin again. The table says whether this laptop was admitted.',
  'file-changed': 'What came is not what the table offered: nothing of it was used.',
  'disk-failed': 'The disk refuses: is it full?',
  'not-admitted': 'The table could not put it on record: this laptop is no lane.',
};

/** A blank laptop becomes a lane from a table that lives, over the local network. */
export async function spareOverLan(
  request: SpareOverLanRequest,
  io: CommandIo,
): Promise<Result<Readonly<Record<string, unknown>>, ActionFault>> {
  const { data } = request;
  const known = readEnrolledLaptop(data);
  const opened = known.ok ? openEnrolledLaptop(known.value) : null;
  if (opened?.ok === false) return fault(opened.error, explainEnrolFault(opened.error));
  if (opened?.ok === true) opened.value.share.fill(0);
  // Before two people are asked for anything.
  const keeper = known.ok ? known : chooseKeeper(request.shareOn);
  if (!keeper.ok) return fault(keeper.error, explainEnrolFault(keeper.error));
  const keys = opened?.ok === true ? opened.value.keys : await createLaptopKeys();
  const { device, ledgerKey, codeKey, certificate } = laneEntryOfLaptop(keys, 1, null);
  const letIn = await reachTable(request, {
    version: PROGRAM_VERSION,
    certificate: { certificatePem: keys.certificatePem, keyPem: keys.keyPem },
    keys: { device, ledgerKey, codeKey, certificate },
  });
  if (!letIn.ok) return letIn;
  const { offer } = letIn.value;
  request.watcher?.onConnection?.(() => letIn.value.close());
  request.watcher?.onOffer?.(offer);
  try {
    if (!offer.mock && request.shareOn !== null && request.shareOn === request.practiceStick)
      return fault('stick-unwritable', explainEnrolFault('stick-unwritable'));
    const trusted = trustedText(request.trust, offer.commission, io);
    if (!trusted.ok) return trusted;
    const laptop = known.ok
      ? known
      : await enrolLaptop({
          ...{ data, keys, trust: { text: trusted.value }, station: offer.station, lane: offer.lane },
          ...{ address: null, seal: '', model: machineModel(), stick: request.shareOn },
        });
    if (!laptop.ok) return fault(laptop.error, explainEnrolFault(laptop.error));
    return await takeOver(request, letIn.value, laptop.value, io);
  } finally {
    letIn.value.close();
  }
}

/** By the code of the table's screen; with an address alone, by digits that people compare. */
async function reachTable(
  { pairing: text, watcher }: SpareOverLanRequest,
  laptop: Omit<Parameters<typeof meetTable>[0], 'addresses'>,
): Promise<Result<LetIn, ActionFault>> {
  const pairing = readPairing(text);
  const addresses = readDoor(text);
  if (pairing !== null) {
    const letIn = await knock({ pairing, ...laptop });
    return letIn.ok ? letIn : fault(letIn.error, SENTENCES[letIn.error]);
  }
  if (addresses === null || watcher === undefined)
    return fault(
      'pairing-malformed',
      '--lan takes the text of the code, or ADDRESS:PORT and the twenty letters, or the address alone to compare digits.',
    );
  const met = await meetTable({ addresses, ...laptop });
  if (!met.ok) return fault(met.error, SENTENCES[met.error]);
  watcher.onConnection?.(() => met.value.close());
  watcher.onMet(met.value);
  const letIn = await met.value.answer;
  return letIn.ok ? letIn : fault(letIn.error, SENTENCES[letIn.error]);
}

async function takeOver(
  { data, day, journalStick, peopleDirectory, watcher }: SpareOverLanRequest,
  letIn: LetIn,
  laptop: EnrolledLaptop,
  io: CommandIo,
): Promise<Result<Readonly<Record<string, unknown>>, ActionFault>> {
  const { offer } = letIn;
  io.progress(`Table ${offer.lane} of station ${offer.station}: the package comes from ${letIn.address}.`);
  const arriving = join(data, 'arriving');
  rmSync(arriving, { recursive: true, force: true });
  mkdirSync(arriving, { recursive: true, mode: 0o700 });
  try {
    const fetched = await letIn.fetch(arriving, (bytes, of) => {
      io.progress(progressBar('package', bytes, of));
      watcher?.onBytes?.(bytes, of);
    });
    if (!fetched.ok) return fault(fetched.error, SENTENCES[fetched.error]);
    const changes = offer.files.filter(({ name }) => name.endsWith(CHANGES_EXTENSION));
    const made = await makeLane(
      {
        ...{ data, laptop, day, journalStick, peopleDirectory },
        file: join(arriving, PACKAGE_FILE),
        sharedDirectory: arriving,
        chairStick: null,
        onVoter: (done, of) => watcher?.onVoter?.(done, of),
        spare: {
          opener: { kind: 'package-key', identity: offer.packageKey },
          ...{ lane: offer.lane, people: offer.people, roster: offer.roster, station: offer.station },
          receiptsFrom: offer.receiptsFrom,
          changes: { files: changes.map(({ name }) => join(arriving, name)), fromLane: offer.table },
          async admitted() {
            const ready = await letIn.ready();
            return ready.ok ? ready : fault(ready.error, SENTENCES[ready.error]);
          },
        },
      },
      io,
    );
    const missing = offer.deltas - changes.length;
    if (made.ok && missing > 0)
      io.out(
        `The table lacks the files of ${missing} change(s) of the list: carry them out here before anybody is served (tizme provision delta).`,
      );
    return made;
  } finally {
    rmSync(arriving, { recursive: true, force: true });
  }
}

/** The commission that was brought has to be the table's; without one the table's word is shown, to be compared. */
function trustedText(file: string | null, offered: string, io: CommandIo): Result<string, ActionFault> {
  const its = parseCommission(offered);
  if (!its.ok) return fault('commission-malformed', 'The table has a damaged commission.json.');
  if (file === null) {
    io.out(
      `Commission as the table knows it: ${createHash('sha256').update(offered).digest('hex').slice(0, 16)}`,
    );
    return { ok: true, value: offered };
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return fault('file-unreadable', `${file} can not be read.`);
  }
  const own = parseCommission(text);
  if (!own.ok) return fault('commission-malformed', `${file} is damaged.`);
  const isSame = JSON.stringify(own.value) === JSON.stringify(its.value);
  return isSame
    ? { ok: true, value: text }
    : fault('other-commission', 'The table belongs to another commission.');
}

function fault(code: string, sentence: string): Result<never, ActionFault> {
  return err({ code, sentence });
}
