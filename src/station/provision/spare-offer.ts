import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '../../domain/result.ts';
import { parseManifest } from '../../packages/manifest.ts';
import { NATIONAL_INDEX_PART, sharedFileName } from '../../packages/open-package.ts';
import { NATIONAL_INDEX_FILE } from '../../register/national-index/national-index.ts';
import type { LaneRoster } from '../../sync/lanes/transport/lane-roster.ts';
import type { OfferedFile, SpareOffer } from '../../sync/spares/spare-messages.ts';
import type { LaneIdentity } from '../context.ts';
import { keptChanges } from '../custody/kept-changes.ts';
import { readLaneCustody } from '../lane/lane-custody.ts';
import { readLanePackage } from '../lane/lane-package.ts';
import { PACKAGE_FILE } from '../lane/register-place.ts';
import { readLaneNetwork } from '../lanes/lane-keys.ts';
import type { OpenedVault } from '../station-dependencies.ts';
import { receiptsOfSpare } from './spare-receipts.ts';

export interface OfferedLane {
  readonly offer: SpareOffer;
  /** Where the files of the offer lie. */
  readonly files: ReadonlyMap<string, string>;
}

export type OfferFault =
  /** The station has one table. */
  | 'no-other-lanes'
  /** There is no such table, or it is this one. */
  | 'no-such-lane'
  /** This laptop keeps no package to hand on. */
  | 'no-package'
  | 'disk-failed';

/** What a live table hands to a spare that becomes `forLane`: the newest package, and the tables as it knows them. */
export async function spareOffer(options: {
  readonly vault: Pick<OpenedVault, 'laneStore' | 'register' | 'registerFile'>;
  readonly identity: LaneIdentity;
  readonly people: readonly string[];
  readonly forLane: number;
  /** Where this table is found, for networks without mDNS; null: as the tables know it already. */
  readonly ownAddress?: string | null;
}): Promise<Result<OfferedLane, OfferFault>> {
  const { vault, identity, people, forLane, ownAddress = null } = options;
  const { laneStore } = vault;
  const network = readLaneNetwork(laneStore);
  if (network === null) return err('no-other-lanes');
  if (forLane === identity.lane || !network.roster.lanes.some(({ lane }) => lane === forLane))
    return err('no-such-lane');
  const [known, custody] = [readLanePackage(laneStore), readLaneCustody(laneStore)];
  const manifest = known === null ? null : parseManifest(known.manifest);
  const folder = dirname(vault.registerFile);
  const packageFile = join(folder, PACKAGE_FILE);
  if (known === null || custody === null || !manifest?.ok || !existsSync(packageFile))
    return err('no-package');
  const described = await describeFile(packageFile);
  if (described === null) return err('disk-failed');
  const files = new Map([[PACKAGE_FILE, packageFile]]);
  const offered: OfferedFile[] = [{ name: PACKAGE_FILE, ...described }];
  for (const { name, sha256, bytes } of manifest.value.shared) {
    if (name !== NATIONAL_INDEX_PART) continue;
    files.set(sharedFileName(name, sha256), join(folder, NATIONAL_INDEX_FILE));
    // As it was signed: it is the largest file, and was hashed when it came.
    offered.push({ name: sharedFileName(name, sha256), sha256, bytes });
  }
  const deltas = vault.register.ok ? vault.register.value.info().deltaSequence : 0;
  for (const file of keptChanges(vault.registerFile, deltas)) {
    const kept = await describeFile(file);
    if (kept === null) return err('disk-failed');
    files.set(basename(file), file);
    offered.push({ name: basename(file), ...kept });
  }
  const lanes = network.roster.lanes.map((one) =>
    one.lane === identity.lane ? { ...one, address: ownAddress ?? one.address } : one,
  );
  const roster: LaneRoster = { ...network.roster, lanes };
  const offer: SpareOffer = {
    ...{ electionId: identity.electionId, mock: identity.mock, station: identity.stationNumber },
    ...{ lane: forLane, people: [...people], roster, commission: custody.commission },
    ...{ packageKey: known.packageKey, files: offered },
    ...{ deltas, table: identity.lane },
    receiptsFrom: receiptsOfSpare({
      admitter: identity.lane,
      earlier: (network.roster.former ?? []).filter(({ lane }) => lane === forLane).length,
    }),
  };
  return ok({ offer, files });
}

/** Piece by piece: at a table that serves voters meanwhile. */
async function describeFile(
  file: string,
): Promise<{ readonly bytes: number; readonly sha256: string } | null> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(file)) hash.update(piece as Uint8Array);
    return { bytes: statSync(file).size, sha256: hash.digest('hex') };
  } catch {
    return null;
  }
}
