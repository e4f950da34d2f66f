import { describe, expect, it } from 'vitest';
import { Identifications } from './collisions.ts';

const from = (lane: number, seq: number) => ({ lane, epoch: 1, seq });

describe('two lanes that identified the same voter', () => {
  const both = (): Identifications => {
    const known = new Identifications();
    known.add({ type: 'identified', voter: 'v1', handover: 'b' }, from(2, 9));
    known.add({ type: 'identified', voter: 'v1', handover: 'a' }, from(1, 4));
    return known;
  };

  it('collide, with both records, until two people have settled it', () => {
    const known = both();
    const [matter] = known.matters();
    expect(matter).toMatchObject({ kind: 'collision', voter: 'v1', settled: false });
    expect(
      matter?.kind === 'collision' && matter.records.map((one) => 'handover' in one && one.handover),
    ).toEqual(['a', 'b']);

    known.add({ type: 'settled', matter: matter?.name ?? '', people: ['chair', 'member'] }, from(3, 1));
    expect(known.matters()).toMatchObject([{ settled: true, voter: 'v1' }]);
    expect(known.effective('v1')).toHaveLength(2);
  });

  it('are a new matter when a third record comes', () => {
    const known = both();
    known.add(
      { type: 'settled', matter: known.matters()[0]?.name ?? '', people: ['chair', 'member'] },
      from(3, 1),
    );
    known.add({ type: 'identified', voter: 'v1', handover: 'c' }, from(3, 2));
    expect(known.matters()).toMatchObject([{ settled: false, records: { length: 3 } }]);
  });

  it('are two matters where two copies of one disk wrote two voters’ acts at the same two places', () => {
    const raised = ([first, second]: readonly string[]) => {
      const known = new Identifications();
      for (const voter of [first, second, second, first].map(String))
        known.add(
          { type: 'identified', voter, handover: `${voter}-${known.recordsOf(voter)}` },
          from(2, known.recordsOf(voter) === 0 ? 2 : 3),
        );
      return known;
    };
    const known = raised(['v1', 'v4']);
    // In whichever order they came.
    expect(known.matters()).toEqual(raised(['v4', 'v1']).matters());

    const matter = known.matters()[0]?.name ?? '';
    known.add({ type: 'settled', matter, people: ['chair', 'member'] }, from(3, 1));
    expect(known.matters()).toMatchObject([
      { voter: 'v1', settled: true },
      { voter: 'v4', settled: false },
    ]);
  });

  it('keep both where a disk that was put back gave one number twice, in whichever order they come', () => {
    const add = (known: Identifications, handovers: readonly string[]): void => {
      for (const handover of handovers) known.add({ type: 'identified', voter: 'v1', handover }, from(2, 3));
    };
    const [one, other] = [both(), both()];
    add(one, ['x', 'y']);
    add(other, ['y', 'x']);
    expect(one.matters()).toEqual(other.matters());
    expect(one.matters()).toMatchObject([{ records: { length: 4 } }]);
  });

  it('no longer collide once one of the two was undone, in whichever order that is learnt', () => {
    const known = new Identifications();
    known.add({ type: 'undone', handover: 'a' }, from(1, 5));
    known.add({ type: 'identified', voter: 'v1', handover: 'a' }, from(1, 4));
    known.add({ type: 'identified', voter: 'v1', handover: 'b' }, from(2, 9));
    expect(known.matters()).toEqual([]);
    expect(known.effective('v1').map(({ handover }) => handover)).toEqual(['b']);
  });
});

describe('an event that comes a second time', () => {
  it('is the same record', () => {
    const known = new Identifications();
    for (let time = 0; time < 2; time += 1)
      known.add({ type: 'identified', voter: 'v1', handover: 'a' }, from(1, 4));
    expect(known.matters()).toEqual([]);
  });
});

describe('a device that was met in two copies', () => {
  it('is raised until two people have looked into it', () => {
    const known = new Identifications();
    known.add({ type: 'copy-seen', lane: 2, kind: 'clone' }, from(1, 1));
    expect(known.matters()).toEqual([{ kind: 'clone', lane: 2, name: 'clone:2', settled: false }]);
  });

  it('is one matter for all who meet it, and another one where it is met after that was settled', () => {
    const known = new Identifications();
    const settle = () => {
      for (const { name } of known.matters())
        known.add({ type: 'settled', matter: name, people: ['a', 'b'] }, from(3, 1));
    };
    expect(known.clonesOf(2)).toEqual({ times: 0, settled: true });
    known.add({ type: 'copy-seen', lane: 2, kind: 'clone' }, from(1, 1));
    settle();
    // Of the first time as well, from a lane that was cut off.
    known.add({ type: 'copy-seen', lane: 2, kind: 'clone' }, from(3, 7));
    expect(known.clonesOf(2)).toEqual({ times: 1, settled: true });
    known.add({ type: 'copy-seen', lane: 2, kind: 'clone', time: 2 }, from(1, 9));
    expect(known.clonesOf(2)).toEqual({ times: 2, settled: false });
    expect(known.matters().filter(({ settled }) => !settled)).toMatchObject([{ kind: 'clone', lane: 2 }]);
    settle();
    expect(known.matters().every(({ settled }) => settled)).toBe(true);
  });

  it('whose disk was put back twice, in two epochs, was put back twice', () => {
    const known = new Identifications();
    const putBack = { type: 'copy-seen', lane: 2, kind: 'older-copy' } as const;
    known.add(putBack, { lane: 2, epoch: 5, seq: 0 });
    known.add(putBack, { lane: 2, epoch: 9, seq: 0 });
    expect(known.matters()).toMatchObject([{ kind: 'older-copy' }, { kind: 'older-copy' }]);
    expect(new Set(known.matters().map(({ name }) => name)).size).toBe(2);
  });
});

