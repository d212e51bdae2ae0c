import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { errorLine, isTraced, isUserError, traceLine } from '../errors.ts';
import { type Environment, type Layout, readLayout } from '../home/layout.ts';
import { pluginOf } from '../home/names.ts';
import { asksForJson } from '../terminal/asks-json.ts';
import { useColours } from '../terminal/colour.ts';
import { jsonText } from '../terminal/json-text.ts';
import { logError, logWarn } from '../terminal/log.ts';
import { VERSION } from '../version.ts';
import { renderExit, renderPlan, renderText } from './plan.ts';
import { readCall } from './read-call.ts';
import { type InheritedApp, resolve } from './resolve.ts';

/** What the launcher alone knows of a call. */
export interface Circumstances {
  /** DOKKU_APP_NAME is the surrounding command's own, unchanged. */
  readonly appIsInherited: boolean;
  /** The call comes from somebody without the account: a forced command of sshd, or a hop through sudo. */
  readonly forced: boolean;
}

/**
 * The Node route: from what was typed, the environment and the file system to the plan the launcher carries out.
 * @param words what was typed, the launcher's leading flags taken off
 * @returns POSIX sh text ending in END_OF_PLAN
 */
export async function decide(words: readonly string[], env: Environment, { appIsInherited, forced }: Circumstances): Promise<string> {
  let isJson = false;
  try {
    const layout = readLayout(env);
    isJson = asksForJson(words, layout.brand);
    const call = readCall(words, layout.brand);
    const inherited: InheritedApp | undefined = env.DOKKU_APP_NAME ? { name: env.DOKKU_APP_NAME, fromSurroundingCommand: appIsInherited } : undefined;
    if (existsSync(join(layout.pluginPath, 'store/pending'))) {
      const { settle } = await import('../store/recover.ts');
      const word = words[call.start] ?? '';
      const { mayStandFor } = await import('./front-door.ts');
      await settle(layout, [word, ...mayStandFor(word, layout)].map(pluginOf), logWarn);
    }
    const route = await resolve(call, layout, env, inherited);
    if (call.leading === 'explain') {
      const { explain, explanationText } = await import('./explain.ts');
      const explanation = explain(call, route, { layout, env, inherited, forced });
      const text = call.explainFormat === 'json' ? jsonText(explanation, 2) : explanationText(explanation);
      return renderText(text, forced ? { route, typedCount: words.length } : undefined);
    }
    const versionLine = route.kind === 'version' ? await versionLineOf(layout) : '';
    const json = isJson && route.kind === 'commands' ? (await import('./unanswered.ts')).unansweredJson(route, layout.brand) : undefined;
    if (route.kind !== 'file' || route.module === undefined) return renderPlan(route, layout.brand, words.length, { versionLine, json, forced });
    const { policy, warnings } = (await import('./linked-module.ts')).linkedModule(route.plugin, layout);
    return renderPlan({ ...route, warnings: [...route.warnings, ...warnings] }, layout.brand, words.length, { policy, forced });
  } catch (error) {
    if (!isUserError(error)) throw error;
    await useColours(env);
    logError(errorLine(error));
    if (isTraced(env)) logError(traceLine(error.code));
    return renderExit(error.status, isJson ? jsonText({ error: (await import('../terminal/json-error.ts')).dataOf(error) }) : undefined);
  }
}

async function versionLineOf({ brand, home }: Layout): Promise<string> {
  const version = brand === 'dokku' ? (await import('./dokku-version.ts')).dokkuVersion(home) : VERSION;
  return `${brand} version ${version}`;
}
