import { defineConfig } from 'vitest/config';

// Unit, property and scenario tests stand beside the code. Browser end-to-end specs live in test/e2e (Playwright).
export default defineConfig({
  test: {
    include: ['{electron,src,native-bridges,fixtures,scripts,test}/**/*.test.{ts,tsx}'],
    setupFiles: ['test/seed-properties.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { TZ: 'Asia/Bishkek' },
  },
});
