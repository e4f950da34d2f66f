/**
 * Milliseconds after which a test or a hook is taken to hang. Nothing is measured by it: what takes seconds on a machine
 * at rest takes minutes on one that does ten other things.
 */
export const OUTERMOST_LIMIT_MS = 600_000;
