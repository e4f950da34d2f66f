import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toString as toQrText } from 'qrcode';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { parseManifest } from '../../src/packages/manifest.ts';
import { NATIONAL_INDEX_PART, sharedFileName } from '../../src/packages/open-package.ts';
import { hashFile } from '../../src/packages/package-file.ts';
import { NATIONAL_INDEX_FILE } from '../../src/register/national-index/national-index.ts';
import { PROGRAM_VERSION } from '../../src/station/compose-station.ts';
import { readLanePackage } from '../../src/station/lane/lane-package.ts';
import { admitSpare } from '../../src/station/provision/admit-spare.ts';
import { PACKAGE_FILE } from '../../src/station/provision/provision-from-package.ts';
import { receiptsOfSpare } from '../../src/station/provision/spare-receipts.ts';
import { drawPairingCode, pairingText, spellPairingCode } from '../../src/sync/spares/pairing-code.ts';
import { openSpareDoor } from '../../src/sync/spares/spare-door.ts';
import type { OfferedFile, SpareOffer } from '../../src/sync/spares/spare-messages.ts';
import type { ActionFault } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import { progressBar } from '../progress.ts';
import { trustFileOf } from './enrolment-folder.ts';
import type { UnlockedLane } from './unlock-this-lane.ts';

export interface LetSpareInRequest {
  readonly data: string;
  readonly lane: UnlockedLane;
  /** The two who unlocked it. */
  readonly people: readonly string[];
  /** Whose place the spare takes. */
  readonly forLane: number;
  readonly listen: { readonly host: string; readonly port: number };
}

type Offered = { readonly offer: SpareOffer; readonly files: ReadonlyMap<string, string> };

/**
 * Shows a code, hands one spare the package over mutual TLS, and puts on record that it stands where the old laptop
 * stood. Ends when that is done, or when somebody ends it.
 */
export async function letSpareIn(
  request: LetSpareInRequest,
  io: CommandIo,
): Promise<Result<Readonly<Record<string, unknown>>, ActionFault>> {
  const { lane, people, forLane, listen } = request;
  const { vault, clock, identity } = lane;
  const offered = offerOf(request);
  if (!offered.ok) return offered;
  const { offer, files } = offered.value;
  const network = vault.laneNetwork;
  if (network === null) return fault('no-other-lanes', 'This station has one table: use the chair’s stick.');
  const startedMs = performance.now();
  let revoked = '';
  const code = drawPairingCode();
  const door = await openSpareDoor({
    ...{ listen, code, offer, files, certificate: network.certificate, version: PROGRAM_VERSION },
    admit: (spare) => {
      const admitted = admitSpare({
        ...{ vault, people, clock, ownLane: identity.lane },
        spare: { ...spare, lane: forLane, address: null },
      });
      if (admitted.ok) revoked = admitted.value.revoked;
      return admitted;
    },
    onProgress: (bytes, of) => io.progress(progressBar('package', bytes, of)),
  });
  const { addresses } = door;
  io.out(await toQrText(pairingText({ addresses, code }), { type: 'terminal', small: true }));
  io.out(`On the spare: tizme provision spare --lan "${pairingText({ addresses, code })}"`);
  io.out(`Address: ${addresses.join(' or ')}   Code: ${spellPairingCode(code)}`);
  io.progress('Waiting for the spare. Ctrl-C ends it, and nothing has changed.');
  const broken = (): void => door.close();
  process.once('SIGINT', broken);
  const done = await door.finished;
  process.off('SIGINT', broken);
  const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(1));
  switch (done.outcome) {
    case 'admitted':
      io.out(`Table ${forLane} is ${done.device} from now on; ${revoked} is believed no longer.`);
      io.out('The other tables hear of it from this one: start it again (npm start).');
      return ok({ lane: forLane, device: done.device, revoked, seconds });
    case 'not-admitted':
      return fault(done.code, `Not admitted (${done.code}): nothing has changed.`);
    case 'too-many-wrong-codes':
      return fault(
        done.outcome,
        'Somebody on this network tries codes. Nothing has changed; begin again when you know who.',
      );
    case 'closed':
      return fault('closed', 'No spare was let in; nothing has changed.');
  }
}

function offerOf({ data, lane, people, forLane }: LetSpareInRequest): Result<Offered, ActionFault> {
  const { vault, identity } = lane;
  const { laneNetwork, laneStore } = vault;
  if (laneNetwork === null)
    return fault('no-other-lanes', 'This station has one table: use the chair’s stick.');
  if (forLane === identity.lane || !laneNetwork.roster.lanes.some((one) => one.lane === forLane))
    return fault('no-such-lane', 'The station has no such table, or it is this one.');
  const known = readLanePackage(laneStore);
  const manifest = known === null ? null : parseManifest(known.manifest);
  const folder = dirname(vault.registerFile);
  if (known === null || !manifest?.ok || !existsSync(join(folder, PACKAGE_FILE)))
    return fault('no-package-here', 'This laptop keeps no package to hand on: use the chair’s stick.');
  let commission: string;
  try {
    commission = readFileSync(trustFileOf(data), 'utf8');
  } catch {
    return fault('commission-missing', 'This laptop has lost its commission.json: use the chair’s stick.');
  }
  const files = new Map([[PACKAGE_FILE, join(folder, PACKAGE_FILE)]]);
  for (const { name, sha256 } of manifest.value.shared)
    if (name === NATIONAL_INDEX_PART)
      files.set(sharedFileName(name, sha256), join(folder, NATIONAL_INDEX_FILE));
  const described: OfferedFile[] = [];
  for (const [name, file] of files) {
    const hashed = hashFile(file);
    if (hashed === null) return fault('package-unreadable', 'The disk does not give the package out.');
    described.push({ name, ...hashed });
  }
  const offer: SpareOffer = {
    ...{ electionId: identity.electionId, mock: identity.mock, station: identity.stationNumber },
    ...{ lane: forLane, people: [...people], roster: laneNetwork.roster, commission },
    ...{ packageKey: known.packageKey, files: described },
    receiptsFrom: receiptsOfSpare({
      admitter: identity.lane,
      earlier: (laneNetwork.roster.former ?? []).filter(({ lane: place }) => place === forLane).length,
    }),
    deltas: vault.register.ok ? vault.register.value.info().deltaSequence : 0,
  };
  return ok({ offer, files });
}

function fault(code: string, sentence: string): Result<never, ActionFault> {
  return err({ code, sentence });
}
