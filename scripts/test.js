// Runs suites, then tells the ten slowest tests, what was skipped and why, and the totals on the last line.
//   node scripts/test.js           what needs no more than small programs: `make test`
//   node scripts/test.js systems   what runs servers, what guards one, what stands in for Dokku's plugins, and what looks at the machine's accounts: `make test-systems`
//   node scripts/test.js s3        what keeps a mirror on a server of somebody else's, Swift: `make test-s3`. Skipped where that cannot be installed
//   node scripts/test.js all       both: `make soak`
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @typedef {{ name: string, seconds: number, state: 'passed' | 'failed' | 'skipped', reason?: string }} TestResult */

// Node 20 reads such a file at every start, which can more than double it, and no test speaks to a server beyond this machine.
delete process.env.NODE_EXTRA_CA_CERTS;

const started = Date.now();
const wanted = process.argv[2] ?? 'test';
if (!['test', 'systems', 's3', 'all'].includes(wanted)) {
  console.error('usage: node scripts/test.js [systems | s3 | all]');
  process.exit(2);
}
const SYSTEMS = 'test/systems/';
const S3 = 'test/s3/';

const inMemory = folderInMemory();
if (inMemory !== undefined) process.env.TMPDIR = inMemory;
const scratch = mkdtempSync(join(tmpdir(), 'tool-suites-'));

/** A folder in memory for what tests write, where there is room and programs can be run in it: every change waits for the disk several times. */
function folderInMemory() {
  try {
    const { bsize, bavail } = statfsSync('/dev/shm');
    if (bsize * bavail < 2 ** 31) return undefined;
    const folder = mkdtempSync('/dev/shm/tool-tests-');
    // As /tmp is: tests of several users work in it.
    chmodSync(folder, 0o1777);
    writeFileSync(join(folder, 'program'), '#!/bin/sh\n', { mode: 0o755 });
    if (spawnSync(join(folder, 'program')).status === 0) return folder;
    rmSync(folder, { recursive: true });
  } catch {
    // No such folder, or none for us.
  }
  return undefined;
}

/** What looks at the machine's accounts: the front door, and everything that is called by the name dokku. */
const OF_ACCOUNTS = [
  'test/conformance/environment.test.ts',
  'test/conformance/nested-calls.test.ts',
  'test/conformance/unknown-command.test.ts',
  'test/end-to-end/as-dokku.test.ts',
  'test/end-to-end/environment.test.ts',
  'test/systems/system-user.test.ts',
];

/** Once more where a user dokku exists, or where none does if this machine has one; every file where ACCOUNTS=all. @returns {TestResult[]} */
function runWithOtherAccounts() {
  const prefix = 'with the other accounts: ';
  if (process.getuid?.() !== 0) return [{ name: `${prefix}${OF_ACCOUNTS.length} files`, seconds: 0, state: 'skipped', reason: 'needs root' }];
  const files = process.env.ACCOUNTS === 'all' ? [] : OF_ACCOUNTS;
  // The long runs are long once.
  const env = { ...process.env, RUNS: undefined, KILLS: undefined, DOWNLOADS: undefined, CASES: undefined };
  return runVitest({ under: ['scripts/with-other-accounts.sh'], files, env }).map((result) => ({ ...result, name: prefix + result.name }));
}

/**
 * Vitest's JSON report as results.
 * @param {{ under?: string[], files?: string[], flags?: string[], env?: NodeJS.ProcessEnv }} [how] words in front of the command; all files unless some are named
 * @returns {TestResult[]}
 */
