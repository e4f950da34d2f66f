import { writeSync } from 'node:fs';
import { z } from 'zod';
import { unwrap } from '../../src/domain/result.ts';
import { openLaneAt } from './lane-at.ts';

/** Opens a lane by two PINs in a process of its own, which kills itself at the step of the move that it was told. */
const orderSchema = z.strictObject({
  directory: z.string(),
  registerFile: z.string(),
  approvals: z.array(z.strictObject({ personId: z.string(), pin: z.string() })),
  step: z.string(),
});
export type KeyMoveOrder = z.infer<typeof orderSchema>;

if (process.argv[1] === import.meta.filename) {
  const { step: last, approvals, ...place } = orderSchema.parse(JSON.parse(process.argv[2] ?? ''));
  const opened = await openLaneAt({
    ...place,
    onKeyMove: (step) => {
      writeSync(1, `${step}\n`);
      if (step === last) process.kill(process.pid, 'SIGKILL');
    },
  }).unlock(approvals);
  unwrap(opened).close();
}
