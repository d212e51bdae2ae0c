import { tmpdir } from 'node:os';
import { isShipped } from '../../home/core-names.ts';
import type { Environment, Layout } from '../../home/layout.ts';
import { isPluginName } from '../../home/names.ts';
import { notInstalled } from '../../home/not-installed.ts';
import { storePaths } from '../../home/store-paths.ts';
import { installedPlugins } from '../../plugins/installed.ts';
import { isCopy, knownKind, placeOf, sourceText } from '../../sources/source.ts';
import { authorAdvice } from '../../store/author-advice.ts';
import { checkTree, type Drift } from '../../store/check-tree.ts';
import { currentReceipt, type Receipt } from '../../store/receipts.ts';
import { type SigningStatus, SigningStatuses, signingText } from '../../store/signing-status.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** One plugin's files against its receipt. */
interface Checked {
  readonly name: string;
  readonly state: 'unchanged' | 'changed' | 'not checked';
  readonly drift: readonly Drift[];
  readonly problem?: string;
  /** Of its signature, in Helm's words; null for what comes with tool. */
  readonly signature: SigningStatus | null;
  /** What its author would want to know; no change, so that the status is none of theirs. */
  readonly warnings: readonly string[];
}

/** Compares plugins' files with their receipts; for monitoring, the exit status says whether all are unchanged. */
export async function run(context: CommandContext<'plugin:check'>): Promise<Outcome> {
  const {
    layout,
    env,
    args: [name],
    options,
  } = context;
  const strict = options.strict === true;
  const names =
    name === undefined
      ? installedPlugins(layout)
          .plugins.map((plugin) => plugin.name)
          .filter((one) => !isShipped(layout, one))
      : [name];
  const remarks = await remarksOf(context, names);
  const checked: Checked[] = [];
  const statuses = new SigningStatuses(layout);
  for (const one of names) {
    const warnings = [...(await warningsOf(layout, one, env)), remarks.get(one) ?? []].flat();
    const found = await check(layout, one, strict);
    checked.push({ ...found, signature: (await statuses.of(one, found)) ?? null, warnings });
  }
  return {
    data: checked,
    lines: () => [...checked.flatMap(linesOf), { info: summary(checked) }],
    status: checked.some(({ state }) => state === 'changed') ? 1 : 0,
  };
}

async function check(layout: Layout, name: string, strict: boolean): Promise<Omit<Checked, 'warnings' | 'signature'>> {
  const receipt = isPluginName(name) ? currentReceipt(storePaths(layout.pluginPath), name) : undefined;
  if (!receipt) {
    if (!installedPlugins(layout).plugins.some((plugin) => plugin.name === name)) {
      throw notInstalled(layout, name);
    }
    const problem = isShipped(layout, name) ? `it comes with ${layout.brand}` : 'it was put there by hand, so nobody knows what it should be';
    return { name, state: 'not checked', drift: [], problem };
  }
  if (!isCopy(receipt.source))
    return { name, state: 'not checked', drift: [], problem: `it is a ${sourceText(receipt.source)}${await newsOf(layout, receipt)}` };
  const { drift, problem } = checkTree(layout, receipt);
  if (problem !== undefined) return { name, state: 'changed', drift, problem };
  const bad = drift.some(({ change }) => strict || change !== 'added');
  return { name, state: bad ? 'changed' : 'unchanged', drift };
}

/** Of what is linked: whether it is gone, or what stands in the home for it was made from an earlier plugin.yaml. */
async function newsOf({ brand }: Layout, { name, source, sourceHash }: Receipt): Promise<string> {
  if (knownKind(source)?.authorPlace(source) === undefined) return ', which is gone; restore it, or uninstall the plugin';
  const standing = await knownKind(source)?.compare(source, { address: placeOf(source) ?? '', scratch: tmpdir(), isHeld: false, sourceHash });
  return standing?.state === 'outdated' ? `, whose plugin.yaml says something else by now; \`${brand} plugin:update ${name}\` takes it up` : '';
}

/** What the copies of indexes say of plugins that came from one, by name: that the release was taken back. No server is asked. */
async function remarksOf(context: CommandContext<'plugin:check'>, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const paths = storePaths(context.layout.pluginPath);
  const sources = names.flatMap((name) => {
    const source = isPluginName(name) ? currentReceipt(paths, name)?.source : undefined;
    return source && knownKind(source)?.isNamed ? [{ name, source }] : [];
  });
  const remarks = new Map<string, string>();
  if (sources.length === 0) return remarks;
  const { copiesOf, standingInCopies } = await import('./standing-in-copies.ts');
  const copies = copiesOf(context);
  for (const { name, source } of sources) {
    const remark = (await standingInCopies(copies, source))?.remark;
    if (remark !== undefined) remarks.set(name, `${name}: ${remark}`);
  }
  return remarks;
}

async function warningsOf(layout: Layout, name: string, env: Environment): Promise<string[]> {
  const plugin = isShipped(layout, name) ? undefined : installedPlugins(layout).plugins.find((one) => one.name === name);
  return plugin ? authorAdvice(layout, name, plugin.directory, env) : [];
}

function linesOf({ name, drift, problem, state, signature, warnings }: Checked): Line[] {
  const said = problem === undefined ? [] : [state === 'changed' ? { warning: `${name}: ${problem}` } : { info: `${name}: not checked, ${problem}` }];
  return [
    ...warnings.map((warning) => ({ warning })),
    ...signatureLine(name, signature),
    ...said,
    ...drift.map(({ path, change, detail }) => `${name}: ${change} ${path}${detail ? ` (${detail})` : ''}`),
  ];
}

/** Who signed it; what is wrong with that is a warning, and no change. */
function signatureLine(name: string, signature: SigningStatus | null): Line[] {
  const text = signature && signingText(signature);
  if (!text) return [];
  return [signature.status === 'signed' ? { info: `${name}: ${text}` } : { warning: `${name}: ${signature.status}: ${text}` }];
}

function summary(checked: readonly Checked[]): string {
  const count = (state: Checked['state']): number => checked.filter((one) => one.state === state).length;
  const parts = (['unchanged', 'changed', 'not checked'] as const).filter((state) => count(state) > 0).map((state) => `${count(state)} ${state}`);
  return parts.length > 0 ? parts.join(', ') : 'No plugins to check';
}
