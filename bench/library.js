// What the shell library costs a plugin, against a start of bash. See bench/README.md.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { programOnPath } from './support/programs.js';
import { atMost } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const APPS = 20;
const BARE = '`bash -c :`';
const NODE = '`node -e 0`';
const FUNCTIONS = '`source common/functions`';
const PROPERTIES = '`source common/property-functions`';
const BOTH = 'both, and one property read';
const PROP = '`prop get`';
const VERIFY = '`common verify-app-name`';
const LIST = `\`apps:list\`, ${APPS} apps`;
const CREATE = '`apps:create`';
const URLS = '`urls` of an app';

/** A home as a plugin sees it, made without the launcher: core plugins, apps, a property. @param {string} home @returns {Record<string, string>} */
function furnish(home) {
  const packagePath = dirname(dirname(TOOL));
  const core = join(home, 'core-plugins/available');
  const enabled = join(home, 'plugins/enabled');
  for (const folder of [core, enabled, join(home, 'config/bench/app1')]) mkdirSync(folder, { recursive: true });
  for (const folder of ['compat/dokku/00_dokku-standard', 'plugins/apps', 'plugins/common']) {
    const name = basename(folder);
    symlinkSync(join(packagePath, folder), join(core, name));
    symlinkSync(join(core, name), join(enabled, name));
  }
  for (let index = 0; index < APPS; index++) mkdirSync(join(home, `root/app${index}`), { recursive: true });
  writeFileSync(join(home, 'config/bench/app1/key'), 'value');
  return {
    PATH: [join(packagePath, 'bin'), dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    TOOL_ABI: `tool:${home}`,
    DOKKU_LIB_ROOT: home,
    DOKKU_ROOT: join(home, 'root'),
    DOKKU_NOT_IMPLEMENTED_EXIT: '10',
    PLUGIN_PATH: join(home, 'plugins'),
    PLUGIN_AVAILABLE_PATH: join(home, 'plugins/available'),
    PLUGIN_ENABLED_PATH: enabled,
    PLUGIN_CORE_AVAILABLE_PATH: core,
  };
}

/** @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const home = join(scratch, 'home');
  const env = furnish(home);
  const common = join(home, 'core-plugins/available/common');
  const bash = programOnPath('bash', 'apt-get install bash');
  const hook = join(home, 'plugins/available/domains/domains-urls');
  mkdirSync(dirname(hook), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\necho "http://$1.example"\n', { mode: 0o755 });
  symlinkSync(dirname(hook), join(home, 'plugins/enabled/domains'));
  /** @param {string} name @param {string} script @returns {Contender} */
  const shell = (name, script) => ({ name, argv: [bash, '-c', script], env, cost: 'shell' });
  /** @param {string} name @param {string[]} argv @returns {Contender} */
  const program = (name, ...argv) => ({ name, argv, env, cost: 'shell' });
  return [
    shell(BARE, ':'),
    shell(FUNCTIONS, `source ${common}/functions`),
    shell(PROPERTIES, `source ${common}/property-functions`),
    shell(BOTH, `source ${common}/functions; source ${common}/property-functions; fn-plugin-property-get bench app1 key >/dev/null`),
    program(PROP, join(common, 'prop'), 'get', 'bench', 'app1', 'key'),
    program(VERIFY, join(common, 'common'), '--quiet', 'verify-app-name', 'app1'),
    program(LIST, join(home, 'plugins/enabled/apps/subcommands/list'), 'apps:list'),
    // Every run makes an app of its own, where those of the list are not; the shell's process id is its name.
    { ...shell(CREATE, `exec ${join(home, 'plugins/enabled/apps/subcommands/create')} apps:create a$$`), env: { ...env, DOKKU_ROOT: join(home, 'created') } },
    program(URLS, join(home, 'plugins/enabled/00_dokku-standard/subcommands/urls'), 'urls', 'app1'),
    { name: NODE, argv: [process.execPath, '-e', '0'], env, cost: 'node' },
  ];
}

/** Limits are in starts of bash, taken in the same run: what a plugin cannot do without. @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const median = (/** @type {string} */ name) => rows.find((row) => row.name === name)?.median ?? Number.NaN;
  const starts = (/** @type {string} */ name, /** @type {number} */ limit) => atMost(`${name}, against bare bash`, median(name) / median(BARE), limit, '×');
  return [starts(FUNCTIONS, 2.8), starts(PROPERTIES, 2), starts(BOTH, 4.4), starts(PROP, 2.8), starts(VERIFY, 4.2), starts(LIST, 4), starts(CREATE, 16)];
}

await runBench({
  name: 'library',
  about: 'Measures what the shell library and its helper commands cost a plugin, against a start of bash.',
  prepare,
  floorsOf,
  exec: BARE,
  node: NODE,
});
