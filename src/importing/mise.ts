import { basename, dirname, isAbsolute, join } from 'node:path';
import { isTable, parseToml } from '../config/toml.ts';
import { isUserError } from '../errors.ts';
import { readSmallFile, SETTINGS_BYTES } from '../system/small-file.ts';
import { COPY, headerOf } from './copied-command.ts';
import type { ImportKind } from './import-kind.ts';
import type { NotBrought, Run } from './import-plan.ts';
import { miseHeader, textsOf, variablesOf } from './mise-header.ts';
import { type Candidate, nameCommands, summedUp } from './name-commands.ts';
import { isFolderAt } from './place.ts';
import { programHead, programsBelow } from './program-files.ts';
import { nameByPath } from './scripts.ts';

/** Where mise looks for file tasks, from a project on. */
const FOLDERS = ['mise-tasks', '.mise-tasks', '.mise/tasks', '.config/mise/tasks', 'mise/tasks'];

/** The project that a folder of tasks is of. */
function projectOf(tasks: string): string {
  const folder = FOLDERS.find((one) => tasks.endsWith(`/${one}`));
  return folder === undefined ? dirname(tasks) : tasks.slice(0, -folder.length - 1) || '/';
}

/** File tasks of mise: programs whose comments `#MISE` say what they are for. They work on the project, which stays where it is. */
export const mise: ImportKind = {
  name: 'mise',
  what: 'file tasks of mise',
  find({ path, isFolder }) {
    if (!isFolder) return undefined;
    if (FOLDERS.some((folder) => path.endsWith(`/${folder}`))) return path;
    const folder = FOLDERS.find((one) => isFolderAt(join(path, one)));
    return folder === undefined ? undefined : join(path, folder);
  },
  nameOf: (found) => basename(projectOf(found)),
  plan(found, plugin) {
    const project = projectOf(found);
    const programs = programsBelow(found, true);
    const left: NotBrought[] = [...programs.left];
    const named = nameCommands(programs.paths.flatMap((path) => taskOf(found, path, project, plugin, left)));
    return {
      from: found,
      description: `Tasks of ${basename(project)}`,
      version: '0.0.0',
      copy: { from: found, to: COPY },
      commands: named.commands,
      left: [...summedUp(left), ...named.left, ...tomlTasks(project)],
      notes: [`tasks run in ${project}, as mise runs them, without the tools that mise would put on PATH`],
    };
  },
};

/** What of a task's header is not carried out, by key. */
const NOT_CARRIED_OUT: Readonly<Record<string, string>> = {
  depends: 'is not run first',
  depends_post: 'is not run afterwards',
  wait_for: 'is not waited for',
  sources: 'is not compared: the task always runs',
  tools: 'is not put on PATH',
  confirm: 'is not asked',
};

/** A task, and its aliases; what of its header is not brought goes to `left`. */
function taskOf(folder: string, path: string, project: string, plugin: string, left: NotBrought[]): Candidate[] {
  // `db/_default` is `db`.
  const name = nameByPath(path).replace(/:_default$/, '');
  const head = programHead(join(folder, path));
  const said = miseHeader(head);
  const { set, templates } = variablesOf(said.env);
  const place = directoryOf(said.dir, project);
  for (const [key, reason] of Object.entries(NOT_CARRIED_OUT)) {
    const words = textsOf(said[key]).join(', ') || (isTable(said[key]) ? Object.keys(said[key]).join(', ') : '');
    if (said[key] !== undefined) left.push({ what: `${key} of ${name}${words === '' ? '' : ` (${words})`}`, reason });
  }
  for (const variable of templates) left.push({ what: `env ${variable} of ${name}`, reason: 'is a template, which only mise can fill in' });
  if (place === undefined)
    left.push({ what: `dir of ${name} (${said.dir})`, reason: 'is a template, which only mise can fill in; the task runs in the project' });
  const header = headerOf(head, path, plugin, name);
  const described = { ...header, summary: textsOf(said.description)[0]?.replaceAll(/\s+/g, ' ') ?? header.summary };
  const run: Run = {
    argv: [{ inCopy: join(COPY, path) }],
    ...(place === '' ? {} : { directory: place ?? project }),
    environment: { MISE_PROJECT_ROOT: project, MISE_CONFIG_ROOT: project, MISE_TASK_NAME: name, MISE_TASK_FILE: { inCopy: join(COPY, path) }, ...set },
    keepsCallersPlace: 'MISE_ORIGINAL_CWD',
    readsUsage: header.declared.some((line) => line.startsWith('USAGE ')),
  };
  return [
    { name, origin: path, header: described, run },
    ...[...textsOf(said.alias), ...textsOf(said.aliases)].map((alias) => ({
      name: alias,
      origin: `the alias ${alias} of ${name}`,
      header: {
        ...described,
        summary: described.summary || `The same as ${name}`,
        usage: described.usage.map((line) => line.replace(`${plugin}:${name}`, `${plugin}:${alias}`)),
      },
      run,
    })),
  ];
}

/** Where a task runs: empty for where the caller stands, undefined for what only mise knows. */
function directoryOf(dir: unknown, project: string): string | undefined {
  if (typeof dir !== 'string' || dir === '') return project;
  const filled = dir.replace(/^\{\{\s*(?:config_root|project_root)\s*\}\}/, project);
  if (/^\{\{\s*cwd\s*\}\}$/.test(filled)) return '';
  if (filled.includes('{{') || filled.startsWith('~')) return undefined;
  return isAbsolute(filled) ? filled : join(project, filled);
}

/** Tasks that mise.toml has beside those of the folder. */
function tomlTasks(project: string): NotBrought[] {
  for (const file of ['mise.toml', '.mise.toml']) {
    try {
      const { tasks } = parseToml(readSmallFile(join(project, file), SETTINGS_BYTES), file);
      if (isTable(tasks) && Object.keys(tasks).length > 0)
        return summedUp(Object.keys(tasks).map((what) => ({ what, reason: `is a task of ${file}, and only tasks that are files are brought` })));
    } catch (error) {
      if (!isUserError(error) && !(error instanceof Error && 'code' in error)) throw error;
    }
  }
  return [];
}
