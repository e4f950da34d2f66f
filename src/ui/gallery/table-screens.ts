import type { LanesView } from '../../station/api/lanes-view.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import type { BecomingStep, SpareDoorView } from '../../station/api/spare-view.ts';
import { EXAMPLE_LANES, exampleDesk } from './example-desk.ts';

export function laneScreens(): Record<string, DeskSnapshot> {
  const lanes = (changes: Partial<LanesView>): DeskSnapshot =>
    exampleDesk({ lanes: { ...EXAMPLE_LANES, ...changes } });
  const voter = { name: 'Асанова Гүлнара Төлөгөн кызы', listNumber: 412 };
  return {
    'lanes-collision': lanes({
      matters: [
        {
          ...{ kind: 'collision', name: 'c1', settled: false, voter, lanes: [1, 3] },
          records: [
            { lane: 1, receiptNumber: '1-0117', hour: 9, paperLine: null },
            { lane: 3, receiptNumber: '3-0042', hour: 11, paperLine: null },
          ],
        },
      ],
    }),
    'lanes-scanned': lanes({ scanned: { number: 1, outcome: 'lane-stranger' } }),
    'lanes-older-copy': lanes({
      standing: 'older-copy',
      matters: [{ kind: 'older-copy', name: 'o1', settled: false, lane: 2 }],
    }),
  };
}

export function spareScreens(): Record<string, DeskSnapshot> {
  const addresses = ['192.168.1.20:41234'];
  const code = `tizme-spare ${addresses[0]}`;
  const waiting = { state: 'waiting', lane: 2, addresses, code, differed: false } as const;
  const door = (spareDoor: SpareDoorView): DeskSnapshot => exampleDesk({ spareDoor });
  const blank = (step: BecomingStep): DeskSnapshot =>
    exampleDesk({
      ...{ phase: 'locked', operator: null, lanes: null },
      becoming: { found: ['192.168.1.20:41234'], sticks: ['/media/spare'], keepsKey: true, step },
    });
  const [digits, agreed] = ['304718', false];
  return {
    'spare-waiting': door(waiting),
    'spare-differed': door({ ...waiting, differed: true }),
    'spare-comparing': door({ state: 'comparing', lane: 2, digits, agreed }),
    'spare-handing': door({ state: 'handing', lane: 2, percent: 62 }),
    'spare-admitted': door({ state: 'admitted', lane: 2 }),
    'spare-ended': door({ state: 'ended', lane: 2, why: 'too-late' }),
    'become-open': blank({ state: 'asking' }),
    'become-connecting': blank({ state: 'connecting' }),
    'become-comparing': blank({ state: 'comparing', digits, agreed }),
    'become-receiving': blank({ state: 'receiving', station: 1001, lane: 2, percent: 62 }),
    'become-writing': blank({ state: 'writing', station: 1001, lane: 2, percent: 30 }),
    'become-done': blank({ state: 'done', station: 1001, lane: 2 }),
    'become-failed': blank({ state: 'failed', why: 'table-not-reached' }),
  };
}
