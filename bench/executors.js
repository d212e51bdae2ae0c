// What a command of an executor of Botkube's costs, against a bare client: a script that starts the same executor, speaks to it by grpc-js, and kills it. See bench/README.md.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { makeHome, writeExecutable } from './support/homes.js';
import { atMost } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const NODE = '`node -e 0`';
const BARE = 'a bare client, the same executor';
const COMMAND = '`tool NAME`, 200 plugins';
const EXECUTOR = resolve(import.meta.dirname, '../test/fixtures/botkube/executor.cjs');
const COOKIE = '52ca7b74-28eb-4fac-ae79-31a9cbda2454';

/** The least that a host does. Its request is a command, and a context with what Botkube's own code reads. */
const CLIENT = `
const { spawn } = require('node:child_process');
const { Client, credentials } = require(${JSON.stringify(createRequire(import.meta.url).resolve('@grpc/grpc-js'))});
const child = spawn(process.execPath, [${JSON.stringify(EXECUTOR)}], { stdio: ['ignore', 'pipe', 'inherit'] });
child.stdout.once('data', (line) => {
  const client = new Client('unix:' + String(line).split('|')[3], credentials.createInsecure());
  const asIs = (bytes) => bytes;
  client.makeUnaryRequest('/executor.Executor/Execute', asIs, asIs, Buffer.from('0a077031206563686f1a022a00', 'hex'), (error) => {
    child.kill('SIGKILL');
    process.exit(error ? 1 : 0);
  });
});
`;

/** @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const home = join(scratch, 'home');
  const env = {
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: scratch,
    TMPDIR: scratch,
    TOOL_HOME: home,
    BOTKUBE: COOKIE,
    PLUGIN_UNIX_SOCKET_DIR: scratch,
  };
  makeHome(home, 200);
  const plugin = join(home, 'plugins/available/p1');
  writeExecutable(join(plugin, 'program/p1'), `#!${process.execPath}\nrequire(${JSON.stringify(EXECUTOR)});\n`);
  writeExecutable(join(plugin, 'bare/default'), '#!/bin/sh\ntool_executor_program=program/p1\n. "$TOOL_PACKAGE/libexec/executor"\n');
  execFileSync(TOOL, ['p1', 'echo'], { env });
  return [
    { name: NODE, argv: [process.execPath, '-e', '0'], env, cost: 'node' },
    { name: BARE, argv: [process.execPath, '-e', CLIENT], env, cost: 'node' },
    { name: COMMAND, argv: [TOOL, 'p1', 'echo'], env, cost: 'node' },
  ];
}

/** @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const row = (/** @type {string} */ name) => /** @type {Row} */ (rows.find((candidate) => candidate.name === name));
  return [atMost(`${COMMAND}, against ${BARE}`, row(COMMAND).median / row(BARE).median, 1.5, '×')];
}

await runBench({
  name: 'executors',
  about: "Measures what a command of an executor of Botkube's costs, against a bare client.",
  prepare,
  floorsOf,
  exec: NODE,
  node: NODE,
});
