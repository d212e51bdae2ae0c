import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

/** Commands for content packs: what is made for a provider to bring with it. */
export const contentSpecs = [
  {
    name: 'content:bundle',
    summary: 'Bundle a directory of parameters and other objects into one file',
    description:
      'A file ._FIELD.meta has a field of the pack itself, and a directory for each type of objects has a file for each object. FIELD=VALUE gives a field that no file has. The ending of the output says what is written: the pack as .yaml, .yml or .json, or a source file with its YAML as contentYamlString, as .ts, .js or .go.',
    args: '<directory> [fields...]',
    synopsis: '<directory> --output <file> [<field>=<value>...] [<flags>]',
    options: [['-o, --output <file>', 'the file that is written'], ['--check', 'write nothing; fail if the file is not what would be written'], DRY_RUN],
    examples: [
      'content:bundle ./content -o content.yaml',
      'content:bundle ./content -o src/content.ts Version=v1.2.0',
      'content:bundle ./content -o content.go --check',
    ],
    statuses: { 1: 'it was refused, or with --check, the file is not what would be written' },
  },
  {
    name: 'content:document',
    summary: 'Write the documentation of a content pack',
    description: 'The pack is a file that content:bundle wrote as YAML or JSON, or the directory that it is made of.',
    args: '<pack>',
    options: [
      ['--to <form>', 'rst or markdown (default: by the ending of the output, else rst)'],
      ['-o, --output <file>', 'the file that is written (default: standard output)'],
      ['--check', 'write nothing; fail if the file is not what would be written'],
      DRY_RUN,
    ],
    examples: ['content:document content.yaml', 'content:document ./content --to markdown', 'content:document ./content -o docs/incrementer.md'],
    statuses: { 1: 'it was refused, or with --check, the file is not what would be written' },
  },
] as const satisfies readonly CommandSpec[];
