import type { Layout } from '../../home/layout.ts';
import { expectedSource } from '../../sources/classify.ts';
import type { Source } from '../../sources/kinds.ts';
import type { SourceRequest } from '../../sources/request.ts';
import { isKnown } from '../../sources/source.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { declaration, declaredPlugins, declarePlugin, editDeclared } from '../../sync/declared-plugins.ts';
import { type Lock, lockOf } from '../../sync/lockfile.ts';
import type { CommandContext } from '../command.ts';

/**
 * Looks whether `--save` could write its line, before anything is changed.
 * @throws UserError when tool.toml has another shape
 */
export function refuseUnsavable(layout: Layout, name: string, request: SourceRequest): void {
  editDeclared(layout.home, name, declaration(name, expectedSource(request), request));
}

/** Asks for a plugin in tool.toml; who does that for the first time is told what it means for the others. */
export function saveDeclaration(
  { layout, warn }: Pick<CommandContext, 'layout' | 'warn'>,
  name: string,
  request: SourceRequest,
  source: Source,
): Promise<void> {
  return withStoreMutex(layout, warn, async () => {
    const isFirst = declaredPlugins(layout.home) === undefined;
    if (isKnown(source)) declarePlugin(layout.home, name, declaration(name, source, request));
    const others = lockOf(layout).lock.filter((plugin) => plugin.name !== name);
    if (!isFirst || others.length === 0) return;
    warn(
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
 * @throws UserError when it cannot be edited
 */
export function missingDeclarations(layout: Layout, lock: Lock): DeclarationLine[] {
  const declared = declaredPlugins(layout.home);
  return lock
    .filter(({ name }) => !declared?.has(name))
    .map(({ name, source }) => {
      const line = declaration(name, source);
      editDeclared(layout.home, name, line);
      return { name, line };
    });
}
