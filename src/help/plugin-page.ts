import type { Plugin } from '../plugins/plugin.ts';
import { terms } from '../terminal/columns.ts';
import { type CommandHelp, usageLine } from './command-help.ts';
import { paragraphLines } from './command-page.ts';
import { entryOf } from './plugin-help.ts';

/**
 * The page of a plugin that has none of its own: how it is called, what it is, and its commands, from what its files tell.
 * @param commands the plugin's
 * @param width columns of the terminal
 */
export function pluginPage(plugin: Plugin, commands: readonly CommandHelp[], brand: string, width: number): string[] {
  const { name } = plugin;
  const own = commands.find(({ word }) => word === name);
  const others = commands.filter(({ word }) => word !== name);
  const forms = [
    ...(own ? (own.usage.length > 0 ? own.usage : ['']).map((usage) => usageLine(usage, brand, name)) : []),
    ...(others.length > 0 ? [`${brand} ${name}:COMMAND`] : []),
  ];
  const texts = [...new Set([plugin.description, own?.summary ?? ''])].filter((text) => text !== '');
  const entries = others.map((help) => entryOf(help, brand));
  return [
    ...forms.map((form, index) => `${index === 0 ? 'Usage:' : '      '} ${form}`),
    ...[...texts, ...(own?.description ?? [])].flatMap((text) => ['', ...paragraphLines(text, width)]),
    ...(entries.length === 0
      ? []
      : [
          '',
          'Commands:',
          ...terms(
            entries.map(({ usage, description }) => [usage, description] as const),
            width,
            '    ',
          ),
        ]),
    ...(entries.length === 0 || brand === 'dokku' ? [] : ['', `\`${brand} help ${name}:COMMAND\` tells more of one.`]),
  ];
}
