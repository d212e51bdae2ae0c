/** Writes a route as the POSIX sh text that libexec/decide evaluates; its functions are defined there and in libexec/launch. */
import { basename } from 'node:path';
import { wordOf } from '../plugins/subcommands.ts';
import { harmlessLine } from '../system/harmless.ts';
import { shellQuote } from '../system/shell-quote.ts';
import { adviceLines, article } from './advice.ts';
import type { Word } from './read-call.ts';
import type { CommandsRoute, FileRoute, HelpRoute, Route } from './route.ts';

/** The last line of every plan. Without it the launcher runs nothing: a cut plan must never look like a short one. */
export const END_OF_PLAN = '# end of plan';

/** Guards are asked, and what follows runs only when they said yes: a mishap in asking them is none. */
const ASK_GUARDS = ['tool_ask_guards "$@"', 'case $tool_cleared in 1) ;; *) exit 1 ;; esac'];

const printLine = (text: string): string => `printf '%s\\n' ${shellQuote(text)}`;
const warningLine = (text: string): string => `printf ' !     %s\\n' ${shellQuote(harmlessLine(text))} >&2`;

function shellWord(word: Word): string {
  switch (word.kind) {
    case 'value':
      return shellQuote(word.value);
    case 'variable':
      return `"$${word.name}"`;
    case 'position':
      return word.after ? `"\${${word.position}#${word.after}}"` : `"\${${word.position}}"`;
  }
}

/** `shift` where the argv is a tail of what was typed, `set --` where it is not. */
function setArguments(argv: readonly Word[], typedCount: number): string {
  const skipped = typedCount - argv.length;
  const isTail = argv.every((word, index) => word.kind === 'position' && !word.after && word.position === skipped + index + 1);
  if (isTail) return skipped === 0 ? ':' : `shift ${skipped}`;
  return `set -- ${argv.map(shellWord).join(' ')}`;
}

function exportVariables(word: string, app: Word | undefined): string[] {
  const lines: string[] = [];
  if (app) lines.push(`DOKKU_APP_NAME=${shellWord(app)}`, 'TOOL_APP_NAME=$DOKKU_APP_NAME', 'export DOKKU_APP_NAME TOOL_APP_NAME');
  return [...lines, `DOKKU_COMMAND=${word} TOOL_COMMAND=${word}`, 'export DOKKU_COMMAND TOOL_COMMAND'];
}

/** What the guards are asked about: the command as its plugin gets it, help and version by their names. */
function guardedArguments(route: Route, typedCount: number): string[] {
  if (route.kind === 'file' || route.kind === 'commands') return [setArguments(route.argv, typedCount)];
  const behind = `shift ${Math.min(route.start, typedCount)}`;
  if (!route.flag) return [behind];
  return route.kind === 'version' ? ['set -- version'] : [behind, 'set -- help "$@"'];
}

/** Becomes the program that shows help. A pager can start other programs, which nobody without the account may. */
const showHelp = (words: string, forced: boolean): string[] => [...(forced ? ['TOOL_PAGER=cat && export TOOL_PAGER'] : []), `tool_exec_node ${words}`];

function fileLines({ file, module, isBare, isPage, plugin }: FileRoute, { forced = false, policy = '' }: PlanCircumstances): string[] {
  const name = basename(file);
  if (isPage) return showHelp(`page 0 ${shellQuote(plugin)} ${shellQuote(name)}`, forced);
  const shift = isBare ? ['shift'] : [];
  if (module === undefined) return [`tool_target=${shellQuote(file)}`, ...shift, 'tool_exec "$@"'];
  // As libexec/wasm does for a module that has a program beside it.
  const words = [policy, module, wordOf(plugin, name)].map(shellQuote).join(' ');
  return ['tool_target=$TOOL_NODE', 'unset NODE_OPTIONS', ...shift, `tool_exec "$tool_pkg/dist/wasm.cjs" ${words} "$@"`];
}

/** What was typed behind `help` says what is shown. Dokku knows `--all` alone; its scripts look for that in the command line of the process that asks them. */
function helpLines({ all, flag, start }: HelpRoute, brand: string, typedCount: number, forced: boolean): string[] {
  if (brand === 'dokku') return showHelp(`help${all ? ' --all' : ''}`, forced);
  return flag || start < typedCount ? ['shift', ...showHelp('help "$@"', forced)] : showHelp('help', forced);
}

