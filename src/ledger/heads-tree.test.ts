import { describe, expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { checkpointOrigin, type TreeHead } from './checkpoint.ts';
import { deviceKeyFromSeed } from './device-key.ts';
import { sha256 } from './event.ts';
import {
  headLeaf,
  headsTree,
  makeStationNote,
  NationTree,
  nationOrigin,
  openStationNote,
  proveHead,
  stationOrigin,
} from './heads-tree.ts';
import { verifyInclusion } from './merkle-proof.ts';

const identity = { election: 'mock-2026', station: '0101', mock: true };
const key = deviceKeyFromSeed(new Uint8Array(32).fill(7));

function device(lane: number, size: number): TreeHead {
  const root = sha256(Uint8Array.of(lane, size));
  return {
    origin: checkpointOrigin({ ...identity, device: `lane-${lane}` }, 3),
    size,
    rootBase64: Buffer.from(root).toString('base64'),
  };
}

const heads = [device(3, 17), device(1, 430), device(2, 0)];

describe('the tree of a station', () => {
  test('is the same in whatever order its devices come, and another when one of them goes on', () => {
    const one = headsTree(stationOrigin(identity), heads);
    expect(headsTree(stationOrigin(identity), heads.toReversed())).toEqual(one);
    expect(one).toMatchObject({ origin: 'tizme-TRAINING-station/mock-2026/0101', size: 3 });
    expect(headsTree(stationOrigin(identity), [...heads.slice(1), device(3, 18)]).rootBase64).not.toBe(
      one.rootBase64,
    );
  });

  test('leads from each device to the station, and from each station to the nation', () => {
    const station = headsTree(stationOrigin(identity), heads);
    const others = ['0102', '0103'].map((number) =>
      headsTree(stationOrigin({ ...identity, station: number }), [device(1, Number(number))]),
    );
    const stations = [station, ...others];
    const nation = headsTree(nationOrigin(identity), stations);
    const inNation = proveHead(stations, station.origin) ?? [];
    const toTree = ({ size, rootBase64 }: TreeHead) => ({ size, root: Buffer.from(rootBase64, 'base64') });
    expect(verifyInclusion(headLeaf(station), 0, toTree(nation), inNation)).toBe(true);
    for (const [index, head] of [heads[1], heads[2], heads[0]].entries()) {
      if (head === undefined) throw new Error('three devices');
      const path = proveHead(heads, head.origin) ?? [];
      expect(verifyInclusion(headLeaf(head), index, toTree(station), path)).toBe(true);
      expect(verifyInclusion(headLeaf({ ...head, size: head.size + 1 }), index, toTree(station), path)).toBe(
        false,
      );
    }
    expect(proveHead(heads, 'tizme/x')).toBe(null);
  });
});

test('the root over the nation is that of its stations, whatever the order in which their logs come', () => {
  const logs = ['0101', '0102'].flatMap((station) =>
    [1, 2].map((lane) => ({ station, device: `lane-${lane}`, events: Number(station) - 99 + lane })),
  );
  const rootOfNation = (order: typeof logs) => {
    const nation = new NationTree(identity);
    for (const { station, device: name, events } of order) {
      const tree = nation.logTree({ station, device: name }, 3);
      for (let i = 0; i < events; i += 1) tree.append(sha256(Buffer.from(`${station}/${name}/${i}`)));
    }
    return nation;
  };
  const nation = rootOfNation(logs);
  expect(rootOfNation(logs.toReversed()).head()).toEqual(nation.head());
  expect(rootOfNation(logs.slice(1)).head()).not.toEqual(nation.head());
  expect(nation.head()).toEqual(headsTree(nationOrigin(identity), nation.stationHeads()));
  expect(nation.stationHeads().map(({ origin, size }) => [origin, size])).toEqual([
    ['tizme-TRAINING-station/mock-2026/0101', 2],
    ['tizme-TRAINING-station/mock-2026/0102', 2],
  ]);
});

describe("a station's note", () => {
  test('lists every device and opens with the key of a lane that signed it', () => {
    const note = makeStationNote(identity, heads, key);
    const opened = unwrap(openStationNote(note, [new Uint8Array(32), key.publicKey]));
    expect(opened.devices.map(({ size }) => size)).toEqual([430, 0, 17]);
    expect(opened.station.size).toBe(3);
    expect(openStationNote(note, [new Uint8Array(32)])).toEqual({
      ok: false,
      error: { code: 'wrong-signature' },
    });
  });

  test('with any character changed does not open', () => {
    const note = makeStationNote(identity, heads, key);
    for (let i = 0; i < note.length; i += 1) {
      const changed = `${note.slice(0, i)}${note[i] === 'x' ? 'y' : 'x'}${note.slice(i + 1)}`;
      expect(openStationNote(changed, [key.publicKey]).ok, String(i)).toBe(false);
    }
  });
});
