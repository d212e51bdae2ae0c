import { dirname, join } from 'node:path';
import { textAtHead } from '../../system/file-head.ts';
import { shellQuote } from '../../system/shell-quote.ts';

/** What a stub says: the program of a source, relative to the stub, and what its provider is called, where that is not the name of the stub's directory. */
export interface SourceStub {
  readonly program: string;
  readonly name?: string;
}

const STUB_BYTES = 4096;
const LIBRARY = '/libexec/source"';

/** The text of a provider that speaks for a source of Botkube: libexec/source becomes the one who does (src/runtimes/grpc-source). */
export const sourceStub = ({ program, name }: SourceStub): string =>
  [
    '#!/bin/sh',
    '# The provider for a source of Botkube. An update makes it anew.',
    ...(name === undefined ? [] : [`tool_source_name=${shellQuote(name)}`]),
    `tool_source_program=${shellQuote(program)}`,
    `. "\${TOOL_PACKAGE:?is not set; run this through tool}${LIBRARY}`,
    '',
  ].join('\n');

/** The program that such a stub starts, be it written by us or by hand; undefined for any other file. */
export function programOfStub(file: string): string | undefined {
  const text = textAtHead(file, STUB_BYTES);
  if (!text.includes(LIBRARY)) return undefined;
  const [, quoted, plain] = /^(?:.*\s)?tool_source_program=(?:'((?:[^'\n]|'\\'')*)'|([\w@%+=:,./-]+))(?:\s|$)/m.exec(text) ?? [];
  const program = quoted?.replaceAll("'\\''", "'") ?? plain;
  return program === undefined ? undefined : join(dirname(file), program);
}
