import { err, ok, type Result } from '../../domain/result.ts';
import type { Commission } from '../../packages/commission.ts';
import { type AppliedDelta, applyDelta, type DeltaError } from '../../register/deltas/apply-delta.ts';
import { openForChanges } from '../../register/deltas/open-for-changes.ts';
import type { Authority } from '../../register/deltas/signed-delta.ts';
import type { Clock } from '../../store/clock.ts';
import type { Migration } from '../../store/migrations.ts';
import type { StationEvent } from '../events.ts';
import type { OpenedVault } from '../station-dependencies.ts';
import { recordEvent } from './record-event.ts';

export type ChangeListFault =
  | DeltaError
  | { readonly code: 'register-erased' }
  | { readonly code: 'disk-failed' };

/** Those who sign packages sign their changes. */
export function authorityOf({ threshold, members }: Commission): Authority {
  return {
    format: 'tizme-authority-v1',
    threshold,
    keys: members.map(({ verifier }) => Buffer.from(verifier.publicKey).toString('base64')),
  };
}

/**
 * Carries signed changes of the list out on a lane, by two people who have unlocked it, while its station is closed.
 * Each delta that changed something is an event; one that was carried out before changes nothing, and one that comes
 * too early is refused.
 */
export function changeList(options: {
  readonly vault: OpenedVault;
  readonly registerFile: string;
  readonly migrations: string | readonly Migration[];
  /** Deltas as they were signed, oldest first. */
  readonly deltas: readonly string[];
  readonly commission: Commission;
  readonly people: readonly string[];
  readonly clock: Clock;
}): Result<readonly AppliedDelta[], ChangeListFault> {
  const { vault, registerFile, migrations, deltas, commission, people, clock } = options;
  const keys = registerKeysOf(vault);
  if (keys === null) return err({ code: 'register-erased' });
  // One writer, and nobody who reads meanwhile.
  if (vault.register.ok) vault.register.value.close();
  const store = openForChanges({ file: registerFile, key: keys.database, migrations });
  keys.database.fill(0);
  if (!store.ok) return err({ code: 'register-store', store: store.error });
  const applied: AppliedDelta[] = [];
  try {
    for (const file of deltas) {
      const done = applyDelta({
        ...{ store: store.value, file, templateKey: keys.templates },
        authority: authorityOf(commission),
      });
      if (!done.ok) return done;
      applied.push(done.value);
      const { sequence, isNew } = done.value;
      const event: StationEvent = { type: 'list-changed', sequence, changes: done.value.applied, people };
      if (isNew && !recordEvent(vault, event, clock)) return err({ code: 'disk-failed' });
    }
    return ok(applied);
  } finally {
    keys.templates.fill(0);
    store.value.checkpoint();
    store.value.close();
  }
}

function registerKeysOf({ laneStore }: OpenedVault) {
  const secret = (name: string): Uint8Array | null => {
    const row = laneStore.get<{ value: Uint8Array }>('SELECT value FROM lane_secret WHERE name = ?', [name]);
    return row === undefined ? null : new Uint8Array(row.value);
  };
  const [database, templates] = [secret('register-database'), secret('register-templates')];
  return database === null || templates === null ? null : { database, templates };
}
