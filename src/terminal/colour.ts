import { fstatSync } from 'node:fs';

/** How a text is marked; without colours it stays as it is. */
export interface Paint {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly heading: (text: string) => string;
}

const asItIs = (text: string): string => text;
const NONE: Paint = { error: asItIs, warning: asItIs, heading: asItIs };
const paints: Record<1 | 2, Paint> = { 1: NONE, 2: NONE };

/** What is printed on a stream is marked with this. */
export const paintFor = (stream: 1 | 2): Paint => paints[stream];

/** The major number of /dev/null and its like, which are character devices as terminals are. */
const MEMORY_DEVICES = 1;

/** Whether a stream ends at a terminal. isatty would load node:tty, and that the network. */
export function isTerminal(stream: 1 | 2): boolean {
  const stat = fstatSync(stream);
  return stat.isCharacterDevice() && ((stat.rdev >> 8) & 0xfff) !== MEMORY_DEVICES;
}

/** Has what is printed from now on coloured where it ends at a terminal, unless NO_COLOR is set (https://no-color.org) or the terminal is a dumb one. */
export async function useColours({ NO_COLOR: none, TERM: terminal }: Readonly<Record<string, string | undefined>>): Promise<void> {
  if (none || terminal === 'dumb') return;
  const streams = ([1, 2] as const).filter(isTerminal);
  if (streams.length === 0) return;
  // chalk takes 4 ms, which only somebody who looks on pays.
  const { Chalk } = await import('chalk');
  const { red, yellow, bold } = new Chalk({ level: 1 });
  for (const stream of streams) paints[stream] = { error: red, warning: yellow, heading: bold };
}
