import { UserError } from '../errors.ts';
import { readScpAddress } from '../git/scp-address.ts';
import { statOrNothing } from '../system/links.ts';
import type { ParsedLine } from './command-spec.ts';

/**
 * Refuses paths of the server to who came by SSH or sudo (libexec/from-afar): they would be opened by the user whom the command runs as.
 * @throws UserError naming what was a path
 */
export function refuseFiles(command: string, { args, options }: ParsedLine): void {
  const [first] = args;
  const source = command === 'plugin:install' ? first : options.from;
  if (typeof source === 'string' && !isRemote(source)) throw refusal('directory, archive or repository', 'give its address elsewhere');
  const [, url] = args;
  if (command === 'repository:add' && url !== undefined && !isRemote(url)) throw refusal('file, directory or repository', 'use a URL');
  if (command === 'repository:import' && first !== '-') throw refusal('file', 'use - and send it on standard input');
  if (command === 'repository:lint' && first !== undefined && !isRemote(first)) throw refusal('file, directory or repository', 'use a URL');
  if (command === 'repository:lint' && options.try)
    throw new UserError('not-for-remote-users', '--try runs what an index lists, and a remote user cannot ask for it', { hint: 'leave --try out' });
  if (command === 'plugin:import') throw refusal('folder or file', 'install the plugin from an address elsewhere');
  // Its network and its credentials are the server's, as its files are.
  if (command === 'fetch') {
    throw new UserError('not-for-remote-users', 'What the server can reach cannot be fetched by a remote user', {
      hint: 'fetch it from a machine of your own',
    });
  }
  if (PUBLISHING.has(command)) throw refusal('directory', 'publish from a machine of your own');
  if (options.file !== undefined) throw refusal('file', 'leave --file out');
  if (command === 'plugin:test' && (first === undefined || first.includes('/') || statOrNothing(first)?.isDirectory()))
    throw refusal('directory', 'name a plugin that is installed');
}

/** What publishes reads and writes directories: on the machine of whoever publishes. */
const PUBLISHING: ReadonlySet<string> = new Set([
  'repository:index',
  'repository:yank',
  'repository:deprecate',
  'repository:package',
  'repository:serve',
  'repository:page',
]);

const isRemote = (source: string): boolean => /^(https?|ssh|git|oci):\/\//i.test(source) || (!/^file:/i.test(source) && readScpAddress(source) !== undefined);

const refusal = (what: string, instead: string): UserError =>
  new UserError('not-for-remote-users', `A ${what} of the server cannot be named by a remote user`, { hint: instead });
