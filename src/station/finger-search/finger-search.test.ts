import { describe, expect, it } from 'vitest';
import { err, ok } from '../../domain/result.ts';
import type { StationContext } from '../context.ts';
import type { StationEvent } from '../events.ts';
import { FingerSearch, type FingerSearchEngine } from './finger-search.ts';

const PEOPLE = ['chair', 'secretary'];

/** The parts of an unlocked station that a search touches, and what became of them. */
function setUp(options: { readonly logWorks?: boolean; readonly opens?: boolean } = {}) {
  const { logWorks = true, opens = true } = options;
  const seen = { events: [] as StationEvent[], opened: 0, wiped: 0 };
  let later: (() => void) | null = null;
  const engine: FingerSearchEngine = {
    async open() {
      seen.opened += 1;
      if (!opens) return err('template-damaged');
      return ok({
        voters: 3,
        search: async () => ok([]),
        close: async () => {
          seen.wiped += 1;
        },
      });
    },
    extract: async () => err('image-unreadable'),
  };
  const context = {
    procedure: { fingerprint: { searchAllowed: true } },
    register: {},
    changed: () => {},
    journal: {
      record(events: readonly StationEvent[]) {
        if (!logWorks) return err({ code: 'disk-full' });
        seen.events.push(...events);
        return ok(undefined);
      },
    },
    timer: {
      after(_: number, task: () => void) {
        later = task;
        return () => {
          later = null;
        };
      },
    },
  } as unknown as StationContext;
  const search = new FingerSearch(context, engine, () => ({ stepId: 's1', kind: 'idle' }));
  return { search, seen, passTime: () => later?.() };
}

describe('the gallery of one sitting', () => {
  it('is wiped by itself when nobody searches for a quarter of an hour', async () => {
    const { search, seen, passTime } = setUp();
    expect(await search.open('a reason', PEOPLE)).toEqual(ok(undefined));
    expect(search.view()).toEqual({ state: 'open', voters: 3 });
    passTime();
    await Promise.resolve();
    expect(search.view()).toEqual({ state: 'closed' });
    await search.close('people');
    expect(seen.wiped).toBe(1);
    expect(seen.events).toEqual([
      { type: 'finger-search-opened', reason: 'a reason', people: PEOPLE },
      { type: 'finger-search-closed', why: 'time' },
    ]);
  });

  it('is never opened unrecorded', async () => {
    const { search, seen } = setUp({ logWorks: false });
    expect(await search.open('a reason', PEOPLE)).toEqual(err({ code: 'disk-full' }));
    expect([seen.opened, search.view().state]).toEqual([0, 'closed']);
  });

  it('says so on record when the register’s templates are damaged', async () => {
    const { search, seen } = setUp({ opens: false });
    expect(await search.open('a reason', PEOPLE)).toEqual(err({ code: 'template-damaged' }));
    expect(search.view()).toEqual({ state: 'closed' });
    expect(seen.events.at(-1)).toEqual({ type: 'finger-search-closed', why: 'failed' });
  });

  it('is opened once at a time', async () => {
    const { search, seen } = setUp();
    const both = await Promise.all([search.open('one', PEOPLE), search.open('other', PEOPLE)]);
    expect(both).toEqual([ok(undefined), err({ code: 'already-done' })]);
    expect(seen.opened).toBe(1);
  });
});