/** @param json what is told in JSON where nobody answers, if that was asked for */
function commandsLines(route: CommandsRoute, brand: string, { forced = false, json }: PlanCircumstances): string[] {
  const { broken, candidates, coreOwner, legible, owner, page, refusal, skipped, word } = route;
  const unknown = broken
    ? [warningLine(`${broken.file} cannot be run: ${broken.problem}; ${broken.remedy}`), 'exit 126']
    : refusal !== undefined
      ? [warningLine(`${word} is not possible: ${refusal.reason}`), warningLine(refusal.instead), 'exit 1']
      : page !== undefined
        ? showHelp(`page ${page.status} ${shellQuote(page.plugin)}`, forced)
        : [
            `printf ' !     \`%s\` is not ${article(brand)} %s command.\\n' ${legible === undefined ? '"$*"' : shellQuote(legible)} ${shellQuote(brand)} >&2`,
            // Dokku's own messages have no such line.
            ...(route.advice.unsearched && brand !== 'dokku' ? ['tool_say_similar "$@"'] : []),
            ...adviceLines(route.advice, brand).map(warningLine),
            'exit 1',
          ];
  const ask = (file: string): string[] => {
    const line = `tool_try_commands ${shellQuote(file)} "$@"${owner === undefined || file === owner ? '' : ' </dev/null'}`;
    // What the core plugin's own script says is kept apart from what the others do.
    return file === coreOwner?.commands
      ? ["tool_others=$tool_implemented tool_implemented=''", line, 'tool_owned=$tool_implemented tool_implemented=$tool_implemented$tool_others']
      : [line];
  };
  return [
    "tool_implemented='' tool_owned='' tool_answered=''",
    ...candidates.flatMap(ask),
    'case $tool_implemented in',
    '  ?*)',
    ...(coreOwner === undefined || brand === 'dokku' ? [] : [`    case $tool_owned in '') ${strangerLine(route, coreOwner.plugin, brand)} ;; esac`]),
    '    exit 0',
    '    ;;',
    'esac',
    ...skipped.map(warningLine),
    ...(json === undefined ? [] : [printLine(json)]),
    ...unknown,
  ];
}

/** Says that somebody else's script took a word that its plugin does not know: one that ends with 0 whatever it is asked hides every slip. */
function strangerLine({ word, advice }: CommandsRoute, plugin: string, brand: string): string {
  const meant = advice.suggestion === undefined ? '' : `; did you mean \`${brand} ${advice.suggestion}\`?`;
  return `printf ' !     %s%s%s\\n' ${shellQuote(`\`${word}\` is no command of ${plugin}, and `)} "$tool_answered" ${shellQuote(` answered it${meant}`)} >&2`;
}

/** What a plan depends on besides its route. */
export interface PlanCircumstances {
  /** What `version` prints. */
  readonly versionLine?: string;
  /** What is told in JSON where nobody answers, if that was asked for. */
  readonly json?: string | undefined;
  /** What the WASM module of the route is granted, as its host is told. */
  readonly policy?: string | undefined;
  /** Whether the call comes from somebody without the account. */
  readonly forced?: boolean;
}

/**
 * The plan for a route.
 * @param typedCount how many words the launcher handed over: the `$#` that positions refer to
 */
export function renderPlan(route: Route, brand: string, typedCount: number, circumstances: PlanCircumstances = {}): string {
  const { versionLine = '', forced = false } = circumstances;
  const lines: string[] = [];
  switch (route.kind) {
    case 'version':
    case 'help':
      lines.push(...guardedArguments(route, typedCount), ...exportVariables('${1-}', undefined), ...ASK_GUARDS);
      if (route.kind === 'version') lines.push(printLine(versionLine), 'exit');
      else lines.push(...helpLines(route, brand, typedCount, forced));
      break;
    case 'file':
    case 'commands':
      lines.push(
        ...exportVariables(shellWord(route.command), route.app),
        setArguments(route.argv, typedCount),
        ...ASK_GUARDS,
        ...route.warnings.map(warningLine),
        ...(route.kind === 'file' ? fileLines(route, circumstances) : commandsLines(route, brand, circumstances)),
      );
      break;
    default:
      route satisfies never;
  }
  return [...lines, END_OF_PLAN].join('\n');
}

/**
 * A plan that only prints: what `--explain` answers with.
 * @param guarded the explained command: the guards are asked about it, as they were if it ran, before anything is told
 */
export function renderText(text: string, guarded: { readonly route: Route; readonly typedCount: number } | undefined): string {
  const guards = guarded === undefined ? [] : ["tool_told=''", ...guardedArguments(guarded.route, guarded.typedCount), ...ASK_GUARDS];
  return [...guards, printLine(text), 'exit', END_OF_PLAN].join('\n');
}

/** A plan that only ends: what was wrong is already said to people. @param json the same in JSON, if that was asked for */
export const renderExit = (status: number, json: string | undefined): string =>
  [...(json === undefined ? [] : [printLine(json)]), `exit ${status}`, END_OF_PLAN].join('\n');
