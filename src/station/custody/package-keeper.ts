import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '../../domain/result.ts';
import { parseCommission } from '../../packages/commission.ts';
import { checkPackage } from '../../packages/open-package.ts';
import { totalOf } from '../../packages/summary-counts.ts';
import type { StickPackage } from '../api/custody-view.ts';
import type { StationError, StationErrorCode } from '../api/errors.ts';
import type { StationContext } from '../context.ts';
import { readLaneCustody } from '../lane/lane-custody.ts';
import { readLanePackage } from '../lane/lane-package.ts';
import { type ReplaceFault, replacePackage } from '../provision/replace-package.ts';
import { refreshChairKit } from '../provision/write-chair-kit.ts';
import type { OpenedVault } from '../station-dependencies.ts';
import type { CustodyPlace } from './custody-place.ts';
import { filesOnSticks } from './find-sticks.ts';

const PACKAGE_EXTENSION = '.tizme';

/** Newer packages on the sticks, and the one of them that two people put in force. */
export class PackageKeeper {
  readonly #context: Pick<StationContext, 'journal' | 'identity' | 'projection'>;
  readonly #vault: OpenedVault;
  readonly #place: CustodyPlace;
  readonly #practicePins: Readonly<Record<string, string>> | null;

  constructor(
    context: Pick<StationContext, 'journal' | 'identity' | 'projection'>,
    vault: OpenedVault,
    place: CustodyPlace,
    practicePins: Readonly<Record<string, string>> | null,
  ) {
    this.#context = context;
    this.#vault = vault;
    this.#place = place;
    this.#practicePins = practicePins;
  }

  /** Verified as far as can be without opening them; those of other stations are left out, for a stick may hold many. */
  look(): StickPackage[] {
    const { laneStore } = this.#vault;
    const { identity, projection } = this.#context;
    const [custody, seen] = [readLaneCustody(laneStore), readLanePackage(laneStore)];
    const commission = custody === null ? null : parseCommission(custody.commission);
    if (commission?.ok !== true) return [];
    const found: StickPackage[] = [];
    for (const file of filesOnSticks(this.#place.sticks(), PACKAGE_EXTENSION)) {
      const checked = checkPackage(file, {
        commission: commission.value,
        electionId: identity.electionId,
        stationNumber: identity.stationNumber,
        mock: identity.mock,
        ...{ seen, day: projection.confirmedDay() },
      });
      if (!checked.ok) {
        const { code } = checked.error;
        if (code === 'other-station' || code === 'other-election') continue;
        found.push({
          ...{ file, version: null, voters: null, expires: null, title: null, signedBy: [] },
          refused: stationCodeOf(checked.error),
        });
        continue;
      }
      const { manifest, signedBy } = checked.value;
      const isForUs = manifest.lanes.some(({ device }) => device === identity.deviceId);
      found.push({
        ...{ file, version: manifest.version, voters: totalOf(manifest.counts) },
        ...{ expires: manifest.expires, title: manifest.title, signedBy },
        refused: this.#whyNot(manifest.version === seen?.version, isForUs),
      });
    }
    return found;
  }

  #whyNot(isSame: boolean, isForUs: boolean): StationErrorCode | null {
    if (isSame) return 'package-same';
    if (!isForUs) return 'package-not-for-us';
    return this.#context.projection.phase() === 'preparing' ? null : 'package-during-day';
  }

  async replace(
    file: string,
    people: readonly string[],
  ): Promise<Result<{ readonly version: number; readonly voters: number }, StationError>> {
    const { journal, identity } = this.#context;
    const { directory, registerFile, migrationsDirectory, sticks, pinCost } = this.#place;
    // The screen names one of those that it was shown, and nothing else.
    if (!filesOnSticks(sticks(), PACKAGE_EXTENSION).includes(file)) return err({ code: 'no-stick' });
    const shared = join(dirname(file), 'shared');
    const replaced = await replacePackage({
      ...{ vault: this.#vault, identity, directory, registerFile, file, people },
      practicePins: this.#practicePins,
      migrations: migrationsDirectory,
      ...(existsSync(shared) ? { sharedDirectory: shared } : {}),
      ...(pinCost === undefined ? {} : { pinCost }),
      record: (event, alongside) => journal.recordAlong([event], alongside).ok,
    });
    if (!replaced.ok) {
      const code = stationCodeOf(replaced.error);
      journal.record([{ type: 'problem', code }]);
      return err({ code });
    }
    const { opened } = replaced.value;
    // On the chair's stick lies what a spare is made from: it follows, or says no more than before.
    await refreshChairKit(dirname(file), basename(file), opened, pinCost);
    return ok({ version: opened.manifest.version, voters: opened.voters.length });
  }
}

/** In the words of the screens. */
export function stationCodeOf({ code }: Pick<ReplaceFault, 'code'>): StationErrorCode {
  switch (code) {
    case 'package-during-day':
    case 'package-expired':
    case 'no-package':
    case 'laptop-share-missing':
    case 'disk-failed':
      return code;
    case 'older-version':
      return 'package-older';
    case 'same-package':
      return 'package-same';
    case 'other-election':
    case 'other-station':
    case 'mock-mismatch':
    case 'not-for-this-laptop':
    case 'package-other-lane':
      return 'package-not-for-us';
    case 'too-few-signatures':
    case 'signature-wrong':
      return 'package-not-signed';
    case 'too-many-new-members':
      return 'package-too-many-new';
    case 'register-failed':
      return 'disk-failed';
    case 'package-unreadable':
    case 'not-a-package':
    case 'package-size':
    case 'manifest-malformed':
    case 'part-missing':
    case 'part-out-of-place':
    case 'part-too-large':
    case 'part-changed':
    case 'part-malformed':
    case 'shared-part-missing':
    case 'shared-part-changed':
    case 'same-version-differs':
    case 'index-version':
    case 'counts-differ':
    case 'register-differs':
    case 'row-refused':
      return 'package-damaged';
  }
}
