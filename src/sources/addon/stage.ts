import { join } from 'node:path';
import { tomlString } from '../../config/toml.ts';
import { UserError } from '../../errors.ts';
import { packagedAddon } from '../../plugins/addons/package-layout.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { writeNewFile } from '../../system/new-file.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { shellQuote } from '../../system/shell-quote.ts';
import { packingOf } from '../archive/packing.ts';
import { unpackArchive } from '../archive/unpack.ts';
import { bringFile } from '../catalogue/bring-file.ts';
import type { Brought, StageWorld } from '../kind.ts';
import type { AddonSource, WantedAddon } from './source.ts';

/**
 * Brings the package of an add-on and makes a plugin of it: the package as it is, a plugin.toml, and a hook `install` that runs the add-on's
 * functions. A package that was downloaded before is taken from where downloads are kept, by its checksum.
 * @throws UserError where it cannot be had, is not what it should be, or is no package of that very version
 */
export async function stageAddon(wanted: WantedAddon, address: string, world: StageWorld): Promise<Brought<AddonSource>> {
  const { name, version, role, config, isTold } = wanted;
  if (config !== '' && !isTold) {
    throw new UserError('addon-needs-spec', `${name} was installed with what a spec says of it, which is kept in no lock`, {
      hint: 'install it with addon:apply',
    });
  }
  const label = withoutSecrets(address);
  const checksums = wanted.sha256 === '' ? [] : [wanted.sha256];
  const { file, sha256 } = await bringFile(wanted.repository ?? '', address, checksums, world, 'the package of an add-on');
  const packing = await packingOf(file);
  const refuse = (what: string): UserError => new UserError('not-an-addon', `${label} is ${what}`, { hint: 'ask whoever publishes it' });
  if (packing?.holds !== 'files') throw refuse('no package of an add-on: it is not an archive');
  await unpackArchive(file, label, world.tree, world.limits, { format: packing.format, keepsFolder: true });
  const found = packagedAddon(world.tree);
  if ('problem' in found) throw refuse(`no package of an add-on: it ${harmlessLine(found.problem)}`);
  if (found.name !== name || found.version !== version) {
    throw refuse(`the package of ${harmlessLine(`${found.name} ${found.version}`)}, and not of ${name} ${version}`);
  }
  writeNewFile(join(world.tree, 'plugin.toml'), manifestText(wanted), 0o644);
  writeNewFile(join(world.tree, 'install'), hookText(wanted), 0o755);
  const notes = checksums.length > 0 ? [] : [`There is no checksum for ${name} ${version}: nobody can tell whether ${label} gave what it should`];
  return { source: { kind: 'addon', name, version, url: label, sha256, role, config }, notes };
}

const manifestText = ({ name, version }: WantedAddon): string =>
  [
    '# Made from the package of an add-on. An update makes it anew.',
    '[plugin]',
    `description = ${tomlString(`the add-on ${name}`)}`,
    `version = ${tomlString(version)}`,
    '[plugin.config]',
    '',
  ].join('\n');

const hookText = ({ name, version }: WantedAddon): string =>
  [
    '#!/bin/sh',
    "# Made from the package of an add-on: runs the add-on's functions. An update makes it anew.",
    `exec bash "\${TOOL_PACKAGE:?is not set; run this through tool}/plugins/addon/run-phases" "\${0%/*}" ${shellQuote(name)} ${shellQuote(version)} install`,
    '',
  ].join('\n');
