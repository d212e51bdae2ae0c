import { harmless, harmlessLine } from '../system/harmless.ts';
import type { Pack } from './pack.ts';

/** The forms that documentation is written in. */
export const DOCUMENT_FORMS = ['rst', 'markdown'] as const;
export type DocumentForm = (typeof DOCUMENT_FORMS)[number];

/** How a form writes what is not the author's own text. */
interface Writer {
  /** What stands in front of the page. */
  head(name: string): readonly string[];
  /** @param depth 0 for the title of the page */
  heading(text: string, depth: number): readonly string[];
  /** A text in which nothing is taken for markup. */
  plain(text: string): string;
}

const UNDERLINES = ['~', '-', '=', '+'];

/** Underlines have the length of what they are under in bytes, so that they are never shorter than it is shown. */
const rst: Writer = {
  head: (name) => ['.. index::', `  pair: ${name.replaceAll(';', ' ')}; Content Packages`, '', `.. _rs_cp_${name.replaceAll('-', '_')}:`],
  heading: (text, depth) => [text, (UNDERLINES[depth] ?? '+').repeat(Buffer.byteLength(text))],
  plain: (text) => harmlessLine(text).replaceAll(/[\\*`|]|_(?![\p{L}\p{N}])/gu, '\\$&'),
};

const markdown: Writer = {
  head: () => [],
  heading: (text, depth) => [`${'#'.repeat(depth + 1)} ${text}`],
  plain: (text) =>
    harmlessLine(text)
      .replaceAll(/[\\`*_[\]|]/g, '\\$&')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;'),
};

const WRITERS: Readonly<Record<DocumentForm, Writer>> = { rst, markdown };

/**
 * The documentation of a pack as one page: its own, and then that of each object that has some, by type and name. What authors write as documentation stands as it is written.
 * @returns the text, ended by a line end
 */
export function documentPack({ meta, sections }: Pack, form: DocumentForm): string {
  const { head, heading, plain } = WRITERS[form];
  const { Name: name = '', DisplayName: shown = '', Version: version = '', Documentation: text = '' } = meta;
  const about = shown === '' ? plain(name) : `${plain(shown)} (${plain(name)})`;
  const types = Object.entries(sections)
    .map(([type, objects]) => ({ type, objects: documented(objects) }))
    .filter(({ objects }) => objects.length > 0)
    .sort((a, b) => (a.type < b.type ? -1 : 1));
  const blocks = [
    head(harmlessLine(name)),
    heading(shown === '' ? plain(name) : plain(`${name} - ${shown}`), 0),
    [`The following documentation is for ${about} content package at version ${plain(version)}.`],
    written(text),
    heading('Object Specific Documentation', 1),
    ...types.flatMap(({ type, objects }) => [
      heading(plain(type), 2),
      [`The content package provides the following ${plain(type)}.`],
      ...objects.flatMap((object) => [heading(plain(object.name), 3), written(object.documentation)]),
    ]),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The objects that have documentation, by name. */
const documented = (objects: Pack['sections'][string]): { name: string; documentation: string }[] =>
  Object.entries(objects)
    .map(([key, { Name, Documentation }]) => ({
      name: typeof Name === 'string' && Name !== '' ? Name : key,
      documentation: typeof Documentation === 'string' ? Documentation.trim() : '',
    }))
    .filter(({ documentation }) => documentation !== '')
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** An author's text as lines, without blank ones around it. */
const written = (text: string): readonly string[] =>
  text.trim() === ''
    ? []
    : harmless(text)
        .replaceAll(/^\s*\n|\s+$/g, '')
        .split('\n');
