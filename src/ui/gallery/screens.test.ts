import { describe, expect, it } from 'vitest';
import { STOP_OUTCOMES } from '../../domain/outcome.ts';
import type { DeskStep } from '../../station/api/snapshot.ts';
import { railPosition } from '../desk/step-rail.tsx';
import { searchHeading } from '../desk/steps/search-heading.ts';
import { soundOf } from '../sounds/outcome-sounds.ts';
import { SCREENS } from './screens.ts';

const KINDS: Record<DeskStep['kind'], true> = {
  idle: true,
  'reading-document': true,
  'search-results': true,
  voter: true,
  finger: true,
  commission: true,
  securing: true,
  verified: true,
  printing: true,
  'printer-problem': true,
  done: true,
  stop: true,
};

const steps = Object.values(SCREENS).flatMap((screen) =>
  screen.window === 'desk' && screen.phase === 'open' ? [screen.desk] : [],
);

describe('the gallery', () => {
  it('shows every kind of step and every way in which a visit can stop', () => {
    expect(new Set(steps.map((step) => step.kind))).toEqual(new Set(Object.keys(KINDS)));
    const stops = steps.flatMap((step) => (step.kind === 'stop' ? [step.outcome] : []));
    expect(stops).toEqual([...STOP_OUTCOMES]);
  });

  it('shows each phase of the day, the observers’ display and the issuing table, all marked as training', () => {
    const shown = new Set(Object.values(SCREENS).map((screen) => `${screen.window} ${screen.phase}`));
    for (const phase of ['locked', 'preparing', 'open', 'closing', 'closed'])
      expect(shown).toContain(`desk ${phase}`);
    expect(shown).toContain('observer open');
    expect(shown).toContain('issuing open');
    expect(Object.values(SCREENS).every((screen) => screen.mock)).toBe(true);
  });
});

describe('a step of the desk', () => {
  it('stands at one of the four places of the rail, which only ever goes forward in an ordinary visit', () => {
    const visit = ['idle', 'reading-document', 'voter', 'finger', 'verified', 'printing', 'done'];
    const places = visit.map((kind) => {
      const step = steps.find((one) => one.kind === kind);
      return step === undefined ? -1 : railPosition(step);
    });
    expect(places).toEqual([0, 0, 1, 2, 3, 3, 3]);
  });

  it('asks nobody to choose among people who are not shown', () => {
    const headings = steps.flatMap((step) => (step.kind === 'search-results' ? [searchHeading(step)] : []));
    expect(headings).toEqual(['search.heading', 'search.too-many', 'search.none']);
  });

  it('can be heard in three ways: identified, stop, call the chair', () => {
    const sounds = new Map(steps.map((step) => [step.kind, soundOf(step)]));
    expect(sounds.get('verified')).toBe('identified');
    expect(sounds.get('stop')).toBe('stop');
    expect(sounds.get('commission')).toBe('call-chair');
    expect(sounds.get('finger')).toBeNull();
  });
});
