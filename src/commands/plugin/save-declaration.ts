import type { Layout } from '../../home/layout.ts';
import { classify } from '../../sources/classify.ts';
import type { Source, SourceRequest } from '../../sources/source.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { declaration, declaredPlugins, declarePlugin, editDeclared } from '../../sync/declared-plugins.ts';
import { type Lock, lockOf } from '../../sync/lockfile.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { logWarn } from '../../terminal/log.ts';

/**
 * Looks whether `--save` could write its line, before anything is changed.
 * @throws UserError REFUSED when tool.toml has another shape
 */
export function refuseUnsavable(layout: Layout, name: string, request: SourceRequest): void {
  editDeclared(layout.home, name, declaration(name, request, asSource(request)));
}

/** What a request will have come from, as far as its words tell. */
export function asSource(request: SourceRequest): Source {
  const classified = classify(request);
  if (classified.kind === 'directory') return { kind: request.link ? 'link' : 'directory', path: classified.path };
  const address = withoutSecrets(classified.kind === 'archive' ? classified.address : request.source);
  return classified.kind === 'git' ? { kind: 'git', url: address, commit: '', pinned: false } : { kind: 'archive', url: address, sha256: '' };
}

/** Asks for a plugin in tool.toml; who does that for the first time is told what it means for the others. */
export function saveDeclaration(layout: Layout, name: string, request: SourceRequest, source: Source): Promise<void> {
  return withStoreMutex(layout, logWarn, async () => {
    const isFirst = declaredPlugins(layout.home) === undefined;
    declarePlugin(layout.home, name, declaration(name, request, source));
    const others = lockOf(layout).lock.filter((plugin) => plugin.name !== name);
    if (!isFirst || others.length === 0) return;
    logWarn(
      `tool.toml asks for ${name} alone now, and not for ${others.map((plugin) => plugin.name).join(', ')}, which plugin:sync --prune would take away; ` +
        `\`${layout.brand} plugin:lock --save\` asks for all`,
    );
  });
}

/** The line by which tool.toml asks for a plugin. */
export interface DeclarationLine {
  readonly name: string;
  readonly line: string;
}

/**
 * The lines by which tool.toml asks for what is locked and not named there.
 * @throws UserError REFUSED when it cannot be edited
 */
export function missingDeclarations(layout: Layout, lock: Lock): DeclarationLine[] {
  const declared = declaredPlugins(layout.home);
  return lock
    .filter(({ name }) => !declared?.has(name))
    .map(({ name, source }) => {
      const { committish, version } = source.kind === 'git' ? source : { committish: undefined, version: undefined };
      const line = declaration(name, { source: '', committish, version, link: source.kind === 'link' }, source);
      editDeclared(layout.home, name, line);
      return { name, line };
    });
}
