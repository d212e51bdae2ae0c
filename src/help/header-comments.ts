import type { CommandHelp, StatusHelp } from './command-help.ts';

/** What the comments at the head of a program tell of it. */
export type HeaderHelp = Omit<CommandHelp, 'word' | 'args' | 'flags'>;

/** A comment line of the languages that commands are written in: `# …`, `// …`, `-- …`, `;; …`. */
const COMMENT = /^(?:#(?!!)|\/\/|--|;;?)[ \t]?(.*)$/;
const TAG = /^(Summary|Usage|Help|Description|Example|Exit status):(?:[ \t]+(.*))?$/;
/** Comments for programs, not for people. */
const FOR_PROGRAMS = /^(?:shellcheck |shfmt|biome-|eslint|pylint|rubocop|vim:|-\*-|@|USAGE\b|\[USAGE\]|SPDX-|Copyright\b|Provide completions)/;

/**
 * Reads the comments that a program begins with, as text:
 *
 *     # Summary: what it does, in one line
 *     # Usage: how it is called; may be repeated, and lines that are indented below it are further forms
 *     # Help: what there is to say besides; goes on over the comment lines that follow
 *     # Example: a line to type; may be repeated
 *     # Exit status: 1 why it ends with it; may be repeated
 *
 * Code may stand in front of them, none between them. Behind `# Usage:` or `# Summary:` and an empty comment line, text needs no `# Help:`.
 * @param head the first bytes of the file
 * @returns undefined where no such comment is there
 */
export function readHeader(head: string): HeaderHelp | undefined {
  const lines = taggedBlock(head);
  if (lines.length === 0) return undefined;
  const found = { summary: '', usage: [] as string[], examples: [] as string[], statuses: [] as StatusHelp[] };
  const text: string[] = [];
  let tag = '';
  /** Whether an empty comment line stands between the last tag and here. */
  let isApart = false;
  for (const line of lines) {
    const [, name, value = ''] = TAG.exec(line) ?? [];
    if (name !== undefined) {
      [tag, isApart] = [name, false];
      take(name, value.trim());
    } else if (line.trim() === '') {
      isApart = true;
      text.push('');
    } else if (tag === 'Usage' && !isApart && /^\s{2}/.test(line)) found.usage.push(line.trim());
    else if (tag === 'Help' || tag === 'Description' || (isApart && (tag === 'Usage' || tag === 'Summary'))) text.push(line);
    else if (tag === 'Exit status' && !isApart) continueStatus(line.trim());
  }
  return { ...found, description: paragraphs(text) };

  function take(name: string, value: string): void {
    if (name === 'Summary') found.summary ||= value;
    else if (name === 'Usage') found.usage.push(value);
    else if (name === 'Example') found.examples.push(value);
    else if (name === 'Exit status') {
      const [, status, reason = ''] = /^(\d+(?:-\d+)?):?(?:\s+(.*))?$/.exec(value) ?? [];
      if (status !== undefined) found.statuses.push({ status, text: reason });
    } else text.push('', value);
  }

  function continueStatus(line: string): void {
    const last = found.statuses.pop();
    if (last) found.statuses.push({ ...last, text: `${last.text} ${line}` });
  }
}

/** The comment lines from the first that has a tag to the next line of code. */
function taggedBlock(head: string): string[] {
  const block: string[] = [];
  for (const line of head.split(/\r?\n/)) {
    const comment = COMMENT.exec(line)?.[1];
    if (comment !== undefined && FOR_PROGRAMS.test(comment.trim())) continue;
    if (block.length === 0) {
      if (comment !== undefined && TAG.test(comment)) block.push(comment);
    } else if (comment !== undefined) block.push(comment);
    else if (line.trim() === '') block.push('');
    else break;
  }
  return block;
}

/** Lines as paragraphs: flowing ones are joined, those that are indented are kept as they are, each run of them a paragraph. */
export function paragraphs(lines: readonly string[]): string[] {
  const found: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    const isLaidOut = /^\s/.test(line);
    const last = found.at(-1);
    if (line.trim() === '') isOpen = false;
    else if (isOpen && last !== undefined && isLaidOut === /^\s/.test(last))
      found.splice(-1, 1, isLaidOut ? `${last}\n${line.trimEnd()}` : `${last} ${line.trim()}`);
    else {
      found.push(isLaidOut ? line.trimEnd() : line.trim());
      isOpen = true;
    }
  }
  return found;
}
