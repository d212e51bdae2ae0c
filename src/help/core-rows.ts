import { basename, join } from 'node:path';
import type { Layout } from '../home/layout.ts';
import { subcommandsOf } from '../plugins/subcommands.ts';
import { textAtHead } from '../system/file-head.ts';
import { readHeader } from './header-comments.ts';
import type { HelpEntry } from './plugin-help.ts';

/** How much of a file is looked at. */
const HEAD_BYTES = 64 << 10;

/** What the `commands` script of a core plugin that prints its headers alone prints for `help` (`header_answer` of plugins/common/header-functions): the bare word, then each command in byte order. */
export function coreRows(
  { name, directory }: { readonly name: string; readonly directory: string },
  { packagePath }: Pick<Layout, 'packagePath'>,
): HelpEntry[] {
  const tables = join(packagePath, 'dist/completion', name.replace(/^core-/, ''));
  const files = subcommandsOf(directory).map(({ file }) => file);
  return [...files.filter((file) => basename(file) === 'default'), ...files.filter((file) => basename(file) !== 'default')].flatMap((file) => {
    const { usage = [], summary: description = '' } = readHeader(textAtHead(join(tables, basename(file)), HEAD_BYTES) || textAtHead(file, HEAD_BYTES)) ?? {};
    return usage[0] === undefined ? [] : [{ usage: usage[0], description }];
  });
}
