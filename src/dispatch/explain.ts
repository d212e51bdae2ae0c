import type { Environment, Layout } from '../home/layout.ts';
import { unseenGuard } from '../plugins/unseen-guard.ts';
import { harmlessLine } from '../system/harmless.ts';
import { guardsOf } from '../triggers/listeners.ts';
import { reasonsForNode } from './fast-path.ts';
import type { Call, Word } from './read-call.ts';
import type { InheritedApp } from './resolve.ts';
import type { CommandsRoute, Route, Tried } from './route.ts';

/** What `--explain` tells of a command line, with nothing run. Words that are not UTF-8 are shown with U+FFFD. */
export interface Explanation {
  readonly command: string;
  readonly kind: Route['kind'];
  readonly rule: string;
  readonly plugin: string | null;
  readonly core: boolean;
  readonly file: string | null;
  /** Whether a page is shown and no file is run: `--help` is all that is asked of a command whose file does not answer it, or nobody answers `NAME:help`. */
  readonly page: boolean;
  readonly argv: readonly string[];
  readonly alias: string | null;
  /** What the word is taken for by `[dispatch]` of tool.toml, and by which setting. */
  readonly front: string | null;
  /** Variables set for this command beyond the rendered environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** Plugins whose `user-auth` would be asked, in order. */
  readonly guards: readonly string[];
  /** A folder that may hold a guard and cannot be looked into, so that the command is denied. */
  readonly unseen: string | null;
  readonly route: 'hot' | 'node';
  readonly because: readonly string[];
  /** `commands` scripts that would be asked, in order. */
  readonly commands: readonly string[];
  readonly tried: readonly Tried[];
  readonly warnings: readonly string[];
  readonly suggestion: string | null;
}

const RULES = {
  'plugin/subcommands/default': 'a bare word runs subcommands/default',
  'plugin/bare/default': 'a bare word runs bare/default, without the word',
  'plugin/subcommands/word': 'a word runs the subcommand of the same name',
  'plugin/subcommands/rest': 'what follows the first colon names the subcommand',
  'plugin/bare/rest': 'what follows the first colon names the command in bare/, which gets its arguments without the word',
} as const;

/** Tells what `resolve` decided, and why, as a value. */
export function explain(
  call: Call,
  route: Route,
  {
    layout,
    env,
    inherited,
    forced,
  }: { readonly layout: Layout; readonly env: Environment; readonly inherited: InheritedApp | undefined; readonly forced: boolean },
): Explanation {
  const text = (word: Word): string => textOf(word, call, inherited);
  const because = reasonsForNode(call, route, layout, env);
  const isCommand = route.kind === 'file' || route.kind === 'commands';
  const flags = Object.entries(env).filter(([name, value]) => value && /^DOKKU_(QUIET_OUTPUT|TRACE|APPS_FORCE_DELETE)$/.test(name));
  const globalFlags = withoutOwnFlags(env.DOKKU_GLOBAL_FLAGS ?? '');
  const app = isCommand && route.app ? text(route.app) : inherited?.name;
  const command = call.words[call.start] ?? route.kind;
  const variables: Record<string, string> = {
    ...(globalFlags ? { DOKKU_GLOBAL_FLAGS: globalFlags } : {}),
    DOKKU_COMMAND: isCommand ? text(route.command) : command,
    ...(app ? { DOKKU_APP_NAME: app } : {}),
    ...Object.fromEntries(flags),
  };
  return {
    command,
    kind: route.kind,
    rule: ruleText(route),
    plugin: route.kind === 'file' ? route.plugin : null,
    core: route.kind === 'file' && route.core,
    file: route.kind === 'file' ? (route.module ?? route.file) : null,
    page: (route.kind === 'file' && route.isPage) || (route.kind === 'commands' && route.page?.status === 0),
    argv: isCommand ? route.argv.map(text).slice(route.kind === 'file' && route.isBare ? 1 : 0) : call.words.slice(call.start),
    alias: (isCommand && route.alias) || null,
    front: (isCommand && route.front) || null,
    variables,
    guards: guardsOf(layout),
    unseen: unseenGuard(layout, forced) ?? null,
    route: because.length === 0 ? 'hot' : 'node',
    because,
    commands: route.kind === 'commands' ? route.candidates : [],
    tried: isCommand ? route.tried : [],
    warnings: isCommand ? [...route.warnings, ...(route.kind === 'commands' ? [...route.skipped, ...refusalLines(route)] : [])] : [],
    suggestion: (route.kind === 'commands' && route.advice.suggestion) || null,
  };
}

