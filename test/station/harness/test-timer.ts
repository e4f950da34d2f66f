import { giveUpAfter, systemTimer, type Timer } from '../../../src/domain/timer.ts';

/** What devices do passes so many times faster; timers can't be shorter than a millisecond, so not faster still. */
const SPEED = 20;
/** Patience, which ends only where something is wrong, is kept longer: the machine may be busy. */
export const PATIENT_SPEED = 4;
const PATIENCE_MS = 1_000;

export function testTimer(): Timer {
  const [quickly, patiently] = [systemTimer(SPEED), systemTimer(PATIENT_SPEED)];
  return {
    after: (ms, task) => (ms < PATIENCE_MS ? quickly : patiently).after(ms, task),
    giveUpAfter: (ms, task) => giveUpAfter(patiently, ms, task),
  };
}
