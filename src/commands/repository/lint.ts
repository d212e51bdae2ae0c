import { UserError } from '../../errors.ts';
import { isShipped } from '../../home/core-names.ts';
import type { Finding } from '../../publishing/lint/finding.ts';
import { lintCatalogue } from '../../publishing/lint/lint-catalogue.ts';
import { withIndex } from '../../publishing/lint/read-index.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { plural } from '../../system/word-list.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { listenOnTerminal } from '../fetch-listener.ts';

type Context = CommandContext<'repository:lint'>;

/** Tells all that is wrong with an index. Status 1 for an error, with --strict for a remark too. */
export async function run(context: Context): Promise<Outcome> {
  const { args, options } = context;
  const shown = withoutSecrets(args[0]);
  return withIndex(args[0], await listenOnTerminal(shown), async (index) => {
    const found = await lintCatalogue(index, (name) => isShipped(context.layout, name));
    const findings = options.try ? [...found, ...(await (await import('./tried-findings.ts')).triedFindings(index, context))] : found;
    const { format, releases } = index.catalogue;
    const errors = findings.filter(({ level }) => level === 'error').length;
    const remarks = findings.length - errors;
    const isBad = errors > 0 || (options.strict === true && remarks > 0);
    const count = `${plural(index.entries.length, 'entry').replace('entrys', 'entries')} (${format}): ${plural(errors, 'error')}, ${plural(remarks, 'remark')}`;
    return {
      data: { source: shown, format, entries: index.entries.length, releases: releases.length, errors, remarks, findings },
      lines: () => [...findings.map((finding) => lineOf(shown, finding, index.manifestFile !== undefined)), ...(isBad ? [] : [{ info: `${shown}: ${count}` }])],
      ...(isBad ? { failure: new UserError('index-has-errors', `${shown}: ${count}`) } : {}),
    };
  });
}

/**
 * As compilers do, so that editors find the place: `index.yaml:12: error: entries[3] (deploy): … [checksum]`.
 * @param isManifest whether the source is the one manifest that all findings are of
 */
function lineOf(source: string, { rule, level, where, name, line, text, remedy }: Finding, isManifest: boolean): string {
  // Of several manifests each is named by its path, else the entry by its number.
  const isFile = isManifest || where.endsWith('.yaml');
  const file = isFile && !isManifest ? `${source.replace(/\/+$/, '')}/${where}` : source;
  const entry = [...(isFile ? [] : [where]), ...(name === undefined ? [] : [isFile ? name : `(${name})`])].join(' ');
  const at = line === undefined ? file : `${file}:${line}`;
  return harmlessLine(`${at}: ${level}: ${entry === '' ? '' : `${entry}: `}${text}${remedy === undefined ? '' : `; ${remedy}`} [${rule}]`);
}
