import { UserError } from '../../errors.ts';
import { type HelmProgram, postRenderer } from '../../runtimes/helm-programs.ts';
import { childEnvironment, startChild } from '../../system/child.ts';
import { passOn } from '../../terminal/pass-on.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Passes standard input through one post-renderer after another (contract helm §3.5). What they say on stderr is shown; nothing is printed unless all of them end well. */
export async function run({ layout, env, args: [name, ...args], options }: CommandContext<'postrender'>): Promise<Pick<Outcome, 'status'>> {
  // All are looked for before the first one runs.
  const renderers = [name, ...(options.then ?? [])].map((one) => postRenderer(layout, one));
  let manifests: Buffer | undefined;
  for (const [index, renderer] of renderers.entries()) manifests = await rendered(renderer, index === 0 ? args : [], manifests, childEnvironment(env));
  passOn(manifests ?? Buffer.alloc(0));
  return {};
}

/** @param input what it reads; standard input where this is undefined */
async function rendered(
  { plugin, file }: HelmProgram,
  argv: readonly string[],
  input: Buffer | undefined,
  env: Record<string, string | undefined>,
): Promise<Buffer> {
  const { process: child, closed } = startChild(file, argv, { env, stdio: [input === undefined ? 'inherit' : 'pipe', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  // It need not read what it is given.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const status = await closed;
  if (status !== 0) throw new UserError('program-failed', `plugin "${plugin}" exited with error`, { status, hint: `its status is ${status}` });
  const output = Buffer.concat(chunks);
  if (output.toString('latin1').trim() === '') {
    throw new UserError('empty-output', `post-renderer "${plugin}" produced empty output`, { hint: 'give it manifests on standard input, or tell its author' });
  }
  return output;
}
