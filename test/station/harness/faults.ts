import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { err, unwrap } from '../../../src/domain/result.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import type { FingerprintMatcher } from '../../../src/station/context.ts';
import { compareWithLog } from '../../../src/station/projection/compare-with-log.ts';
import type { Vault } from '../../../src/station/station-dependencies.ts';
import type { WritableStore } from '../../../src/store/store.ts';

/** What a test can break while the station runs. */
export interface Faults {
  /** Nothing more fits on the disk: each commit is refused, as SQLite refuses it. */
  diskFull: boolean;
  /** The how-many-eth commit from now is refused for want of space, and only that one; null: none is. */
  refuseCommit: number | null;
  /** The matcher is given an even grey picture instead of what lies on the glass. */
  blankImages: boolean;
  /** The running station's own database, to change behind its back; null while it is locked. */
  store: WritableStore | null;
}

export function faultyMatcher(faults: Faults, matcher: FingerprintMatcher): FingerprintMatcher {
  const seen = (image: GreyImage): GreyImage =>
    faults.blankImages ? { ...image, pixels: new Uint8Array(image.pixels.length).fill(128) } : image;
  return {
    assessQuality: (image) => matcher.assessQuality(seen(image)),
    verify: (image, enrolled) => matcher.verify(seen(image), enrolled),
  };
}

export function faultyVault(faults: Faults, vault: Vault): Vault {
  return {
    reopensWithOne: () => vault.reopensWithOne(),
    endDay: () => vault.endDay(),
    forgetOnDay: (personId) => vault.forgetOnDay(personId),
    unlock: async (approvals) => {
      const opened = await vault.unlock(approvals);
      if (!opened.ok) return opened;
      const { ledger, store, laneStore } = opened.value;
      faults.store = laneStore;
      return {
        ok: true,
        value: {
          ...opened.value,
          ledger: faultyLedger(faults, ledger),
          close() {
            // Whatever the test did to the day: the next start must not take its tables for damaged.
            faults.store = null;
            const { faults: found } = unwrap(compareWithLog(ledger, store));
            opened.value.close();
            if (found.length > 0) throw new Error(`the tables differ from the log: ${JSON.stringify(found)}`);
          },
        },
      };
    },
  };
}

function faultyLedger(faults: Faults, ledger: Ledger): Ledger {
  const commit: Ledger['commit'] = (events, project) =>
    isDiskFull(faults) ? err({ code: 'disk-full' }) : ledger.commit(events, project);
  return new Proxy(ledger, {
    get(target, name) {
      if (name === 'commit') return commit;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Counts down to the one commit that is to be refused. */
function isDiskFull(faults: Faults): boolean {
  const { refuseCommit, diskFull } = faults;
  if (refuseCommit !== null) faults.refuseCommit = refuseCommit === 1 ? null : refuseCommit - 1;
  return diskFull || refuseCommit === 1;
}
