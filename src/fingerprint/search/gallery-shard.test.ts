import { describe, expect, it } from 'vitest';
import { makeFinger } from '../testing/toy-finger.ts';
import { packPlaces } from './descriptors.ts';
import { GalleryShard } from './gallery-shard.ts';

describe('a shard', () => {
  it('holds nothing once it is wiped', () => {
    const template = makeFinger(1, 40);
    const places = packPlaces(template);
    const shard = new GalleryShard([{ person: 1, position: 2, places }]);
    const probes = [{ position: 2, template }] as const;
    expect(shard.rank(probes, [places], () => false)?.get(1)).toBeGreaterThan(0);
    shard.wipe();
    expect(shard.holdsOnlyZeros()).toBe(true);
    expect(shard.rank(probes, [places], () => false)).toEqual(new Map());
  });

  it('looks while it works whether it has to stop', () => {
    const template = makeFinger(1, 40);
    const packed = Array.from({ length: 1000 }, (_, person) => {
      return { person, position: 2 as const, places: packPlaces(template) };
    });
    const shard = new GalleryShard(packed);
    let looks = 0;
    const stop = (): boolean => ++looks > 3;
    expect(shard.rank([{ position: 2, template }], [packPlaces(template)], stop)).toBeNull();
    expect(looks).toBe(4);
    expect(shard.compare([{ position: 2, template }], [1, 2], stop)).toBeNull();
  });
});
