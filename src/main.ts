/** The slow route's one entry. The first word is set by the launcher and its stubs, never by a user. */
import { readFileSync } from 'node:fs';
import { decide } from './dispatch/decide.ts';
import { statusOf } from './error-codes/statuses.ts';
import { errorLine, isTraced, isUserError, systemFailure, traceLine } from './errors.ts';
import { plugnLayout } from './home/layout.ts';
import { writeAll } from './system/file-descriptor.ts';
import { dieOf, isInterrupted } from './system/interrupted.ts';
import { useColours } from './terminal/colour.ts';
import { logError, logWarn, print, printBytes } from './terminal/log.ts';
import { VERSION } from './version.ts';

const PLAN_FD = 3;

/** The modes in which something is printed for people, not for the launcher. */
const FOR_PEOPLE: ReadonlySet<string | undefined> = new Set(['unknown', 'help', 'help-of', 'page', 'command', 'plugn', 'executor']);

async function main([mode, ...rest]: readonly string[]): Promise<number> {
  if (FOR_PEOPLE.has(mode)) await useColours(process.env);
  switch (mode) {
    case 'plan':
      writeAll(PLAN_FD, await decide(rest.slice(1), process.env, circumstancesFrom(rest[0] ?? '')));
      return 0;
    case 'environment': {
      const { prepareEnvironment } = await import('./home/prepare.ts');
      const { writeAllConfigExports } = await import('./config/exports.ts');
      const { asksForDokkusSet } = await import('./config/core-setting.ts');
      const { launchersFront: front } = await import('./config/front-door.ts');
      const { helmProgram } = await import('./config/helm-setting.ts');
      const { eventSettings: events } = await import('./config/event-settings.ts');
      const { text, warnings } = prepareEnvironment(installFrom(rest), { asksForDokkusSet, front, helmProgram, events, writeExports: writeAllConfigExports });
      for (const warning of warnings) logWarn(warning);
      writeAll(PLAN_FD, text);
      return 0;
    }
    case 'config-exports': {
      // As libexec/config-exports asks for it: a trigger, and the directory of the one plugin that hears of it, empty for all enabled ones.
      const [trigger = '', directory = ''] = rest;
      const pluginPath = process.env.PLUGIN_PATH ?? '';
      const { exportsFunction, exportsOf, writeConfigExports } = await import('./config/exports.ts');
      const { listenersOf } = await import('./triggers/listeners.ts');
      const { byPlugin, problems } = directory === '' ? writeConfigExports(pluginPath, listenersOf(pluginPath, trigger)) : exportsOf(pluginPath, directory);
      for (const problem of problems) logWarn(problem);
      writeAll(PLAN_FD, exportsFunction(byPlugin));
      return 0;
    }
    case 'bundle': {
      const { bundle } = await import('./config/bundle.ts');
      printBytes(await bundle(readFileSync(0)));
      return 0;
    }
    case 'event-log': {
      const { turnEventLog } = await import('./home/event-log.ts');
      turnEventLog(rest[0], process.env);
      return 0;
    }
    case 'settle': {
      const { settle } = await import('./store/recover.ts');
      await settle(plugnLayout(process.env), undefined, logWarn);
      return 0;
    }
    case 'abi-names': {
      const { abiNames } = await import('./home/environment.ts');
      writeAll(1, abiNames());
      return 0;
    }
    case 'completion-tables': {
      const { completionTables } = await import('./commands/completion-tables.ts');
      writeAll(1, JSON.stringify(completionTables(rest)));
      return 0;
    }
    case 'remedies': {
      const { remedies } = await import('./error-codes/remedies.ts');
      writeAll(1, remedies());
      return 0;
    }
    case 'helm-linked': {
      // As libexec/helm-linked asks for it: a linked directory, the path of an executable, the hosts that are allowed.
      const [directory = '', path = '', hosts = ''] = rest;
      const { linkedText } = await import('./plugins/helm/linked.ts');
      writeAll(1, linkedText(directory, path, hosts.split(',')));
      return 0;
    }
    case 'trust': {
      const { refuseUntrustedHome } = await import('./home/trust.ts');
      refuseUntrustedHome(installFrom(rest));
      return 0;
    }
    case 'version':
      print(`${rest[0]} version ${VERSION}`);
      return 0;
    case 'unknown': {
      const { reportUnknown } = await import('./dispatch/report-unknown.ts');
      return reportUnknown(rest, process.env);
    }
    case 'similar': {
      const { reportSimilar } = await import('./dispatch/report-unknown.ts');
      reportSimilar(rest[0] ?? '', rest[1], process.env);
      return 0;
    }
    case 'help': {
      const { runHelp } = await import('./commands/help/help.ts');
      return runHelp(rest, process.env);
    }
    case 'page': {
      // As the plan asks for it: the exit status, a plugin, and the name of a command's file in it.
      const [status = '0', plugin = '', file = ''] = rest;
      const { runPage } = await import('./commands/help/show-found.ts');
      await runPage(plugin, file, process.env);
      return Number(status);
    }
    case 'help-of': {
      const { helpOf } = await import('./commands/help-of.ts');
      helpOf(rest, process.env);
      return 0;
    }
    case 'command': {
      const { runCommand } = await import('./commands/run-command.ts');
      return runCommand(rest[0] ?? '', rest.slice(1), process.env);
    }
    case 'executor': {
      const { runExecutor } = await import('./commands/run-executor.ts');
      return runExecutor(rest, process.env);
    }
    case 'args': {
      const { printArguments } = await import('./commands/print-arguments.ts');
      return printArguments(rest, process.env);
    }
    case 'plugn': {
      const { runPlugn } = await import('./commands/run-plugn.ts');
      return runPlugn(rest, process.env);
    }
    default:
      logError('dist/main.cjs is started by bin/tool; run that instead');
      return 2;
  }
}

/** What the launcher alone knows of a call. */
const circumstancesFrom = (text: string) => ({ appIsInherited: text.startsWith('app-inherited:'), forced: text.endsWith(':forced') });

/** What libexec/render and libexec/trust tell of the home, in their order. */
const installFrom = ([brand = '', home = '', packagePath = '', build = '', systemUser = '']: readonly string[]) => ({
  brand,
  home,
  packagePath,
  build,
  systemUser,
});

/** Words a failure, and gives its exit status. */
async function report(error: unknown): Promise<number> {
  await useColours(process.env);
  if (isInterrupted(error)) {
    if (error.message !== '') logError(error.message);
    dieOf(error.signal);
  }
  const failed = isUserError(error) ? error : systemFailure(error);
  if (failed !== undefined) logError(errorLine(failed));
  else logError(`This is a bug in tool: ${error instanceof Error ? error.message : String(error)}; set TOOL_TRACE=1 for where it came from`);
  if (isTraced(process.env)) {
    if (!isUserError(error)) logError(error instanceof Error ? (error.stack ?? '') : '');
    logError(traceLine(failed?.code ?? 'internal-error'));
  }
  return failed?.status ?? statusOf('internal-error');
}

// No top-level await: the bundle is CommonJS, which starts 4 ms sooner than an ES module.
void main(process.argv.slice(2))
  .catch(report)
  .then((status) => {
    process.exitCode = status;
  });
