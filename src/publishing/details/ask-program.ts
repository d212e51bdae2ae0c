import { askMetadata, type MetadataAnswer } from '../../runtimes/grpc/ask-metadata.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { runLimited } from '../../system/limited-child.ts';
import { oneLine, type ToldDetails } from './plugin-details.ts';

/** A program that runs on this machine, and how it is asked. */
export interface AskedProgram {
  readonly file: string;
  readonly type: 'executor' | 'source';
  /** A directory of its own, where it stands and where it may put what it likes. */
  readonly scratch: string;
  /** How long it may take to answer. */
  readonly patienceMs: number;
}

/** What a program told, or why it did not, as a sentence. */
export type Answer = ToldDetails | { readonly details?: undefined; readonly why: string };

/** Output of `define`. */
const DEFINITION_BYTES = 4 << 20;
const SAID_BYTES = 200;

/** What programs see of our environment: what a program of any kind needs, and no token of whatever builds it. */
function environmentFor(scratch: string, own: Record<string, string> = {}): Record<string, string | undefined> {
  const { PATH, HOME, LANG } = process.env;
  return { PATH, HOME, LANG, TMPDIR: scratch, ...own };
}

/** Starts a plugin as go-plugin does, asks it for its `Metadata`, and ends it. */
export const askPlugin = ({ file, type, scratch, patienceMs }: AskedProgram): Promise<MetadataAnswer> =>
  askMetadata({ file, type, cwd: scratch, env: environmentFor(scratch), patienceMs });

/** Asks a provider of Digital Rebar for its definition: `PROGRAM define` prints it as JSON. */
export async function askDefinition({ file, scratch, patienceMs }: AskedProgram): Promise<Answer> {
  // With this word for a token it prints what is fixed, and asks no server.
  const env = environmentFor(scratch, { RS_TOKEN: 'catalog' });
  const { status, stdout, stderr, over } = await runLimited(file, ['define'], env, { timeoutMs: patienceMs, outputBytes: DEFINITION_BYTES, cwd: scratch });
  if (over) return { why: over === 'time' ? '`define` did not end in time' : '`define` printed too much' };
  const said = oneLine(harmlessLine(stderr.subarray(0, SAID_BYTES).toString()));
  if (status !== 0) return { why: `\`define\` ended with status ${status}${said === '' ? '' : `: ${said}`}` };
  const definition = jsonObject(stdout.toString());
  if (!definition) return { why: '`define` printed no JSON object' };
  // Go reads the names of fields in any case.
  const word = (name: string, within: object = definition): string => {
    const value = Object.entries(within).find(([key]) => key.toLowerCase() === name)?.[1];
    return typeof value === 'string' ? value.trim() : '';
  };
  const meta = Object.entries(definition).find(([key]) => key.toLowerCase() === 'meta')?.[1];
  const about = typeof meta === 'object' && meta !== null ? word('description', meta) || word('title', meta) : '';
  const [heading = ''] = word('documentation').split('\n', 1);
  return { details: { version: word('version'), description: oneLine(about || heading) }, faults: [] };
}

function jsonObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
