import type { IssuingSnapshot, ObserverShowing, ObserverSnapshot } from '../../station/api/snapshot.ts';
import { EXAMPLE_COMMON, exampleDesk } from './example-desk.ts';

export function observerScreens(): Record<string, ObserverSnapshot> {
  const observer = (showing: ObserverShowing): ObserverSnapshot => ({
    ...EXAMPLE_COMMON,
    window: 'observer',
    phase: 'open',
    showing,
    registered: 1723,
    identified: 642,
    exceptions: 4,
    exceptionShare: 0.0062,
    exceptionWarning: showing.result === 'commission-deciding',
    repeatedAttempts: 0,
    undone: 1,
    restarts: 1,
    byMethod: { fingerprint: 638, commission: 4 },
    lastCheckpoint: { at: '10:00', root: '7Q4kV0mHq3o1c9m5xg0Jc4q2ZlKkq0b6t8mX9w8mX9=' },
  });
  const photo = null;
  return {
    'observer-waiting': observer({ result: 'waiting' }),
    'observer-checking': observer({ result: 'checking', photo }),
    'observer-identified': observer({ result: 'identified', photo }),
    'observer-not-identified': observer({ result: 'not-identified', photo }),
    'observer-commission': observer({ result: 'commission-deciding', photo }),
    'observer-before': { ...observer({ result: 'waiting' }), phase: 'preparing', lastCheckpoint: null },
  };
}

export function issuingScreens(): Record<string, IssuingSnapshot> {
  const issuing: IssuingSnapshot = {
    ...EXAMPLE_COMMON,
    window: 'issuing',
    phase: 'open',
    mode: 'scan',
    handovers: exampleDesk().handovers.map((handover) => ({
      ...handover,
      state: handover.handoverId === 'h1' ? 'ballot' : 'receipt',
      receiptNumbers: ['2-0641'],
    })),
    waitingForBallot: 1,
    signed: 640,
    last: {
      handoverId: 'h1',
      listNumber: 88,
      name: 'Юсупова Дилдора Рустамовна',
      state: 'ballot',
      ballots: 1,
    },
  };
  return { issuing, 'issuing-hand-count': { ...issuing, mode: 'hand-count', last: null } };
}
