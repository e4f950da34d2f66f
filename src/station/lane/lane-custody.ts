import { type Authority, authoritySchema } from '../../register/deltas/signed-delta.ts';
import type { ReadableStore, WritableStore } from '../../store/store.ts';
import type { LaptopKeys } from '../provision/laptop-keys.ts';

/** What a lane keeps so that two people can bring it a newer package, or changes of its list. */
export interface LaneCustody {
  /** The text of commission.json, as the laptop was enrolled with it. */
  readonly commission: string;
  /** Who may change the list, as the signed package says it. */
  readonly authority: Authority;
  /** Ids of the members who signed the package. */
  readonly signedBy: readonly string[];
  /** Drawn at enrolment: what opens the packages that are sealed to this laptop, and what it shows other lanes. */
  readonly keys: Pick<LaptopKeys, 'identity' | 'certificatePem' | 'keyPem' | 'codeSeed'>;
}

/** Within a transaction; takes the place of what was there. */
export function putLaneCustody(store: WritableStore, custody: LaneCustody): void {
  store.run(
    `INSERT INTO lane_custody (id, commission, authority, signed_by, keys) VALUES (1, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET commission = excluded.commission, authority = excluded.authority,
         signed_by = excluded.signed_by, keys = excluded.keys`,
    [
      custody.commission,
      JSON.stringify(custody.authority),
      JSON.stringify(custody.signedBy),
      JSON.stringify(custody.keys),
    ],
  );
}

/** Null on a lane that came without a package or from an older program, and after the erasure. */
export function readLaneCustody(store: ReadableStore): LaneCustody | null {
  const row = store.get<{ commission: string; authority: string; signedBy: string; keys: string }>(
    'SELECT commission, authority, signed_by AS signedBy, keys FROM lane_custody',
  );
  if (row === undefined) return null;
  return {
    ...row,
    authority: authoritySchema.parse(JSON.parse(row.authority)),
    signedBy: JSON.parse(row.signedBy) as string[],
    keys: JSON.parse(row.keys) as LaneCustody['keys'],
  };
}
