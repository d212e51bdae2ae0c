import { declarationFault } from '../declaration-fault.ts';
import {
  completionByName,
  type Declared,
  type DeclaredArg,
  type DeclaredFlag,
  type DeclaredParameter,
  type DeclaredVariable,
  flagName,
  NO_RELATIONS,
  variableFor,
} from '../declared.ts';
import { refuseClashes } from '../refuse-clashes.ts';
import { type ArgcParameter, argcParameter, rangeOfLabels } from './parameter.ts';

const TAG = /^#+[ \t]*@([A-Za-z][A-Za-z-]*)(?:[ \t]+(.*))?$/;
const COMMENT = /^#+(?:[ \t]?(?![ \t]*@)(.*))?$/;
/** Tags of other systems of comments look alike; a file that is read this way calls argc, or `args` with its own name. */
const CALLS = /\bargc\b|args\s+["'$]/;
const PARAMETER_TAG = /^#+[ \t]*@(?:flag|option|arg|env)[ \t]/m;

/** Settings that mean nothing for one command by itself. */
const PASSED_OVER = new Set(['binname', 'man-section', 'combine-shorts', 'author']);

/** Whether a file declares its arguments by argc's comments. */
export const hasArgcLines = (text: string): boolean => PARAMETER_TAG.test(text) && CALLS.test(text);

interface Tag {
  readonly line: number;
  readonly tag: string;
  readonly text: string;
  /** Comment lines behind it. */
  readonly more: readonly string[];
}

/**
 * What argc's comments declare (https://github.com/sigoden/argc, the subset of docs/arguments.md).
 * @throws UserError that names line and token, for what cannot be read or is not of the subset
 */
export function readArgc(source: string): Declared {
  const tags = tagsOf(source);
  const of = (name: string): Tag[] => tags.filter(({ tag }) => tag === name);
  const odd = tags.find(({ tag }) => tag === 'cmd' || tag === 'alias');
  if (odd) throw declarationFault(odd.line, `@${odd.tag}`, 'is not supported here: make each subcommand a file of its own');
  const metas = of('meta').map((tag) => ({ tag, words: tag.text.split(/\s+/) }));
  for (const { tag, words } of metas) {
    const name = words[0] ?? '';
    if (!PASSED_OVER.has(name) && name !== 'version' && name !== 'require-tools') throw declarationFault(tag.line, `@meta ${name}`, 'is not supported here');
  }
  const [describe, again] = of('describe');
  if (again) throw declarationFault(again.line, '@describe', 'stands here a second time');

  const flagTags = tags.filter(({ tag }) => tag === 'flag' || tag === 'option');
  const flags = flagTags.map((tag) => flagOf(tag, argcParameter(tag.tag === 'flag' ? 'flag' : 'option', tag.text, tag.line)));
  const args = of('arg').map((tag) => argOf(tag, argcParameter('arg', tag.text, tag.line)));
  const variables = of('env').map((tag) => variableOf(tag, argcParameter('env', tag.text, tag.line)));
  for (const { place, token, message } of refuseClashes(flags, args)) {
    throw declarationFault((place.kind === 'flag' ? flagTags : of('arg'))[place.index]?.line ?? 1, token, message);
  }
  const version =
    of('version')[0]?.text ??
    metas
      .find(({ words }) => words[0] === 'version')
      ?.words.slice(1)
      .join(' ');
  return {
    notation: 'argc',
    about: describe?.text.trim() ?? '',
    description: describe === undefined ? [] : trimmed(describe.more),
    ...(version ? { version } : {}),
    flags,
    args,
    variables,
    examples: [],
    programs: metas.flatMap(({ words }) => (words[0] === 'require-tools' ? words.slice(1) : [])),
    // What declares no flags takes dashes for what they are, and what declares no arguments takes any.
    unknownFlagsAreWords: flags.length === 0,
    takesFurtherWords: args.length === 0,
  };
}

function tagsOf(source: string): Tag[] {
  const lines = source.split('\n').map((line) => line.replace(/\r$/, ''));
  return lines.flatMap((line, index) => {
    const [, tag, text = ''] = TAG.exec(line) ?? [];
    if (tag === undefined) return [];
    const end = lines.findIndex((other, place) => place > index && !COMMENT.test(other));
    return [
      { line: index + 1, tag, text: text.trimEnd(), more: lines.slice(index + 1, end < 0 ? undefined : end).map((other) => COMMENT.exec(other)?.[1] ?? '') },
    ];
  });
}

/** Without blank lines around them. */
const trimmed = (lines: readonly string[]): string[] => {
  const text = lines.join('\n').trim();
  return text === '' ? [] : text.split('\n');
};

function parameterOf({ more }: Tag, { name, help, required, defaults, defaultFrom, choices, delimiter, env, labels }: ArgcParameter): DeclaredParameter {
  const completion = completionByName(labels.map(withoutSign));
  return {
    name,
    variable: variableFor('argc', name),
    help,
    description: trimmed(more),
    hidden: false,
    required,
    env: env === undefined ? [] : [env === '' ? name.replaceAll(/[^A-Za-z0-9]/g, '_').toUpperCase() : env],
    defaults,
    ...(defaultFrom === undefined ? {} : { defaultFrom }),
    ...(choices === undefined ? {} : { choices }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(completion === undefined ? {} : { completion }),
  };
}

const withoutSign = (label: string): string => label.replace(/[*+?]$/, '');

function flagOf(tag: Tag, found: ArgcParameter): DeclaredFlag {
  const isSwitch = tag.tag === 'flag';
  const each = rangeOfLabels(found.labels, found.takesRest);
  const shown = found.labels.length > 0 ? found.labels.map(withoutSign) : [found.name.replaceAll('_', '-').toUpperCase()];
  const isSeveral = found.several || each.max > 1;
  const last = found.several ? Number.POSITIVE_INFINITY : each.max;
  return {
    ...parameterOf(tag, found),
    name: flagName(found).replace(/^-+/, ''),
    spellings: found.spellings,
    hiddenSpellings: [],
    negations: [],
    values: isSwitch ? [] : shown,
    ...(isSwitch ? {} : { each }),
    again: found.several ? 'added' : 'refused',
    takesRest: found.takesRest,
    counts: isSwitch && found.several,
    takesDashes: false,
    global: false,
    relations: NO_RELATIONS,
    ...(isSwitch || !isSeveral ? {} : { several: { min: 0, max: last } }),
  };
}

function argOf(tag: Tag, found: ArgcParameter): DeclaredArg {
  const isSeveral = found.several || found.takesRest;
  return {
    ...parameterOf(tag, found),
    labels: found.labels.length > 0 ? found.labels.map(withoutSign) : [found.name.replaceAll('_', '-').toUpperCase()],
    doubleDash: found.takesRest ? 'automatic' : 'optional',
    ...(isSeveral ? { several: { min: found.required ? 1 : 0, max: Number.POSITIVE_INFINITY } } : {}),
  };
}

function variableOf(tag: Tag, found: ArgcParameter): DeclaredVariable {
  const label = found.labels[0];
  return { ...parameterOf(tag, found), variable: found.name, env: [found.name], ...(label === undefined ? {} : { label }) };
}
