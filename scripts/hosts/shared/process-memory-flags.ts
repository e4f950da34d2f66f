/**
 * V8's flags for the station and the devices process. On a machine with much memory V8 lets a heap of 25 MB grow
 * to 150 MB before it collects; laptops of a polling station have 4 GB. Both processes hold 20 to 30 MB when
 * nothing is going on, so the limit leaves ten times that.
 */
export const PROCESS_MEMORY_FLAGS: readonly string[] = [
  '--max-semi-space-size=4',
  '--max-old-space-size=384',
];
