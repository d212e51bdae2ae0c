import { isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';

/** How deep commands of commands are followed, and how many there may be: what no plugin has, and a file made of aliases would. */
const DEPTH = 12;
const MOST_NODES = 2_000;

/** A word that can be a candidate: it holds neither blanks nor what a shell would read. */
const WORD = /^[\w.:@%+=,/-]+$/;

/**
 * What a completion.yaml says, as libexec/helm-complete reads it: a line for each command, of its words, commands below it, flags, and arguments; fields are separated by `|`, the
 * words in them by spaces. A third field of `-` stands for a command without a key `commands`, of which plugin.complete may know more (contract helm §3.7).
 * @param text of the file; what cannot be read is no completion
 */
export function completionTable(text: string): string {
  const lines: string[] = [];
  const add = (node: unknown, path: readonly string[]): void => {
    if (lines.length >= MOST_NODES || path.length > DEPTH) return;
    const commands = field(node, 'commands');
    const below = isSeq(commands) ? commands.items : [];
    const names = below.map((one) => wordIn(field(one, 'name'))).filter((name) => name !== '');
    const flags = words(field(node, 'flags')).map((flag) => (flag.length === 1 ? `-${flag}` : `--${flag}`));
    lines.push(
      [path.join(' '), names.join(' ') || '-', commands === undefined ? '-' : '+', flags.join(' '), words(field(node, 'validArgs')).join(' ')].join('|'),
    );
    for (const one of below) {
      const name = wordIn(field(one, 'name'));
      if (name !== '') add(one, [...path, name]);
    }
  };
  try {
    const [document] = parseAllDocuments(text, { schema: 'failsafe', logLevel: 'silent' });
    add(document === undefined || document.errors.length > 0 ? undefined : document.contents, []);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return completionTable('');
  }
  return `${lines.join('\n')}\n`;
}

const field = (node: unknown, key: string): unknown => (isMap(node) ? (node.get(key, true) ?? undefined) : undefined);

const wordIn = (node: unknown): string => (isScalar(node) && typeof node.value === 'string' && WORD.test(node.value) ? node.value : '');

const words = (node: unknown): string[] => (isSeq(node) ? node.items.map(wordIn).filter((word) => word !== '') : []);
