import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * Sums the JSON reports of vitest (Jest's format) and Playwright into one line, `N passed, N failed`. A report that
 * is missing or damaged means that its tests did not run, and counts as one failure.
 */
const reportSchema = z.union([
  z
    .object({ numPassedTests: z.number(), numFailedTests: z.number(), numFailedTestSuites: z.number() })
    // A file that can't be loaded has no failed test in it, and still failed.
    .transform(({ numPassedTests: passed, numFailedTests, numFailedTestSuites }) => ({
      passed,
      failed: numFailedTests === 0 ? numFailedTestSuites : numFailedTests,
    })),
  z
    .object({ stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }) })
    .transform(({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky })),
]);

function readReport(path: string): { readonly passed: number; readonly failed: number } {
  try {
    return reportSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    console.error(`${path} is missing or damaged: its tests did not run`);
    return { passed: 0, failed: 1 };
  }
}

const reports = process.argv.slice(2).map(readReport);
const passed = reports.reduce((sum, report) => sum + report.passed, 0);
const failed = reports.reduce((sum, report) => sum + report.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
