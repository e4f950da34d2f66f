import { describe, expect, it } from 'vitest';
import { centreKey } from './election-plan.ts';

describe("the centre's key in the plan of an election", () => {
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, at) => 255 - at));

  it('is read as the collector prints it, and in base64', () => {
    const kept = bytes.toString('base64');
    expect(centreKey.parse(bytes.toString('hex'))).toBe(kept);
    expect(centreKey.parse(bytes.toString('hex').toUpperCase())).toBe(kept);
    expect(centreKey.parse(kept)).toBe(kept);
  });

  it('of another length, or of no known form, is refused', () => {
    for (const wrong of [
      '',
      bytes.toString('hex').slice(2),
      bytes.subarray(1).toString('base64'),
      'no key',
    ]) {
      expect(centreKey.safeParse(wrong).success, wrong).toBe(false);
    }
  });
});
