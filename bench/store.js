// What installing a plugin from git or by name and finding it up to date cost, against git's or curl's own part of it and a start of Node. See bench/README.md.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SCRIPT, writeExecutable } from './support/homes.js';
import { programOnPath } from './support/programs.js';
import { atMost } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const NODE = '`node -e 0`';
const CLONE = '`git clone` of the plugin';
const ASK = '`git ls-remote` of its repository';
const UPDATE = '`tool plugin:update` with nothing new';
const INSTALL = '`tool plugin:install` of the plugin, from git';
const CURL = '`curl` of a program of 200 KB';
const BY_NAME = '`tool plugin:install` of the program, by name';

/** Serves a program and an index that lists it. @returns {Promise<string>} its address */
async function serveProgram() {
  const program = Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), Buffer.alloc(200_000, '#')]);
  const sum = createHash('sha256').update(program).digest('hex');
  const server = createServer((request, response) => {
    const address = `http://${request.headers.host}/program`;
    const entry = `{name: program, type: executor, version: 1.0.0, urls: [{url: "${address}", checksum: ${sum}, platform: {os: any, architecture: any}}]}`;
    response.end(request.url === '/program' ? program : `entries: [${entry}]\n`);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
  // It ends with whoever asks.
  server.unref();
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}`;
}

/** @param {string} scratch @param {string} git @returns {Promise<Contender[]>} */
async function prepare(scratch, git) {
  const repository = join(scratch, 'repository');
  mkdirSync(repository);
  writeFileSync(join(repository, 'plugin.toml'), '[plugin]\nversion = "1.0.0"\n');
  writeExecutable(join(repository, 'subcommands/default'), SCRIPT);
  const ask = (/** @type {string[]} */ ...words) => execFileSync(git, ['-C', repository, '-c', 'user.name=b', '-c', 'user.email=b@example.org', ...words]);
  ask('init', '-q', '-b', 'main');
  ask('add', '-A');
  ask('commit', '-q', '-m', 'one');
  const env = {
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: scratch,
    TOOL_HOME: join(scratch, 'home'),
  };
  await promisify(execFile)(TOOL, ['plugin:install', `file://${repository}`, '--name', 'kept'], { cwd: scratch, env });
  const url = await serveProgram();
  await promisify(execFile)(TOOL, ['repository:add', 'bench', `${url}/index.yaml`], { cwd: scratch, env });
  const curl = programOnPath('curl', 'apt-get install curl');
  // Every run needs a name of its own; the shell's process id is one, and both contenders pay that shell.
  const named = (/** @type {string} */ script) => ['/bin/sh', '-c', script];
  // What came before would be used again: both pay its removal.
  const anew = `rm -rf ${scratch}/home/plugins/repositories/.downloads`;
  return [
    { name: CLONE, argv: named(`exec ${git} clone -q file://${repository} ${scratch}/clone-$$`), env, cost: 'node' },
    { name: NODE, argv: [process.execPath, '-e', '0'], env, cost: 'node' },
    { name: INSTALL, argv: named(`exec ${TOOL} plugin:install file://${repository} --name p$$`), env, cost: 'node' },
    { name: CURL, argv: named(`${anew}; exec ${curl} -sSo ${scratch}/program-$$ ${url}/program`), env, cost: 'node' },
    { name: BY_NAME, argv: named(`${anew}; exec ${TOOL} plugin:install bench/program --name n$$`), env, cost: 'node' },
    { name: ASK, argv: named(`exec ${git} ls-remote --quiet file://${repository}`), env, cost: 'node' },
    { name: UPDATE, argv: named(`exec ${TOOL} plugin:update kept`), env, cost: 'node' },
  ];
}

/** @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const median = (/** @type {string} */ name) => rows.find((row) => row.name === name)?.median ?? Number.NaN;
  const against = (/** @type {string} */ name, /** @type {string} */ git) => median(name) / (median(git) + median(NODE));
  return [
    atMost('installing from git, against the clone and bare node', against(INSTALL, CLONE), 1.5, '×'),
    atMost('installing by name, against `curl` and bare node', against(BY_NAME, CURL), 1.6, '×'),
    atMost('finding a plugin up to date, against `git ls-remote` and bare node', against(UPDATE, ASK), 1.3, '×'),
  ];
}

await runBench({
  name: 'store',
  about: 'Measures what installing a plugin from git or by name and finding it up to date cost, against git or curl and a start of Node.',
  prepare,
  floorsOf,
  exec: CLONE,
  node: NODE,
});
