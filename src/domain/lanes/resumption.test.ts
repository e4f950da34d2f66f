import { expect, test } from 'vitest';
import { resumptionCase } from './resumption.ts';

const resumed = (fact: object): unknown => ({ type: 'lanes', fact: { type: 'resumed', ...fact } });

test('an event says in what case two people let a table go on', () => {
  expect(resumptionCase(resumed({ because: 'unproven', when: 'opening' }))).toBe('at-opening');
  expect(resumptionCase(resumed({ because: 'unproven', when: 'day' }))).toBe('unproven');
  expect(resumptionCase(resumed({ because: 'older-copy', when: 'opening' }))).toBe('older-copy');
  // As older programs wrote it.
  expect(resumptionCase(resumed({ because: 'unproven' }))).toBe('unproven');
});

test('anything else in an event is no such case', () => {
  for (const part of [
    ...[null, undefined, 'lanes', [], {}, { type: 'lanes' }, { type: 'lanes', fact: null }],
    { type: 'lanes', fact: { type: 'taken-over', because: 'unproven' } },
    { type: 'identified', fact: { type: 'resumed', because: 'unproven' } },
    resumed({}),
    resumed({ because: 'tired' }),
    resumed({ because: 'unproven', when: 'night' }),
    resumed({ because: 'unproven', when: null }),
  ])
    expect(resumptionCase(part)).toBeNull();
});
