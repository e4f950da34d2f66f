import { z } from 'zod';
import { DEVICE_KINDS } from '../../domain/devices.ts';
import type { DockCommand } from '../../domain/dock.ts';
import { FINGER_POSITIONS } from '../../domain/finger.ts';

const key = z.string().min(1).max(120);
const kind = z.enum(DEVICE_KINDS);
const position = z.literal(FINGER_POSITIONS);

/** A command to the table of a mock election, as a screen sends it. */
export const dockCommandSchema: z.ZodType<DockCommand> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('insert-document'), person: key, document: key }),
  z.strictObject({ type: z.literal('remove-document') }),
  z.strictObject({ type: z.literal('scan-mrz'), person: key, document: key }),
  z.strictObject({ type: z.literal('lay-finger'), person: key, position }),
  z.strictObject({ type: z.literal('lift-finger') }),
  z.strictObject({
    type: z.literal('paper'),
    action: z.discriminatedUnion('do', [
      z.strictObject({ do: z.literal('tear') }),
      z.strictObject({ do: z.literal('refill') }),
      z.strictObject({ do: z.literal('run-low') }),
      z.strictObject({ do: z.literal('end-after'), millimetres: z.number().min(0).max(10_000) }),
    ]),
  }),
  z.strictObject({ type: z.literal('cover'), open: z.boolean() }),
  z.strictObject({ type: z.literal('printer-speed'), speed: z.enum(['normal', 'slow']) }),
  z.strictObject({ type: z.literal('plug'), kind }),
  z.strictObject({ type: z.literal('unplug'), kind }),
  z.strictObject({ type: z.literal('crash-devices-process') }),
]);
