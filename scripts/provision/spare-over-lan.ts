import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { err, type Result } from '../../src/domain/result.ts';
import { parseCommission } from '../../src/packages/commission.ts';
import { PROGRAM_VERSION } from '../../src/station/compose-station.ts';
import { createLaptopKeys, laneEntryOfLaptop } from '../../src/station/provision/laptop-keys.ts';
import { PACKAGE_FILE } from '../../src/station/provision/provision-from-package.ts';
import { type KnockFault, knock, type LetIn } from '../../src/sync/spares/knock.ts';
import { readPairing } from '../../src/sync/spares/pairing-code.ts';
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
}

const SENTENCES: Readonly<Record<KnockFault, string>> = {
  'table-not-reached':
    'No table answers there: are both on one network, and does its screen still show the code?',
  'wrong-code': 'That is not the code which the table shows.',
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
  const pairing = readPairing(request.pairing);
  if (pairing === null)
    return fault(
      'pairing-malformed',
      '--lan takes the text of the code, or ADDRESS:PORT and the twenty letters.',
    );
  const known = readEnrolledLaptop(data);
  const opened = known.ok ? openEnrolledLaptop(known.value) : null;
  if (opened?.ok === false) return fault(opened.error, explainEnrolFault(opened.error));
  if (opened?.ok === true) opened.value.share.fill(0);
  const keys = opened?.ok === true ? opened.value.keys : await createLaptopKeys();
  const { device, ledgerKey, codeKey, certificate } = laneEntryOfLaptop(keys, 1, null);
  const letIn = await knock({
    ...{ pairing, version: PROGRAM_VERSION },
    certificate: { certificatePem: keys.certificatePem, keyPem: keys.keyPem },
    keys: { device, ledgerKey, codeKey, certificate },
  });
  if (!letIn.ok) return fault(letIn.error, SENTENCES[letIn.error]);
  const { offer } = letIn.value;
  try {
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

async function takeOver(
  { data, day, journalStick, peopleDirectory }: SpareOverLanRequest,
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
    const fetched = await letIn.fetch(arriving, (bytes, of) =>
      io.progress(progressBar('package', bytes, of)),
    );
    if (!fetched.ok) return fault(fetched.error, SENTENCES[fetched.error]);
    const made = await makeLane(
      {
        ...{ data, laptop, day, journalStick, peopleDirectory },
        file: join(arriving, PACKAGE_FILE),
        sharedDirectory: arriving,
        chairStick: null,
        spare: {
          opener: { kind: 'package-key', identity: offer.packageKey },
          ...{ lane: offer.lane, people: offer.people, roster: offer.roster, station: offer.station },
          receiptsFrom: offer.receiptsFrom,
          async admitted() {
            const ready = await letIn.ready();
            return ready.ok ? ready : fault(ready.error, SENTENCES[ready.error]);
          },
        },
      },
      io,
    );
    if (made.ok && offer.deltas > 0)
      io.out(
        `The list was changed ${offer.deltas} time(s) since the package: carry the same out here before anybody is served (tizme provision delta).`,
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