const refusalLines = ({ word, refusal }: CommandsRoute): string[] => (refusal ? [`${word} is one of Dokku's and not possible here: ${refusal.reason}`] : []);

/** The recorded flags as they would be without `--explain` and its `--format`. */
function withoutOwnFlags(recorded: string): string {
  const flags = recorded.split(' ');
  const own = flags.indexOf('--explain');
  if (own === -1) return recorded;
  const formatBehind = /^--format(=|$)/.test(flags[own + 1] ?? '');
  flags.splice(own, formatBehind ? 2 : 1);
  return flags.join(' ');
}

function textOf(word: Word, call: Call, inherited: InheritedApp | undefined): string {
  switch (word.kind) {
    case 'value':
      return word.value;
    case 'variable':
      return inherited?.name ?? '';
    case 'position':
      return (call.words[word.position - 1] ?? '').slice(word.after?.length ?? 0);
  }
}

function ruleText(route: Route): string {
  switch (route.kind) {
    case 'file':
      return RULES[route.rule];
    case 'commands':
      return route.candidates.length > 0 ? 'no subcommand has this name, so every commands script is asked' : 'nothing answers to this word';
    default:
      return `tool answers ${route.kind} itself`;
  }
}

function guardLines(guards: readonly string[], unseen: string | null): string[] {
  if (unseen !== null) return [`${unseen} cannot be looked into and may hold one, so everything is denied`];
  return guards.length > 0 ? guards.map((name) => `${name} is asked first`) : ['none'];
}

/** The explanation for people: a line a fact, lists indented. */
export function explanationText(explanation: Explanation): string {
  const { command, rule, plugin, core, file, page, argv, alias, front, variables, guards, unseen, route, because, commands, tried, warnings, suggestion } =
    explanation;
  const rows: [string, string | string[]][] = [
    ['command', command],
    ['rule', rule],
    ...(alias ? [['alias', alias] as [string, string]] : []),
    ...(front ? [['dispatch', front] as [string, string]] : []),
    ['plugin', plugin ? `${plugin}${core ? ' (core)' : ''}` : '(none)'],
    ['file', file ?? '(none)'],
    ...(page ? [['page', "shown from what the plugin's files tell, as none of them answers"] as [string, string]] : []),
    ['argv', argv.map((word) => JSON.stringify(word)).join(' ')],
    ['sets', Object.entries(variables).map(([name, value]) => `${name}=${value} TOOL_${name.slice('DOKKU_'.length)}=${value}`)],
    ['guards', guardLines(guards, unseen)],
    ['route', route === 'hot' ? 'hot: the launcher execs the file itself' : `Node: ${because.join('; ')}`],
  ];
  if (tried.length > 0) rows.push(['looked at', tried.map((place) => `${place.file}: ${place.found}`)]);
  if (commands.length > 0) rows.push(['asks', [...commands]]);
  if (warnings.length > 0) rows.push(['warnings', [...warnings]]);
  if (suggestion) rows.push(['similar', suggestion]);
  return rows
    .flatMap(([label, value]) => {
      const lines = typeof value === 'string' ? [value] : value;
      return lines.map((line, index) => `${(index === 0 ? `${label}:` : '').padEnd(11)}${harmlessLine(line)}`);
    })
    .join('\n');
}
