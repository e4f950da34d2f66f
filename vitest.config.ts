import { defineConfig } from 'vitest/config';
import { OUTERMOST_LIMIT_MS } from './test/outermost-limit.ts';

// Unit, property and scenario tests stand beside the code. Browser end-to-end specs live in test/e2e (Playwright).
export default defineConfig({
  test: {
    include: ['{electron,src,native-bridges,fixtures,scripts,test}/**/*.test.{ts,tsx}'],
    setupFiles: ['test/seed-properties.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: OUTERMOST_LIMIT_MS,
    hookTimeout: OUTERMOST_LIMIT_MS,
    env: { TZ: 'Asia/Bishkek' },
  },
});