function runVitest({ under = [], files = [], flags = [], env = process.env } = {}) {
  const report = join(scratch, 'vitest.json');
  rmSync(report, { force: true });
  const words = [...under, 'node_modules/.bin/vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...flags, ...files];
  const { status } = spawnSync(/** @type {string} */ (words[0]), words.slice(1), { stdio: 'inherit', env });
  /** @type {{ testResults: { name: string, status: string, message: string, assertionResults: { fullName: string, duration?: number, status: string }[] }[] }} */
  let parsed;
  try {
    parsed = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return [{ name: 'vitest itself', seconds: 0, state: 'failed' }];
  }
  const results = parsed.testResults.flatMap((file) => [
    ...file.assertionResults.map((test) => resultOf(test.fullName, (test.duration ?? 0) / 1000, test.status)),
    // A file that cannot be loaded, or has a suite without tests, fails although no test of it does.
    ...(file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed') ? [resultOf(file.name, 0, 'failed')] : []),
  ]);
  return status === 0 || results.some((result) => result.state === 'failed') ? results : [...results, { name: 'vitest itself', seconds: 0, state: 'failed' }];
}

/** @param {string} name @param {number} seconds @param {string} status @returns {TestResult} */
function resultOf(name, seconds, status) {
  const reason = /\(skipped: (needs .*)\)$/.exec(name)?.[1];
  if (status === 'passed' || status === 'failed') return { name, seconds, state: status };
  return { name, seconds, state: 'skipped', ...(reason ? { reason } : {}) };
}

/**
 * The bats suites, as TAP with timing.
 * @param {boolean} ofDokkusSet whether those of the plugins that stand in for Dokku's own, or all others
 * @returns {TestResult[]}
 */
function runBats(ofDokkusSet) {
  const isOfSet = (/** @type {string} */ name) => /\bSHIMS\b/.test(readFileSync(join('test/plugins', name), 'utf8'));
  const files = readdirSync('test/plugins').filter((name) => name.endsWith('.bats') && isOfSet(name) === ofDokkusSet);
  if (spawnSync('bats', ['--version'], { stdio: 'ignore' }).status !== 0) {
    return files.map((name) => ({ name, seconds: 0, state: 'skipped', reason: 'needs bats' }));
  }
  // bats runs files side by side through GNU parallel, and refuses to without it.
  const jobs = spawnSync('parallel', ['--version'], { stdio: 'ignore' }).status === 0 ? ['--jobs', '2', '--no-parallelize-within-files'] : [];
  const { stdout } = spawnSync('bats', ['--tap', '--timing', '--print-output-on-failure', ...jobs, ...files.map((name) => `test/plugins/${name}`)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  const results = stdout.split('\n').flatMap(batsLine);
  const planned = Number(/^1\.\.(\d+)$/m.exec(stdout)?.[1] ?? -1);
  for (const line of stdout.split('\n')) if (!/^ok /.test(line)) console.log(line);
  return planned === results.length
    ? results
    : [...results, { name: `bats planned ${planned} tests and reported ${results.length}`, seconds: 0, state: 'failed' }];
}

/** @param {string} line @returns {TestResult[]} */
function batsLine(line) {
  const found = /^(ok|not ok) \d+ (.*?)(?: in (\d+)(m?s(?:ec)?))?(?: # skip ?(.*))?$/.exec(line);
  if (!found) return [];
  const [, word, name = '', amount = '0', unit = 'ms', reason] = found;
  const seconds = Number(amount) / (unit.startsWith('m') ? 1000 : 1);
  if (reason !== undefined) return [{ name, seconds, state: 'skipped', reason }];
  return [{ name, seconds, state: word === 'ok' ? 'passed' : 'failed' }];
}

/** The suites of `make test`. @returns {TestResult[]} */
const runTests = () => [...runVitest({ flags: ['--exclude', `${SYSTEMS}**`, '--exclude', `${S3}**`] }), ...runBats(false)];
/** The suites of `make test-systems`. @returns {TestResult[]} */
const runSystems = () => [...runVitest({ files: [SYSTEMS] }), ...runBats(true), ...runWithOtherAccounts()];

/** The suites of `make test-s3`. @returns {TestResult[]} */
const runS3 = () => runVitest({ files: [S3] });

const results = [
  ...(wanted === 'test' || wanted === 'all' ? runTests() : []),
  ...(wanted === 'systems' || wanted === 'all' ? runSystems() : []),
  ...(wanted === 's3' || wanted === 'all' ? runS3() : []),
];
for (const folder of [scratch, inMemory]) if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
const count = (/** @type {TestResult['state']} */ state) => results.filter((result) => result.state === state).length;

console.log('\nThe ten slowest tests:');
for (const { name, seconds } of [...results].sort((a, b) => b.seconds - a.seconds).slice(0, 10)) console.log(`  ${seconds.toFixed(2).padStart(7)} s  ${name}`);
const skipped = results.filter((result) => result.state === 'skipped');
for (const { name, reason } of skipped) console.log(`skipped: ${reason ?? 'no reason given'}: ${name}`);
for (const { name } of results.filter((result) => result.state === 'failed')) console.log(`failed: ${name}`);
// Not every system has Swift among its packages.
const skipsFail = Boolean(process.env.CI) && wanted !== 's3';
if (skipsFail && skipped.length > 0) console.log('Under CI a skipped test is a failed one.');
const failed = count('failed') + (skipsFail ? skipped.length : 0);
process.exitCode = failed > 0 || (count('passed') === 0 && wanted !== 's3') ? 1 : 0;
const seconds = Math.round((Date.now() - started) / 1000);
console.log(`\nThe suites took ${Math.floor(seconds / 60)} min ${seconds % 60} s`);
console.log(`${count('passed')} passed, ${failed} failed${skipsFail || skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`);
