import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { isFile } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import type { Manifest } from '../plugins/manifest.ts';
import { Plugin } from '../plugins/plugin.ts';
import { programsOf } from '../plugins/plugin-files.ts';
import { knownKind } from '../sources/source.ts';
import type { Staged } from '../sources/stage.ts';
import { somethingAt } from '../system/links.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { rememberAddress } from './addresses.ts';
import { authorAdvice } from './author-advice.ts';
import { refuseChange } from './front-words.ts';
import { judgeStaged, refuseUntrusted } from './judge-staged.ts';
import type { Placed, Placing, PlacingWorld } from './place-plugin.ts';
import { planPlacing } from './plan-change.ts';
import { currentReceipt } from './receipts.ts';
import { withStoreMutex } from './recover.ts';
import { carryOut } from './transaction.ts';

/** The second half of `placePlugin`: from a staged tree on. */
export async function placeStaged(world: PlacingWorld, placing: Placing, staged: Staged): Promise<Placed> {
  const { layout, env, warn, hookStdout, asksGuard } = world;
  const { name, request, isWanted, dryRun } = placing;
  const manifest = checkedManifest(layout.brand, placing, staged);
  const paths = storePaths(layout.pluginPath);
  // What is refused brings nothing that it needs; the same bytes that stand are perhaps not put in place at all.
  const first = currentReceipt(paths, name);
  if (first?.sourceHash !== staged.hash) refuseUntrusted(judgeStaged(world, placing, staged, first));
  const needs = manifest.requires !== undefined || manifest.dependencies.length > 0 ? await import('./requirements.ts') : undefined;
  needs?.checkHost(layout, name, manifest);
  const unmet = needs?.unmetDependencies(layout, manifest) ?? [];
  if (unmet.length > 0) await placing.onUnmet?.(unmet);
  if (world.onCoreCalls && placing.enabled !== false && first?.sourceHash !== staged.hash) {
    const { coreCalls } = await import('../plugins/core-calls.ts');
    const calls = coreCalls(layout, name, staged.tree);
    if (calls.length > 0) await world.onCoreCalls(name, calls);
  }
  return withStoreMutex(layout, warn, async () => {
    const current = currentReceipt(paths, name);
    if (!isWanted(staged, current)) return { outcome: 'kept', receipt: current };
    const verdict = judgeStaged(world, placing, staged, current);
    refuseUntrusted(verdict);
    if (verdict.does === 'warn') warn(verdict.text);
    const change = planPlacing(layout, name, manifest.version, { ...staged, isSkipped: world.trust?.isSkipped === true }, placing);
    refuseChange(layout, change, env);
    // What is disabled is asked when it is enabled.
    if (change.to.enabled) needs?.checkDependencies(layout, name, manifest);
    const hooks = hooksOf(placing, manifest).filter((hook) => isFile(join(staged.tree, hook)));
    if (dryRun) return { outcome: 'planned', change, hooks, before: current };
    const { needsManifest = true } = placing;
    const warnings = needsManifest
      ? [...(await authorAdvice(layout, name, staged.tree, env, staged.source)), ...(needs?.doubtfulNeeds(manifest) ?? [])]
      : [new Plugin(name, staged.tree).problem?.replaceAll(staged.tree, name) ?? []].flat();
    for (const warning of warnings) warn(warning);
    rememberAddress(paths, request.source);
    const steps = hooks.map((hook) => ({ hook, argv: [] }));
    const receipt = await carryOut(layout, change, { hooks: steps, entries: staged.entries, warn, hookStdout, asksGuard }, env);
    return { outcome: 'placed', receipt: receipt ?? change.to.receipt, before: current };
  });
}

/** Dokku's plugins are installed once more when they are updated; Helm's are not (contract helm §4). */
const hooksOf = ({ hooks }: Placing, { helm }: Manifest): readonly string[] =>
  helm !== undefined && hooks.includes('update') ? hooks.filter((hook) => hook !== 'install') : hooks;

const NOTHING_SAID: Manifest = { version: '', description: '', dependencies: [], commands: new Map(), ignored: [] };

/**
 * What a staged tree says of itself. Plugins that are older than plugin.toml have none; Dokku takes them, and so does its brand, with a warning.
 * @throws UserError when it is no plugin
 */
function checkedManifest(brand: string, { request, needsManifest = true }: Placing, { tree, source }: Staged): Manifest {
  const { manifest, problem } = new Plugin('', tree).read;
  if (problem !== undefined && !needsManifest) return NOTHING_SAID;
  const isMissing = !somethingAt(join(tree, 'plugin.toml'));
  if (problem !== undefined && brand === 'dokku' && isMissing && programsOf(tree).length > 0) return NOTHING_SAID;
  if (problem !== undefined) {
    const what = knownKind(source)?.isPacked && isMissing ? atTop(tree) : problem.replace(`${tree}/`, '');
    throw new UserError('not-a-plugin', `${withoutSecrets(request.source)} is not a plugin: ${what}`);
  }
  return manifest;
}

const SHOWN_NAMES = 5;

/** What an archive holds instead of a plugin: often several folders, or one around the plugin's own. */
function atTop(tree: string): string {
  const names = readdirSync(tree);
  const shown = names.slice(0, SHOWN_NAMES).join(', ') + (names.length > SHOWN_NAMES ? `, … (${names.length})` : '');
  return `it holds ${shown || 'nothing'} at its top; plugin.toml belongs there, or into the one folder that all is in`;
}