describe('a line of the paper form', () => {
  it('collides with an identification at any lane, whichever of them is heard of first', () => {
    const facts = [
      [{ type: 'identified', voter: 'v1', handover: 'a' }, from(1, 4)],
      [{ type: 'on-paper', voter: 'v1', line: 7 }, from(2, 9)],
    ] as const;
    const matters = [facts, facts.toReversed()].map((order) => {
      const known = new Identifications();
      for (const [fact, origin] of order) known.add(fact, origin);
      // Heard again after a start: the same.
      for (const [fact, origin] of order) known.add(fact, origin);
      // Nobody is refused for a line: what the desk does about it is the desk's to say.
      expect(known.effective('v1')).toHaveLength(1);
      return known.matters();
    });
    expect(matters[0]).toMatchObject([{ kind: 'collision', settled: false, records: [{}, { line: 7 }] }]);
    expect(matters[1]).toEqual(matters[0]);
  });

  it('collides with another line, is no collision by itself, and not with what was undone', () => {
    const known = new Identifications();
    known.add({ type: 'on-paper', voter: 'v1', line: 7 }, from(2, 9));
    known.add({ type: 'identified', voter: 'v1', handover: 'a' }, from(1, 4));
    known.add({ type: 'undone', handover: 'a' }, from(1, 5));
    expect(known.matters()).toEqual([]);
    known.add({ type: 'on-paper', voter: 'v1', line: 2 }, from(1, 6));
    expect(known.matters()).toMatchObject([{ settled: false, records: [{ line: 2 }, { line: 7 }] }]);
  });

  it('is settled where it was entered, or as a matter, at any lane', () => {
    for (const settle of [
      (known: Identifications) => known.add({ type: 'paper-settled', line: 7 }, from(2, 10)),
      (known: Identifications) =>
        known.add(
          { type: 'settled', matter: known.matters()[0]?.name ?? '', people: ['chair', 'member'] },
          from(1, 9),
        ),
    ]) {
      const known = new Identifications();
      known.add({ type: 'on-paper', voter: 'v1', line: 7 }, from(2, 9));
      known.add({ type: 'identified', voter: 'v1', handover: 'a' }, from(1, 4));
      // The line of that number that another lane entered is another one.
      known.add({ type: 'paper-settled', line: 7 }, from(3, 1));
      expect(known.matters()).toMatchObject([{ settled: false }]);
      settle(known);
      expect(known.matters()).toMatchObject([{ settled: true }]);
    }
  });

  /** A line of lane 2 and an identification of lane 1, of one voter. */
  function contradicted(): Identifications {
    const known = new Identifications();
    known.add({ type: 'on-paper', voter: 'v1', line: 7 }, from(2, 9));
    known.add({ type: 'on-paper', voter: 'v2', line: 8 }, from(2, 10));
    known.add({ type: 'identified', voter: 'v1', handover: 'a' }, from(1, 4));
    return known;
  }
  const settle = (known: Identifications, seq: number): void => {
    const matter = known.matters()[0]?.name ?? '';
    known.add({ type: 'settled', matter, people: ['chair', 'member'] }, from(1, seq));
  };

  it('is open for the lane at which it was entered until any lane has settled it', () => {
    const known = contradicted();
    expect([...known.contradictedLines(2)]).toMatchObject([[7, { voter: 'v1', settled: false }]]);
    expect([...known.contradictedLines(1)]).toEqual([]);
    settle(known, 5);
    expect([...known.contradictedLines(2)]).toEqual([[7, null]]);
    // The identification is undone afterwards: there is nothing left to be raised, and nothing opens again.
    known.add({ type: 'undone', handover: 'a' }, from(1, 6));
    expect(known.matters()).toEqual([]);
    expect([...known.contradictedLines(2)]).toEqual([[7, null]]);
  });

  it('is settled with what two people had before them: a further record raises it again, one less doesn’t', () => {
    for (const how of ['settled', 'paper-settled'] as const) {
      const known = contradicted();
      known.add({ type: 'identified', voter: 'v1', handover: 'b' }, from(1, 5));
      const matter = known.matters()[0]?.name ?? '';
      known.add(
        how === 'settled'
          ? { type: how, matter, people: ['chair', 'member'] }
          : { type: how, line: 7, matter },
        from(3, 1),
      );
      expect(known.matters()).toMatchObject([{ settled: true, records: { length: 3 } }]);
      known.add({ type: 'undone', handover: 'b' }, from(1, 6));
      expect(known.matters()).toMatchObject([{ settled: true, records: { length: 2 } }]);
      expect(known.recordsOf('v1')).toBe(3);

      known.add({ type: 'identified', voter: 'v1', handover: 'c' }, from(3, 2));
      expect(known.matters()).toMatchObject([{ settled: false, records: { length: 3 } }]);
      expect([...known.contradictedLines(2)]).toMatchObject([[7, { settled: false }]]);
    }
  });

  it('is settled once where two lanes that are cut off settle it both', () => {
    const known = contradicted();
    const matter = known.matters()[0]?.name ?? '';
    known.add({ type: 'settled', matter, people: ['chair', 'member'] }, from(1, 5));
    known.add({ type: 'paper-settled', line: 7, matter }, from(2, 11));
    expect(known.matters()).toMatchObject([{ settled: true }]);
    expect([...known.contradictedLines(2)]).toEqual([[7, null]]);
  });
});
