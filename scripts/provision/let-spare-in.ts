import { toString as toQrText } from 'qrcode';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { PROGRAM_VERSION } from '../../src/station/compose-station.ts';
import { admitAtDoor } from '../../src/station/provision/admit-spare.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { type OfferFault, spareOffer } from '../../src/station/provision/spare-offer.ts';
import { drawPairingCode, pairingText, spellPairingCode } from '../../src/sync/spares/pairing-code.ts';
import { openSpareDoor } from '../../src/sync/spares/spare-door.ts';
import type { ActionFault } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import { progressBar } from '../progress.ts';
import type { UnlockedLane } from './unlock-this-lane.ts';

export interface LetSpareInRequest {
  readonly lane: UnlockedLane;
  /** The two who unlocked it. */
  readonly people: readonly string[];
  /** Whose place the spare takes. */
  readonly forLane: number;
  readonly listen: { readonly host: string; readonly port: number };
}

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
  const network = vault.laneNetwork;
  if (network === null) return fault('no-other-lanes', OFFER_SENTENCES['no-other-lanes']);
  const offered = await spareOffer({ vault, identity, people, forLane });
  if (!offered.ok) return fault(offered.error, OFFER_SENTENCES[offered.error]);
  const { offer, files } = offered.value;
  const startedMs = performance.now();
  let revoked: string | null = null;
  const code = drawPairingCode();
  const door = await openSpareDoor({
    ...{ listen, offer, files, certificate: network.certificate, version: PROGRAM_VERSION },
    check: { by: 'code', code },
    admit: (spare) => {
      const admitted = admitAtDoor({
        ...{ laneStore: vault.laneStore, people, ownLane: identity.lane },
        record: (event, alongside) => recordEvent(vault, event, clock, alongside),
        spare: { ...spare, lane: forLane, address: null, receiptsFrom: offer.receiptsFrom },
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
      io.out(
        `Table ${forLane} is ${done.device} from now on${revoked === null ? '' : `; ${revoked} is believed no longer`}.`,
      );
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

const OFFER_SENTENCES: Readonly<Record<OfferFault, string>> = {
  'no-other-lanes': 'This station has one table: use the chair’s stick.',
  'no-such-lane': 'The station has no such table, or it is this one.',
  'no-package': 'This laptop keeps no package to hand on: use the chair’s stick.',
  'disk-failed': 'The disk does not give the package out.',
};

function fault(code: string, sentence: string): Result<never, ActionFault> {
  return err({ code, sentence });
}
