import { chmodSync, closeSync, copyFileSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../errors.ts';
import { schemeOf, unservedScheme } from '../../runtimes/getters.ts';
import { getterEnvironment, getterFor, type HelmProgram } from '../../runtimes/helm-programs.ts';
import { startChild } from '../../system/child.ts';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { untilInterrupted } from '../../system/interrupts.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { passOnFile } from '../../terminal/pass-on.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { folderForFetch } from './left-folders.ts';

/** Far more than any chart or values file, and a bound for a server that never ends. */
const MOST_BYTES = 4 * 2 ** 30;

type Context = CommandContext<'fetch'>;

/** Fetches a URL by whoever has its scheme: this program for https, http and file, else a plugin's getter (contract helm §3.6). */
export async function run(context: Context): Promise<Pick<Outcome, 'status'>> {
  const {
    layout,
    args: [url],
    options: { output },
  } = context;
  const scheme = schemeOf(url);
  if (scheme === undefined)
    throw new UserError('bad-address', `${withoutSecrets(url)} is not a URL`, { hint: 'write it as https://…, or with the scheme of a getter' });
  const isOwn = /^(https?|file)$/.test(scheme);
  const getter = isOwn ? undefined : getterFor(layout, scheme);
  if (!isOwn && getter === undefined) {
    throw unservedScheme(scheme, layout.brand);
  }
  if (output === undefined && getter !== undefined) await byGetter(context, getter, 'inherit');
  else await whole(output, (file) => (getter === undefined ? ownFetch(url, file) : intoFile(file, (descriptor) => byGetter(context, getter, descriptor))));
  return {};
}

/** Has a file written, and puts it in its place, or on standard output or a device, once it is whole. */
async function whole(output: string | undefined, write: (file: string) => Promise<void>): Promise<void> {
  const stream = output === undefined ? undefined : streamAt(output);
  const target = output === undefined || stream !== undefined ? undefined : behindLinks(resolve(output));
  const folder = explainDiskErrors('write', output ?? tmpdir(), () => folderForFetch(target === undefined ? tmpdir() : dirname(target)));
  const file = join(folder, target === undefined ? 'fetched' : basename(target));
  const tidyUp = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    await untilInterrupted(tidyUp, async () => {
      await write(file);
      if (target !== undefined) explainDiskErrors('write', target, () => renameSync(file, target));
      else await passOnFile(file, stream);
    });
  } finally {
    tidyUp();
  }
}

/**
 * What is written into where it stands, and is never replaced by a file: a device, like /dev/null, or a FIFO.
 * @throws UserError for a folder, before anything is fetched
 */
function streamAt(output: string): string | undefined {
  if (output === '') throw new UserError('bad-value', '--output has no name of a file', { hint: 'leave it out for standard output' });
  const stat = explainDiskErrors('write', output, () => statSync(output, { throwIfNoEntry: false }));
  if (stat?.isDirectory()) throw new UserError('not-a-file', `${output} is a folder`, { hint: 'give a name in it' });
  return stat === undefined || stat.isFile() ? undefined : output;
}

/** The file that a link leads to, which is replaced in place of the link. */
const behindLinks = (target: string): string => (statSync(target, { throwIfNoEntry: false }) ? realpathSync(target) : target);

async function ownFetch(url: string, file: string): Promise<void> {
  if (/^file:/i.test(url)) {
    const path = pathIn(url);
    const isFile = explainDiskErrors('read', path, () => statSync(path, { throwIfNoEntry: false })?.isFile());
    if (!isFile) throw new UserError('not-a-file', `${path} is not a file`, { hint: 'check the path' });
    explainDiskErrors('read', path, () => copyFileSync(path, file));
    chmodSync(file, 0o644);
    return;
  }
  const { download } = await import('../../http/download.ts');
  await download(url, file, { maxBytes: MOST_BYTES });
}

/** @throws UserError where it leads to another machine, or is no path */
function pathIn(url: string): string {
  const wrong = (cause?: unknown) =>
    new UserError('bad-address', `${withoutSecrets(url)} is not the address of a file of this machine`, { hint: 'write it as file:///PATH', cause });
  let path: string;
  try {
    path = fileURLToPath(url);
  } catch (error) {
    throw wrong(error);
  }
  if (path.includes('\0')) throw wrong();
  return path;
}

async function intoFile(file: string, write: (descriptor: number) => Promise<void>): Promise<void> {
  const descriptor = openSync(file, 'wx', 0o644);
  try {
    await write(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function byGetter({ env, args: [url], options }: Context, { plugin, file }: HelmProgram, stdout: 'inherit' | number): Promise<void> {
  const argv = [options.certFile ?? '', options.keyFile ?? '', options.caFile ?? '', url];
  const { exited } = startChild(file, argv, { env: getterEnvironment(env, options.username), stdio: ['ignore', stdout, 'inherit'] });
  const status = await exited;
  if (status !== 0) throw new UserError('program-failed', `plugin "${plugin}" exited with error`, { status, hint: `its status is ${status}` });
}
