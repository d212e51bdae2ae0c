import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tomlString } from '../../config/toml.ts';
import { writeNewFile } from '../../system/new-file.ts';
import { PLUGIN_FILE_NAME } from './file-names.ts';
import { type HelmMetadata, hasCommand } from './metadata.ts';
import { helmSummary } from './names.ts';
import type { HelmStub } from './stub-text.ts';

/** The plugin.toml that says what a plugin.yaml does. Helm leaves `--help` to the plugin (contract helm §3.4). */
export function pluginToml(metadata: HelmMetadata): string {
  const { apiVersion, name, type, version, sourceURL, config } = metadata;
  const [, ...usage] = config.usage.split(' ');
  return [
    `# Made from ${PLUGIN_FILE_NAME}. An update makes it anew.`,
    '[plugin]',
    `description = ${tomlString(config.shortHelp || helmSummary(name))}`,
    `version = ${tomlString(version)}`,
    ...(sourceURL === '' ? [] : [`documentation = ${tomlString(sourceURL)}`]),
    '',
    '[plugin.config]',
    '',
    '[plugin.helm]',
    `name = ${tomlString(name)}`,
    `type = ${tomlString(type)}`,
    `form = ${tomlString(apiVersion)}`,
    ...(config.protocols.length === 0 ? [] : [`protocols = [${config.protocols.map((protocol) => tomlString(protocol)).join(', ')}]`]),
    ...(hasCommand(metadata)
      ? [
          '',
          '[commands.default]',
          ...(usage.length === 0 ? [] : [`usage = ${tomlString(usage.join(' '))}`]),
          ...(config.longHelp === '' ? [] : [`description = ${tomlString(config.longHelp)}`]),
          'own_help = true',
        ]
      : []),
    '',
  ].join('\n');
}

/** Writes what a plugin of Helm's is given to be one here: its plugin.toml, and its executables. None of the files may be there. */
export function writeMade(tree: string, metadata: HelmMetadata, stubs: readonly HelmStub[]): void {
  for (const { path, text } of stubs) {
    mkdirSync(join(tree, dirname(path)), { recursive: true });
    writeNewFile(join(tree, path), text, 0o755);
  }
  writeNewFile(join(tree, 'plugin.toml'), pluginToml(metadata), 0o644);
}
