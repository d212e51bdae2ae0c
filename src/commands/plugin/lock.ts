import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../errors.ts';
import type { Layout } from '../../home/layout.ts';
import { lockPath } from '../../home/store-paths.ts';
import { isCopy, sourceText, writtenSource } from '../../sources/source.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { declarePlugin } from '../../sync/declared-plugins.ts';
import { asLocked, type Lock, lockOf, readLock, renderLock, writeLock } from '../../sync/lockfile.ts';
import { plural } from '../../system/word-list.ts';
import { jsonText } from '../../terminal/json-text.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { missingDeclarations } from './save-declaration.ts';

/** Writes what is installed to tool.lock, and to tool.toml where that is wanted; or tells how it differs from the lock. */
export async function run({ layout, env, options, warn }: CommandContext<'plugin:lock'>): Promise<Outcome> {
  const file = options.file === undefined ? lockPath(layout) : resolve(options.file);
  if (options.check && options.save) throw new UserError('conflicting-flags', '--check and --save cannot be used together');
  if (options.check) return check(layout, file, warn);
  refuseNested(env);
  // Under the lock of the store, so that no change is half in it.
  return withStoreMutex(layout, warn, async () => {
    const lock = lockWithWarnings(layout, warn);
    const saved = options.save ? missingDeclarations(layout, lock) : [];
    const facts = { ...(options.dryRun ? { changed: false } : {}), ...(options.save ? { saved: saved.map(({ name }) => name) } : {}) };
    const data = { file, plugins: lock.length, ...facts };
    if (options.dryRun) {
      const text = renderLock(lock).trimEnd();
      return { data: { ...data, text }, lines: () => [...saved.map(({ line }) => `would write in tool.toml: ${line}`), text] };
    }
    for (const { name, line } of saved) declarePlugin(layout.home, name, line);
    writeLock(file, lock);
    const added = saved.map(({ name }) => name).join(', ');
    const asked = { info: added === '' ? 'tool.toml asks for all of them already' : `tool.toml asks for ${added} as well` };
    return { data, lines: () => [...(options.save ? [asked] : []), { info: `${plural(lock.length, 'plugin')} locked in ${file}` }] };
  });
}

/** Compares what is installed with the lock. */
function check(layout: Layout, file: string, warn: Warn): Outcome {
  const lock = lockWithWarnings(layout, warn);
  const locked = readLock(file);
  if (!locked) throw new UserError('no-lock', `There is no ${file}`, { hint: `write it with \`${layout.brand} plugin:lock\`` });
  const differences = differencesOf(locked, lock);
  const same = differences.length === 0;
  return {
    data: { file, same, differences },
    lines: () => (same ? [{ info: lock.length === 1 ? `1 plugin is as ${file} has it` : `${lock.length} plugins are as ${file} has them` }] : differences),
    status: same ? 0 : 1,
  };
}

type Warn = CommandContext['warn'];

/** The lock of what is installed; warns of what it cannot hold. */
function lockWithWarnings(layout: Layout, warn: Warn): Lock {
  const { lock, byHand } = lockOf(layout);
  for (const name of byHand) warn(`${name} was put there by hand, so its source is not known and the lock leaves it out; install it from a source`);
  for (const { name, source } of lock)
    if (!isCopy(source)) warn(`${name} is a ${sourceText(source)}, which can change, so the lock does not hold it exactly; install a copy instead`);
  return lock;
}

const factsOf = (plugin: Lock[number]): Readonly<Record<string, unknown>> => ({ allow: [], ...plugin, source: writtenSource(plugin.source) });

/** What of the second is not as the first has it, a line each. */
function differencesOf(locked: Lock, installed: Lock): string[] {
  const before = new Map(locked.map((plugin) => [plugin.name, plugin]));
  const after = new Map(installed.map((plugin) => [plugin.name, plugin]));
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (!was) return [`${name} is not locked`];
    if (!is) return [`${name} is locked and not installed`];
    const [then, now] = [factsOf(was), factsOf(asLocked(was, is))];
    return Object.keys(then)
      .filter((key) => !isDeepStrictEqual(then[key], now[key]))
      .map((key) => `${name}: ${key} is ${jsonText(now[key])}, locked as ${jsonText(then[key])}`);
  });
}
