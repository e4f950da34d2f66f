import { randomBytes } from 'node:crypto';
import { type ListedVoter, shareOutList } from '../../domain/lanes/list-shares.ts';
import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../ledger/device-key.ts';
import type { ReadableStore, WritableStore } from '../../store/store.ts';
import { grantCodeKey } from '../../sync/lanes/transport/grant-codes.ts';
import { createLaneCertificate, type LaneCertificate } from '../../sync/lanes/transport/lane-certificate.ts';
import { type LaneRoster, laneRosterSchema } from '../../sync/lanes/transport/lane-roster.ts';

/** Every key of one lane, made before any laptop is provisioned, so that each can be told of all the others. */
export interface LaneKeys {
  readonly lane: LaneNumber;
  readonly deviceId: string;
  readonly deviceSeed: Uint8Array;
  readonly codeSeed: Uint8Array;
  readonly certificate: LaneCertificate;
}

export async function createLaneKeys(lane: LaneNumber, deviceId: string): Promise<LaneKeys> {
  return {
    ...{ lane, deviceId },
    deviceSeed: createDeviceSeed(),
    codeSeed: new Uint8Array(randomBytes(32)),
    certificate: await createLaneCertificate(),
  };
}

/** What every lane may know of every lane, and who belongs where. */
export function makeRoster(
  lanes: readonly (LaneKeys & { readonly address: string | null })[],
  voters: readonly ListedVoter[],
): LaneRoster {
  return {
    lanes: lanes.map(({ lane, deviceId, deviceSeed, codeSeed, certificate, address }) => ({
      ...{ lane, address },
      device: deviceId,
      ledgerKey: base64(deviceKeyFromSeed(deviceSeed).publicKey),
      codeKey: base64(grantCodeKey(codeSeed)),
      certificate: certificate.certificatePem,
    })),
    shares: shareOutList(
      voters,
      lanes.map(({ lane }) => lane),
    ),
  };
}

/** What a lane is provisioned with, besides its device key. */
export interface LaneNetworkKeys {
  readonly roster: LaneRoster;
  readonly certificate: LaneCertificate;
  readonly codeSeed: Uint8Array;
}

/** Within a transaction. */
export function insertLaneNetwork(store: WritableStore, keys: LaneNetworkKeys): void {
  store.run(
    'INSERT INTO lane_network (id, roster, certificate, private_key, code_seed) VALUES (1, ?, ?, ?, ?)',
    [JSON.stringify(keys.roster), keys.certificate.certificatePem, keys.certificate.keyPem, keys.codeSeed],
  );
}

/** Within a transaction. */
export function updateRoster(store: WritableStore, roster: LaneRoster): void {
  store.run('UPDATE lane_network SET roster = ?', [JSON.stringify(roster)]);
}

/** Null where the station has one lane. */
export function readLaneNetwork(store: ReadableStore): LaneNetworkKeys | null {
  const row = store.get<{ roster: string; certificate: string; privateKey: string; codeSeed: Uint8Array }>(
    `SELECT roster, certificate, private_key AS privateKey, code_seed AS codeSeed FROM lane_network`,
  );
  if (row === undefined) return null;
  return {
    roster: laneRosterSchema.parse(JSON.parse(row.roster)),
    certificate: { certificatePem: row.certificate, keyPem: row.privateKey },
    codeSeed: new Uint8Array(row.codeSeed),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
