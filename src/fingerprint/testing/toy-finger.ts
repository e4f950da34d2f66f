import type { Minutia, Template } from '../template.ts';
import { makeRandom } from './random.ts';

export const SIZE = 320;

/** A finger as a cloud of minutiae; the direction follows a smooth field, as it does on skin. */
export function makeFinger(seed: number, count: number): Template {
  const random = makeRandom(seed);
  const bend = 2 + 2 * random();
  const minutiae = Array.from({ length: count }, (): Minutia => {
    const x = 40 + random() * 240;
    const y = 40 + random() * 240;
    const angle = bend * Math.sin(x / 90) + Math.cos(y / 70) + (random() < 0.5 ? Math.PI : 0);
    return { x, y, angle: wrap(angle), type: random() < 0.5 ? 'ending' : 'bifurcation', quality: 80 };
  });
  return { width: SIZE, height: SIZE, minutiae };
}

export interface Touch {
  readonly turn: number;
  readonly shift: number;
  /** Largest displacement by skin and noise, pixels. */
  readonly jitter: number;
  /** Share of minutiae missed, and of false ones added. */
  readonly lost: number;
}

/** Another impression of the finger: turned, shifted, with noise, missed and false minutiae. */
export function touchAgain(finger: Template, seed: number, touch: Touch): Template {
  const random = makeRandom(seed);
  const cosine = Math.cos(touch.turn);
  const sine = Math.sin(touch.turn);
  const kept = finger.minutiae.filter(() => random() >= touch.lost);
  const noise = (): number => (random() - 0.5) * 2 * touch.jitter;
  const moved = kept.map((minutia): Minutia => {
    const x = minutia.x - SIZE / 2;
    const y = minutia.y - SIZE / 2;
    return {
      ...minutia,
      x: SIZE / 2 + cosine * x + sine * y + touch.shift + noise(),
      y: SIZE / 2 - sine * x + cosine * y - touch.shift + noise(),
      angle: wrap(minutia.angle + touch.turn + noise() * 0.03),
    };
  });
  const falseOnes = makeFinger(seed + 1, Math.round(finger.minutiae.length * touch.lost)).minutiae;
  return { ...finger, minutiae: [...moved, ...falseOnes] };
}

function wrap(angle: number): number {
  const turns = angle / (2 * Math.PI);
  return (turns - Math.floor(turns)) * 2 * Math.PI;
}
