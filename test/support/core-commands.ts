import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE } from './sandbox.ts';

/** A command of a core plugin: a file in its subcommands. */
export interface CoreCommand {
  readonly plugin: string;
  readonly name: string;
  /** Below the package. */
  readonly path: string;
  readonly text: string;
  /** What answers it: Node, a shell file, a refusal, another command under whose name it goes, or a page that lists the others. */
  readonly kind: 'node' | 'shell' | 'refused' | 'alias' | 'page';
}

/** Every command of the core plugins, those of Dokku's set included. */
export function coreCommands(): CoreCommand[] {
  return ['plugins', 'compat/dokku'].flatMap((folder) =>
    readdirSync(join(PACKAGE, folder), { recursive: true, encoding: 'utf8' }).flatMap((file) => {
      const [, plugin, name] = /^([^/]+)\/subcommands\/([^/]+)$/.exec(file) ?? [];
      if (plugin === undefined || name === undefined) return [];
      const path = join(folder, file);
      const text = readFileSync(join(PACKAGE, path), 'utf8');
      return [{ plugin, name, path, text, kind: kindOf(text) }];
    }),
  );
}

function kindOf(text: string): CoreCommand['kind'] {
  if (text.includes('/libexec/node-command"\n')) return 'node';
  if (text.includes('/../refused"\n')) return 'refused';
  if (/^#!\/bin\/sh\nexec "\$\{0%\/\*\}\/[a-z-]+" "\$@"\n$/.test(text)) return 'alias';
  if (/^command_page |\/commands"? plugin:help|^exec .*\/commands" [a-z]+:help$/m.test(text)) return 'page';
  return 'shell';
}
