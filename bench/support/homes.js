import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What is run in the end, by whatever dispatcher: the least that a plugin's command can be. */
export const SCRIPT = '#!/bin/sh\nexit 0\n';

/** A directory that is gone when this process ends, also by Ctrl-C. */
export function scratchDirectory() {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'tool-bench-')));
  // A command that is still being timed may be making its home again, which rmSync then meets half-way.
  process.on('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => process.exit(128 + constants.signals[signal]));
  return directory;
}

/** @param {string} file @param {string} text */
export function writeExecutable(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}

/**
 * A home with so many enabled plugins `p0`, `p1` …, each with a manifest and the command `run`.
 * @param {string} home
 * @param {number} count
 */
export function makeHome(home, count) {
  const enabled = join(home, 'plugins/enabled');
  mkdirSync(enabled, { recursive: true });
  for (let index = 0; index < count; index++) {
    const name = `p${index}`;
    const plugin = join(home, 'plugins/available', name);
    writeExecutable(join(plugin, 'subcommands/run'), SCRIPT);
    writeFileSync(join(plugin, 'plugin.toml'), `[plugin]\ndescription = "plugin number ${index}"\nversion = "1.0.${index}"\n[plugin.config]\n`);
    symlinkSync(`../available/${name}`, join(enabled, name));
  }
}
