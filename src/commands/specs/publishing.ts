import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN, MARKED_TYPE } from './shared-flags.ts';

/** Commands for whoever publishes a repository. */
export const publishingSpecs = [
  {
    name: 'plugin:package',
    summary: 'Pack a plugin into an archive, and sign it',
    description:
      'Writes NAME-VERSION.tgz, and with a key NAME-VERSION.tgz.prov, as Helm does. What .toolignore lists stays out; the same files give the same bytes.',
    args: '<directory>',
    options: [
      ['-d, --destination <directory>', 'where the archive is written (default: .)'],
      ['--sign [boolean]', 'sign it; with =false, do not (default: whether a key is named)'],
      ['--key <key>', 'the key: its fingerprint, its key id, or a part of its user ID'],
      ['--keyring <file>', 'the file with the secret key, as gpg --export-secret-keys prints it (default: gpg signs)'],
      ['--passphrase-file <file>', 'the file with the passphrase of the key; - for standard input'],
      DRY_RUN,
    ],
    examples: ['plugin:package ./greet --sign=false', 'plugin:package ./greet -d dist --sign --key anna@example.org'],
    statuses: { 1: 'refused or failed; nothing is left of it' },
  },
  {
    name: 'plugin:push',
    summary: 'Push the archive of a plugin into a registry of images',
    description:
      'The image is one that Helm installs as well, with the provenance file that stands beside the archive. Without a tag in the address its version is the tag. With --for, the tag names an index of images for several platforms. Credentials are those that docker or Helm has stored.',
    args: '<archive|address> [address]',
    options: [
      ['--for <platform=archive>...', 'the archive for a platform, like linux/amd64=dist/greet-1.0.0.tgz; repeatable'],
      ['--force', 'let the tag of a version that is there name other contents'],
      DRY_RUN,
    ],
    examples: [
      'plugin:push dist/greet-1.0.0.tgz oci://ghcr.io/acme/plugins/greet',
      'plugin:push --for linux/amd64=amd64/greet-1.0.0.tgz --for linux/arm64=arm64/greet-1.0.0.tgz oci://ghcr.io/acme/plugins/greet',
    ],
    statuses: { 1: 'refused or failed; the tag is as it was' },
  },
  {
    name: 'plugin:verify',
    summary: 'Tell who signed an archive, or an installed plugin',
    description:
      'An archive is held against the provenance file beside it, by the keys of --keyring, else those that are trusted here, else those of gpg. An installed plugin is held against its receipt.',
    args: '<file|name>',
    options: [['--keyring <file>', 'the public keys, as gpg --export prints them']],
    examples: ['plugin:verify greet-1.0.0.tgz --keyring pubring.gpg', 'plugin:verify greet'],
    statuses: { 1: 'it is not signed by a known key, or is not what was signed' },
  },
  {
    name: 'repository:index',
    summary: 'Write the index of a directory of archives, or of programs made for Botkube',
    options: [
      ['--binaries-path <directory>', 'the files, named TYPE_NAME_OS_ARCH (default: ./plugin-dist)'],
      ['--url-base-path <url>', 'where they will be served (default: $PLUGIN_DOWNLOAD_URL_BASE_PATH)'],
      ['--output-path <file>', 'the index; JSON if its name ends in .json (default: ./plugins-index.yaml)'],
      ['--plugin-name-filter <regex>', 'only plugins whose names match'],
      ['--use-archive [boolean]', 'list archives; with =false, programs that are not packed (default: true)'],
      ['--recursive', 'also look into directories, which become a part of addresses'],
      ['--merge [file]', 'keep the other versions of the index at the output path, or of this file'],
      ['--replace-version', 'let a version that was published have other files than before'],
      ['--serial', 'number the publications, so that homes notice an older index; kept up from then on'],
      ['--check', 'write nothing; fail if the index would change'],
      DRY_RUN,
    ],
    goFlags: true,
    examples: [
      'repository:index --url-base-path https://plugins.example.com --output-path plugin-dist/index.yaml',
      'repository:index --binaries-path ./dist --url-base-path https://plugins.example.com --use-archive=false',
    ],
    statuses: { 1: 'refused or failed; with --check, the index would change' },
  },
  {
    name: 'repository:yank',
    summary: 'Take versions in an index back',
    description:
      'A version that was taken back is not installed, and whoever asks for it is told the reason. Without a version, all versions of the plugin are taken back.',
    args: '<index> <name[@version]>',
    options: [['--reason <text>', 'why, in a few words'], ['--undo', 'take the mark away'], MARKED_TYPE, DRY_RUN],
    examples: ["repository:yank index.yaml lights@1.1.0 --reason 'turns them off'", 'repository:yank index.yaml lights@1.1.0 --undo'],
  },
  {
    name: 'repository:deprecate',
    summary: 'Mark versions in an index as deprecated',
    description: 'Whoever installs such a version is told the reason. Without a version, all versions of the plugin are marked.',
    args: '<index> <name[@version]>',
    options: [
      ['--reason <text>', 'why, in a few words'],
      ['--replacement <name>', 'the plugin to use instead'],
      ['--undo', 'take the mark away'],
      MARKED_TYPE,
      DRY_RUN,
    ],
    examples: ["repository:deprecate index.yaml lights --reason 'nobody keeps it' --replacement lamps"],
  },
  {
    name: 'repository:page',
    summary: 'Write a static catalogue of an index',
    description: 'It has a list to search, and a page for each plugin.',
    synopsis: '[<index>] --output <directory> [<flags>]',
    args: '[index]',
    options: [
      ['--output <directory>', 'the directory to write; one that this command did not make is refused, unless --force'],
      ['--binaries-path <directory>', 'the directory with the archives, for READMEs, commands and triggers'],
      ['--title <text>', 'the heading of the catalogue (default: Plugins)'],
      ['--name <name>', 'what users call the repository in the lines to copy (default: plugins)'],
      ['--url <url>', 'the address of the index'],
      DRY_RUN,
    ],
    examples: ['repository:page public/plugins-index.yaml --binaries-path public --output site'],
  },
  {
    name: 'repository:package',
    summary: 'Pack plugins into archives that an index can be made of',
    args: '<directories...>',
    options: [
      ['--output <directory>', 'where the archives go (default: ./plugin-dist)'],
      [
        '--by-version',
        'a directory for each plugin and version, so that earlier versions stay; for repository:index --recursive. A packed version is replaced only with --force',
      ],
      ['--platform <platform>', 'what the plugins run on, like linux/amd64 (default: any/any)'],
      ['--index', 'also write the index of the output, plugins-index.yaml'],
      ['--url-base-path <url>', 'for --index: where the files will be served (default: $PLUGIN_DOWNLOAD_URL_BASE_PATH)'],
      DRY_RUN,
    ],
    goFlags: true,
    examples: [
      'repository:package lights backup --output packed',
      'repository:package lights --output public --by-version --index --url-base-path https://plugins.example.com',
    ],
  },
  {
    name: 'repository:lint',
    summary: 'List what is wrong with an index',
    description: 'That is what an install, Botkube and krew refuse, and what they do not check.',
    args: '<index>',
    options: [
      ['--try', 'also install every entry for this platform in a temporary home, and unpack those for others'],
      ['--strict', 'fail for remarks too'],
    ],
    examples: ['repository:lint plugins-index.yaml --strict', 'repository:lint https://plugins.example.com/index.yaml --try'],
    statuses: { 0: 'nothing was found, or remarks only', 1: 'errors were found; with --strict, errors or remarks' },
  },
  {
    name: 'repository:serve',
    summary: 'Serve a directory of packed plugins on this machine',
    description: 'The index is built when it is asked for.',
    args: '<directory>',
    options: [
      ['--host <host>', 'address to listen on (default: 127.0.0.1)'],
      ['--port <port>', 'port to listen on (default: any that is free)'],
      ['--url-base-path <url>', 'address below which the index says the files are (default: the one that the index was requested from)'],
      ['--use-archive [boolean]', 'list archives; with =false, programs that are not packed (default: true)'],
      ['--recursive', 'also list what directories within the directory hold'],
    ],
    goFlags: true,
    examples: ['repository:serve plugin-dist', 'repository:serve plugin-dist --host 0.0.0.0 --port 8080'],
    statuses: { 0: 'ended by Ctrl-C or a signal' },
  },
] as const satisfies readonly CommandSpec[];
