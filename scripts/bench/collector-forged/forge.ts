import type { DemoDevice } from '../../../src/collector/demo/demo-device.ts';
import { assertDefined } from '../../../src/domain/assert.ts';
import { encodeUploadRange, type UploadRange } from '../../../src/ledger/upload-range.ts';

/** What one device has sent, what it has not sent yet, and what its thieves could send. */
export interface Victim {
  readonly device: DemoDevice;
  /** Stored at the centre, in order. */
  readonly stored: readonly UploadRange[];
  /** Signed and never sent: a range after the next one. */
  readonly later: UploadRange;
  /** Of another key under the same name. */
  readonly impostor: readonly UploadRange[];
  /** Of the device's own key on a copy of its disk: another history from the first event on. */
  readonly clone: readonly UploadRange[];
}

export interface ForgedUpload {
  readonly what: string;
  /** Whom the request says it is from. */
  readonly device: string;
  readonly body: Uint8Array;
  /** Whether the centre may say `accepted`: it has the same already. */
  readonly isRepetition: boolean;
}

type Forge = (victim: Victim, others: readonly Victim[], random: () => number) => ForgedUpload;

const pick = <T>(list: readonly T[], random: () => number): T =>
  assertDefined(list[Math.floor(random() * list.length)], 'a list that is not empty');

function refused(what: string, { device }: Victim, range: UploadRange | Uint8Array): ForgedUpload {
  const body = range instanceof Uint8Array ? range : encodeUploadRange(range);
  return { what, device: device.identity.device, body, isRepetition: false };
}

const FORGES: readonly Forge[] = [
  (victim, _others, random) => ({
    ...refused('replayed', victim, pick(victim.stored, random)),
    isRepetition: true,
  }),
  (victim, _others, random) => {
    const body = encodeUploadRange(pick(victim.stored, random));
    const at = Math.floor(random() * body.length);
    body[at] = (body[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    return refused('a bit changed', victim, body);
  },
  (victim, _others, random) => {
    const body = encodeUploadRange(pick(victim.stored, random));
    return refused('truncated', victim, body.slice(0, Math.floor(random() * body.length)));
  },
  (victim, _others, random) => {
    const body = encodeUploadRange(pick(victim.stored, random));
    return refused('lengthened', victim, new Uint8Array([...body, Math.floor(random() * 256)]));
  },
  (victim) => refused('sent before its turn', victim, victim.later),
  (victim, _others, random) => {
    const range = pick(victim.stored, random);
    const records = [...range.records];
    const [a, b] = [Math.floor(random() * records.length), Math.floor(random() * records.length)];
    const other = a === b ? (b + 1) % records.length : b;
    [records[a], records[other]] = [
      assertDefined(records[other], 'a record'),
      assertDefined(records[a], 'a record'),
    ];
    return refused('two events exchanged', victim, { ...range, records });
  },
  (victim, _others, random) => {
    const range = pick(victim.stored, random);
    const records = range.records.toSpliced(Math.floor(random() * range.records.length), 1);
    return refused('an event left out', victim, { ...range, records, lastSeq: range.lastSeq - 1 });
  },
  (victim, _others, random) => {
    const range = pick(victim.stored, random);
    const records = range.records.slice(0, -1);
    return refused('the last event cut off', victim, {
      ...range,
      records,
      lastSeq: range.lastSeq - 1,
      head: { ...range.head, seq: range.lastSeq - 1 },
    });
  },
  (victim, _others, random) => refused('signed by another key', victim, pick(victim.impostor, random)),
  (victim, _others, random) => refused('a copied disk', victim, pick(victim.clone, random)),
  (victim, others, random) => {
    const range = pick(pick(others, random).stored, random);
    return refused('another device’s range', victim, range);
  },
  (victim, others, random) => {
    const other = pick(others, random);
    const range = pick(other.stored, random);
    return refused('another device’s events under this name', victim, {
      ...range,
      identity: victim.device.identity,
    });
  },
  (victim, _others, random) => {
    const range = pick(victim.stored, random);
    return refused('another station', victim, {
      ...range,
      identity: { ...range.identity, station: `${range.identity.station}9` },
    });
  },
  (victim, _others, random) => {
    const range = pick(victim.stored, random);
    const signature = pick(victim.stored, random).head.signature;
    const other = Buffer.from(signature).equals(range.head.signature)
      ? pick(victim.impostor, random).head.signature
      : signature;
    return refused('another range’s signature', victim, {
      ...range,
      head: { ...range.head, signature: other },
    });
  },
  (victim, _others, random) => {
    const range = pick(victim.stored, random);
    const by = 1 + Math.floor(random() * 50);
    return refused('moved along the log', victim, {
      ...range,
      firstSeq: range.firstSeq + by,
      lastSeq: range.lastSeq + by,
      head: { ...range.head, seq: range.head.seq + by },
    });
  },
  (victim, _others, random) => {
    const range = pick(victim.stored, random);
    return refused('said to be of a later epoch', victim, {
      ...range,
      epoch: range.epoch + 1,
      head: { ...range.head, epoch: range.epoch + 1 },
    });
  },
  (victim, _others, random) => {
    const range = pick(victim.stored, random);
    const records = range.records.map((record, i) => (i === 0 ? { ...record, centre: null } : record));
    // Erased parts are allowed; a repetition without them is still the same events.
    return { ...refused('a centre part left out', victim, { ...range, records }), isRepetition: true };
  },
  (victim, _others, random) => {
    const range = pick(victim.stored, random);
    const donor = pick(range.records.slice(1), random);
    const records = range.records.map((record, i) =>
      i === 0 ? { ...record, centre: donor.centre } : record,
    );
    return refused('another event’s centre part', victim, { ...range, records });
  },
];

/** The n-th forgery against one of these devices. */
export function forge(number: number, victims: readonly Victim[], random: () => number): ForgedUpload {
  const victim = pick(victims, random);
  const others = victims.filter((other) => other !== victim);
  return assertDefined(FORGES[number % FORGES.length], 'a way to forge')(victim, others, random);
}
