/** What workload and examiner agree on. */

/** `control` is the same with SQLite's durability as it is by default: it has to lose, or the lab shows nothing. */
export type Arm = 'ledger' | 'control';

export const LAB_IDENTITY = { election: 'power-lab', station: '1001', device: 'lane-1', mock: true } as const;
export const LAB_SEED: Uint8Array = new Uint8Array(32).fill(3);
export const LAB_STORE_KEY: Uint8Array = new Uint8Array(32).fill(4);
