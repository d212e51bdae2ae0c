import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

/** Commands that carry plugins and add-ons to machines without a network. */
export const bundleSpecs = [
  {
    name: 'bundle:create',
    summary: 'Write plugins and add-ons into one file, for machines without a network',
    description: 'A tool.lock says which plugins, a spec which add-ons. What a source gives must be what is locked. The same things give the same bytes.',
    synopsis: '<lock or spec>... --output <file> [<flags>]',
    args: '<files...>',
    options: [
      ['-o, --output <file>', 'the bundle'],
      ['--split <size>', 'write parts of that size, like 2G: FILE.001 and so on'],
      ['--files <directory>', 'take the packages of add-ons from there that are there'],
      ['--host-version <version>', 'for a spec: version of the host, like v2022.10.05-0 (default: [host] version in tool.toml)'],
      ['--registry <place>', 'for a spec: mirror whose registry is read, a directory or URL (default: the sources)'],
      ['--supported <file>', "for a spec: file or URL of the host's own supported-versions-gen.json"],
      DRY_RUN,
    ],
    examples: ['bundle:create tool.lock -o plugins.tar', 'bundle:create tool.lock spec.yaml -o site.tar --split 2G --host-version v2022.10.05-0'],
  },
  {
    name: 'bundle:info',
    summary: 'Tell what is in a bundle, and verify it',
    args: '<bundle>',
    options: [['--manifest', 'print only the bundle.json in it, which a signature is made of']],
    examples: ['bundle:info site.tar', 'bundle:info site.tar --manifest'],
  },
  {
    name: 'bundle:install',
    summary: 'Install what is in a bundle, without a network',
    description: 'All of it is verified before anything is unpacked. What is installed as the bundle has it is left.',
    args: '<bundle>',
    options: [
      ['--verify [boolean]', 'refuse what no trusted key signed; with =false, look at no signature'],
      ['--accept-signer', 'accept that another key signed a plugin than what is installed'],
      ['--skip-guard-check', 'enable a guard even if you could not uninstall it'],
      ['--enable-needed', "enable the plugins of Dokku's set that a plugin calls on"],
      ['--allow <hosts>', 'let WASM modules ask these hosts over HTTP, like api.example.org,*.example.net'],
      ['--join', 'install the add-ons on a node that joins a cluster'],
      DRY_RUN,
    ],
    examples: ['bundle:install site.tar', 'bundle:install site.tar.001 --dry-run'],
    statuses: { 1: 'refused, or something could not be installed; the rest was' },
  },
] as const satisfies readonly CommandSpec[];
