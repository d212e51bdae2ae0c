import { InvalidKdlError, parse } from '@bgotink/kdl';
import { declarationFault } from '../declaration-fault.ts';
import type { Completion, Declared, DeclaredArg, DeclaredFlag, DeclaredParameter } from '../declared.ts';
import { refuseClashes } from '../refuse-clashes.ts';
import { NodeFields } from './node-fields.ts';
import { argOf, flagOf } from './parameters.ts';
import type { UsageLine } from './usage-lines.ts';

/** Nodes that tell about the program as a whole and mean nothing for one command. */
const PASSED_OVER = new Set(['min_usage_version', 'name', 'bin', 'author', 'license', 'repository', 'source_code_link_template', 'about_md']);

/** Nodes with text for help, in the order in which their lines are shown. */
const DESCRIPTION = ['before_help', 'before_long_help', 'long_about', 'after_help', 'after_long_help'];

/**
 * What the usage notation declares (https://usage.jdx.dev/spec, the subset of docs/arguments.md).
 * @throws UserError that names line and token, for what cannot be read or is not of the subset
 */
export function readUsage(lines: readonly UsageLine[]): Declared {
  const lineAt = (line: number): number => lines[Math.min(line, lines.length) - 1]?.line ?? 1;
  const nodes = parsed(lines, lineAt).map((node) => new NodeFields(node, lineAt));
  const named = (name: string): NodeFields[] => nodes.filter((node) => node.name === name);
  const word = (name: string): string | undefined => only(named(name))?.word();

  const known = new Set([...PASSED_OVER, ...DESCRIPTION, 'about', 'usage', 'version', 'flag', 'arg', 'complete', 'example', 'unknown_flags']);
  for (const node of nodes) if (!known.has(node.name)) throw node.fault(node.name, 'is not supported here; docs/arguments.md lists what is');

  const completions = new Map(named('complete').map((node) => [node.word(), completionOf(node)]));
  const flags = named('flag').map(flagOf);
  const args = named('arg').map(argOf);
  const unknown = word('unknown_flags');
  if (unknown !== undefined && unknown !== 'error' && unknown !== 'value') throw only(named('unknown_flags'))?.fault(unknown, 'must be "error" or "value"');
  const shown = { flags: flags.map((flag) => withCompletion(flag, completions)), args: args.map((arg) => withCompletion(arg, completions)) };
  for (const { place, ...rest } of refuseClashes(shown.flags, shown.args)) {
    throw (place.kind === 'flag' ? named('flag') : named('arg'))[place.index]?.fault(rest.token, rest.message);
  }
  const usage = word('usage');
  const version = word('version');
  return {
    notation: 'usage',
    about: (word('about') ?? '').split('\n', 1)[0]?.trim() ?? '',
    description: DESCRIPTION.flatMap((name) => named(name).flatMap((node) => node.word().trim().split('\n'))),
    ...(usage === undefined ? {} : { usage }),
    ...(version === undefined ? {} : { version }),
    ...shown,
    variables: [],
    examples: named('example').map(exampleOf),
    programs: [],
    unknownFlagsAreWords: unknown === 'value',
    takesFurtherWords: false,
  };
}

function parsed(lines: readonly UsageLine[], lineAt: (line: number) => number) {
  try {
    return parse(lines.map(({ text }) => text).join('\n'), { storeLocations: true }).nodes;
  } catch (error) {
    if (!(error instanceof InvalidKdlError)) throw error;
    const [first = error] = error.flat();
    // What is left of a stack that was too small.
    const isTooDeep = first.message.includes('RangeError');
    const message = isTooDeep ? 'it is nested too deep' : first.message.replace(/ at (?:\d+:\d+|end of input)$/, '');
    throw declarationFault(lineAt(first.start?.line ?? lines.length), '', `this is not KDL: ${message.charAt(0).toLowerCase()}${message.slice(1)}`);
  }
}

function only(nodes: readonly NodeFields[]): NodeFields | undefined {
  const second = nodes[1];
  if (second !== undefined) throw second.fault(second.name, 'stands here a second time');
  return nodes[0];
}

function completionOf(node: NodeFields): Completion {
  const run = node.text('run');
  const type = node.text('type');
  const described = node.flag('descriptions');
  node.refuseRest();
  if (run?.includes('{{') || run?.includes('{%')) throw node.fault('run', 'has a template in it, which is not supported here');
  if ((run === undefined) === (type === undefined)) throw node.fault('complete', 'needs either run or type');
  if (run !== undefined) return { run, described };
  if (type === 'file' || type === 'path') return { kind: 'files' };
  if (type === 'dir') return { kind: 'directories' };
  throw node.fault(`type="${type}"`, 'must be file, path or dir');
}

/** A completion is for each value of a name, whether of a flag or of an argument. */
function withCompletion<P extends DeclaredFlag | DeclaredArg>(parameter: P, completions: ReadonlyMap<string, Completion>): P & DeclaredParameter {
  const names = 'values' in parameter ? parameter.values : parameter.labels;
  const found = completions.get(parameter.name) ?? names.map((name) => completions.get(name)).find((completion) => completion !== undefined);
  return found === undefined ? parameter : { ...parameter, completion: found };
}

function exampleOf(node: NodeFields): { code: string; header?: string } {
  const header = node.text('header') ?? node.text('help');
  node.ignore('help', 'lang');
  node.refuseRest();
  const code = node.word().trim();
  return header === undefined ? { code } : { code, header };
}
