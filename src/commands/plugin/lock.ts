import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../errors.ts';
import { isCopy, sourceText, writtenSource } from '../../sources/source.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { declarePlugin } from '../../sync/declared-plugins.ts';
import { type Lock, lockOf, lockPath, readLock, renderLock, writeLock } from '../../sync/lockfile.ts';
import { jsonText } from '../../terminal/json-text.ts';
import { logInfo, logWarn, print, printJson } from '../../terminal/log.ts';
import type { CommandContext } from '../command-spec.ts';
import { type DeclarationLine, missingDeclarations } from './save-declaration.ts';

/** Writes what is installed to tool.lock, and to tool.toml where that is wanted; or tells how it differs from the lock. */
export async function run({ layout, env, options }: CommandContext): Promise<number> {
  const file = typeof options.file === 'string' ? resolve(options.file) : lockPath(layout);
  if (options.check && options.save) throw new UserError('BAD_USAGE', '--check writes nothing, so --save has no place beside it');
  if (options.check) {
    const { lock, byHand } = lockOf(layout);
    warnOf(lock, byHand);
    const locked = readLock(file);
    if (!locked) throw new UserError('REFUSED', `There is no ${file}`, { hint: `write it with \`${layout.brand} plugin:lock\`` });
    const differences = differencesOf(locked, lock);
    if (options.format === 'json') printJson({ file, same: differences.length === 0, differences });
    else if (differences.length === 0) logInfo(`${lock.length} plugins are as ${file} has them`);
    else print(differences.join('\n'));
    return differences.length === 0 ? 0 : 1;
  }
  refuseNested(env);
  // Under the lock of the store, so that no change is half in it.
  return withStoreMutex(layout, logWarn, async () => {
    const { lock, byHand } = lockOf(layout);
    warnOf(lock, byHand);
    const saved = options.save ? missingDeclarations(layout, lock) : [];
    if (options.dryRun) {
      if (options.format !== 'json') for (const { line } of saved) print(`would write in tool.toml: ${line}`);
      const text = renderLock(lock).trimEnd();
      if (options.format === 'json') printJson({ file, plugins: lock.length, changed: false, ...savedFacts(saved, options), text });
      else print(text);
      return 0;
    }
    for (const { name, line } of saved) declarePlugin(layout.home, name, line);
    writeLock(file, lock);
    if (options.format === 'json') printJson({ file, plugins: lock.length, ...savedFacts(saved, options) });
    else {
      const added = saved.map(({ name }) => name).join(', ');
      if (options.save) logInfo(added === '' ? 'tool.toml asks for all of them already' : `tool.toml asks for ${added} as well`);
      logInfo(`${lock.length} plugins locked in ${file}`);
    }
    return 0;
  });
}

const savedFacts = (saved: readonly DeclarationLine[], { save }: CommandContext['options']): object => (save ? { saved: saved.map(({ name }) => name) } : {});

function warnOf(lock: Lock, byHand: readonly string[]): void {
  for (const name of byHand) logWarn(`${name} was put there by hand, so no lock can tell where to have it from; install it from a source`);
  for (const { name, source } of lock)
    if (!isCopy(source)) logWarn(`${name} is a ${sourceText(source)}, which no lock can hold exactly; install a copy for that`);
}

const factsOf = (plugin: Lock[number]): Readonly<Record<string, unknown>> => ({ ...plugin, source: writtenSource(plugin.source) });

/** What of the second is not as the first has it, a line each. */
function differencesOf(locked: Lock, installed: Lock): string[] {
  const before = new Map(locked.map((plugin) => [plugin.name, plugin]));
  const after = new Map(installed.map((plugin) => [plugin.name, plugin]));
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (!was) return [`${name} is not locked`];
    if (!is) return [`${name} is locked and not installed`];
    const [then, now] = [factsOf(was), factsOf(is)];
    return Object.keys(then)
      .filter((key) => !isDeepStrictEqual(then[key], now[key]))
      .map((key) => `${name}: ${key} is ${jsonText(now[key])}, locked as ${jsonText(then[key])}`);
  });
}
