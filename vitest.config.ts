import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

export default defineConfig({
  // As the build puts it in.
  define: { TOOL_VERSION: JSON.stringify(version), TOOL_KILLABLE: 'false' },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/killable-build.ts'],
    // What a file of tests loads is the next one's, too; a file that changes the process takes its change back.
    isolate: false,
    // Tests start processes; two at a time on two cores, and a slow machine is no failure.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
