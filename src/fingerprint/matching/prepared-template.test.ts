import { describe, expect, it } from 'vitest';
import type { Template } from '../template.ts';
import { makeRandom } from '../testing/random.ts';
import { COMPARED_MINUTIAE, prepareTemplate } from './prepared-template.ts';

describe('a prepared template', () => {
  it('keeps the best minutiae and none that lies on a better one, however crowded the template is', () => {
    const random = makeRandom(1);
    const minutiae = Array.from({ length: 255 }, (_, i) => {
      return {
        x: 40 * random(),
        y: 40 * random(),
        angle: random(),
        type: 'ending',
        quality: 100 - i / 3,
      } as const;
    });
    const template: Template = { width: 300, height: 300, minutiae };
    const { minutiae: kept, byX, x } = prepareTemplate(template);
    expect(kept.length).toBeLessThanOrEqual(COMPARED_MINUTIAE);
    expect(kept[0]).toBe(minutiae[0]);
    for (const [i, one] of kept.entries()) {
      for (const other of kept.slice(i + 1)) {
        expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(3);
      }
    }
    const fromLeft = [...byX].map((index) => x[index] ?? Number.NaN);
    expect(fromLeft).toEqual(fromLeft.toSorted((a, b) => a - b));
  });
});
