import { UserError } from '../errors.ts';
import { readScpAddress } from '../git/scp-address.ts';
import { isPluginName } from '../home/names.ts';
import { statOrNothing } from '../system/links.ts';
import type { ParsedLine } from './command-spec.ts';

/**
 * Refuses paths of the server to who came by SSH or sudo (libexec/from-afar): they would be opened by the user whom the command runs as.
 * @throws UserError naming what was a path
 */
export function refuseFiles(command: string, { args, options }: ParsedLine): void {
  const [first] = args;
  const sources = command === 'plugin:install' ? args : [options.from];
  if (sources.some((source) => typeof source === 'string' && !isRemote(source)))
    throw refusal('directory, archive or repository', 'give its address elsewhere');
  const [, url] = args;
  if ((command === 'repository:add' || command === 'addon:source:add') && url !== undefined && !isRemote(url))
    throw refusal('file, directory or repository', 'use a URL');
  if (command === 'repository:import' && first !== '-') throw refusal('file', 'use - and send it on standard input');
  if (command === 'repository:lint' && first !== undefined && !isRemote(first)) throw refusal('file, directory or repository', 'use a URL');
  if (command === 'repository:lint' && options.try)
    throw new UserError('not-for-remote-users', '--try runs what an index lists, and a remote user cannot ask for it', { hint: 'leave --try out' });
  if (command === 'trust:add' || command === 'trust:remove')
    throw new UserError('not-for-remote-users', 'Whom the server trusts is not for a remote user to say', { hint: 'ask whoever runs the server' });
  if (command === 'plugin:import' || command === 'plugin:link') throw refusal('folder or file', 'install the plugin from an address elsewhere');
  // Its network and its credentials are the server's, as its files are.
  if (command === 'fetch') {
    throw new UserError('not-for-remote-users', 'What the server can reach cannot be fetched by a remote user', {
      hint: 'fetch it from a machine of your own',
    });
  }
  if (PUBLISHING.has(command)) throw refusal('directory', 'publish from a machine of your own');
  if (ADDON_FILES.has(command)) throw refusal('file', 'give it on a machine of your own');
  for (const place of [options.registry, options.supported]) if (typeof place === 'string' && !isRemote(place)) throw refusal('file or directory', 'use a URL');
  for (const file of [options.paramsFile, options.objectFile])
    if (file !== undefined && file !== '-') throw refusal('file', 'use - and send it on standard input');
  if (PROVIDERS.has(command)) refuseProviders();
  if (command === 'serve:ui')
    throw new UserError('not-for-remote-users', 'The page of the supervisor is not for a remote user: its token lets one do what the owner does', {
      hint: 'ask whoever runs the server',
    });
  // Secrets of the server may be in it, and whoever gives an instance its parameters may have them sent elsewhere.
  if (command === 'instance:create' && options.env !== undefined)
    throw new UserError('not-for-remote-users', 'The environment of the server is not for a remote user to pass on', { hint: 'leave --env out' });
  if (options.file !== undefined) throw refusal('file', 'leave --file out');
  if (command === 'plugin:verify' && (options.keyring !== undefined || (first !== undefined && !isPluginName(first)) || (first && statOrNothing(first))))
    throw refusal('file', 'name a plugin that is installed');
  if (command === 'plugin:test' && (first === undefined || first.includes('/') || statOrNothing(first)?.isDirectory()))
    throw refusal('directory', 'name a plugin that is installed');
}

/** Refuses what brings a program that the supervisor then runs. @throws UserError */
export function refuseProviders(): never {
  throw new UserError('not-for-remote-users', 'Which programs the server runs is not for a remote user to say', { hint: 'ask whoever runs the server' });
}

/** What publishes reads and writes directories: on the machine of whoever publishes. */
const PUBLISHING: ReadonlySet<string> = new Set([
  'repository:index',
  'repository:yank',
  'repository:deprecate',
  'repository:package',
  'repository:serve',
  'repository:page',
  // With the server's credentials, too.
  'repository:mirror',
  'addon:mirror',
  'bundle:create',
  'bundle:info',
  'bundle:install',
  'plugin:package',
  'plugin:push',
  'docs:generate',
  'content:bundle',
  'content:document',
  'provider:new',
]);

/** What brings a program that the supervisor then runs. */
const PROVIDERS: ReadonlySet<string> = new Set(['provider:install', 'provider:reload', 'provider:remove', 'serve', 'serve:stop']);

/** What reads a spec or a versions.json, and writes such a file. */
const ADDON_FILES: ReadonlySet<string> = new Set([
  'addon:resolve',
  'addon:apply',
  'addon:publish',
  'addon:promote',
  'addon:package',
  'addon:lint',
  'addon:test',
  'addon:serve',
]);

const isRemote = (source: string): boolean => /^(https?|ssh|git|oci):\/\//i.test(source) || (!/^file:/i.test(source) && readScpAddress(source) !== undefined);

const refusal = (what: string, instead: string): UserError =>
  new UserError('not-for-remote-users', `A ${what} of the server cannot be named by a remote user`, { hint: instead });
