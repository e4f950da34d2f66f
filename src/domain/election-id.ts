import { z } from 'zod';

/**
 * What an election is called in files, registers and logs. Folders on a laptop are named after it, so nothing in it
 * leads out of a folder: no slash, no colon, no invisible character, and no dot at its beginning.
 */
export const electionIdSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(
    /^[^./\\:\p{C}][^/\\:\p{C}]*$/u,
    'an election id has no slash, colon or invisible character, and no dot at its beginning',
  );
