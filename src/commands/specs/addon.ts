import type { CommandSpec } from '../command-spec.ts';
import { A_HOOK_FAILED, ACCEPT_SIGNER, DRY_RUN, OFFLINE, REFRESH, VERIFY } from './shared-flags.ts';

const PLACES = [
  ['--host-version <version>', 'version of the host, like v2022.10.05-0 (default: [host] version in tool.toml)'],
  ['--registry <place>', 'mirror whose registry is read, a directory or URL (default: the sources)'],
  ['--bucket-url <url>', "where the mirror's packages are served (default: where the registry is)"],
  ['--supported <file>', "file or URL of the host's own supported-versions-gen.json"],
  ['--order <order>', 'version (default), or kurl: external versions first, as kURL does'],
  REFRESH,
  OFFLINE,
] as const;

const INSTALLING = [
  ...PLACES,
  ['--join', 'this node joins a cluster: call NAME_join, and not what installs'],
  ['--replace', 'replace an installed plugin of the name that is no add-on'],
  VERIFY,
  ACCEPT_SIGNER,
  DRY_RUN,
] as const;

const OF_A_FOLDER = [
  ['--name <name>', "name of the add-on (default: of the folder's parent)"],
  ['--version <version>', "its version (default: the folder's name)"],
] as const;

/** Commands for add-ons that are released apart from their host. */
export const addonSpecs = [
  {
    name: 'addon:source:add',
    summary: 'Add a source of an add-on',
    description: 'The source is the versions.json that the author of an add-on publishes; the add-on has the name of the source.',
    args: '<name> <url>',
    options: [
      ['--header <header>...', `HTTP header for the file, like 'Authorization: Bearer \${TOKEN}'; repeatable`],
      ['--no-update', 'do not fetch the file now'],
      DRY_RUN,
    ],
    examples: ['addon:source:add kotsadm https://addons.example.org/versions.json'],
  },
  {
    name: 'addon:source:list',
    summary: 'List the sources of add-ons',
    examples: ['addon:source:list'],
  },
  {
    name: 'addon:source:remove',
    summary: 'Remove a source of an add-on',
    args: '<name>',
    options: [DRY_RUN],
    examples: ['addon:source:remove kotsadm'],
  },
  {
    name: 'addon:versions',
    summary: 'List the versions of add-ons, and why some do not suit the host',
    args: '[name]',
    options: PLACES,
    examples: ['addon:versions kotsadm --host-version v2022.10.06-0', 'addon:versions --registry https://mirror.example.org --json'],
  },
  {
    name: 'addon:resolve',
    summary: 'Print a spec with the exact version and package of each add-on',
    description: 'A version is latest, X.Y.x or exact. One that is named and does not suit the host is refused, unless --force is given.',
    args: '<spec>',
    options: [...PLACES, ['--output <file>', 'write the spec there'], ['--explain', 'print the choice for each add-on instead of the spec']],
    examples: ['addon:resolve spec.yaml --host-version v2022.10.06-0', 'addon:resolve spec.yaml --registry ./mirror --explain'],
  },
  {
    name: 'addon:install',
    summary: 'Install an add-on from its package, or another version of it',
    description:
      'The package is checked by its checksum and becomes a plugin of its name, with history and rollback; then the functions of the add-on are called.',
    args: '<name[@version]>',
    options: INSTALLING,
    examples: ['addon:install kotsadm --host-version v2022.10.06-0', 'addon:install kotsadm@1.85.0 --dry-run'],
    statuses: A_HOOK_FAILED,
  },
  {
    name: 'addon:apply',
    summary: 'Resolve a spec and install the packages of its add-ons',
    description: 'Add-ons are installed in the order of the spec. What stands as the spec has it is left; the first that fails ends the run.',
    args: '<spec>',
    options: INSTALLING,
    examples: ['addon:apply spec.yaml --dry-run', 'addon:apply spec.yaml --registry ./mirror --supported supported-versions-gen.json'],
    statuses: A_HOOK_FAILED,
  },
  {
    name: 'addon:package',
    summary: 'Pack an add-on into NAME-VERSION.tar.gz',
    description:
      'The folder is NAME/VERSION, with install.sh and a Manifest, which is checked. The same files give the same bytes; what .toolignore lists stays out.',
    args: '<directory>',
    options: [
      ...OF_A_FOLDER,
      ['--output <directory>', 'where the archive goes (default: .)'],
      ['--fetch', 'first bring the assets, and the images that are files, that the Manifest names'],
      ['--partial', 'pack it although something that the Manifest names is missing'],
      DRY_RUN,
    ],
    examples: ['addon:package addons/kotsadm/1.85.0 --fetch', 'addon:package . --name kotsadm --version 1.85.0 --output dist'],
  },
  {
    name: 'addon:lint',
    summary: 'Tell all that is wrong with the folder or the package of an add-on',
    args: '<directory|package>',
    options: [...OF_A_FOLDER, ['--strict', 'remarks are errors too']],
    examples: ['addon:lint addons/kotsadm/1.85.0', 'addon:lint kotsadm-1.85.0.tar.gz --strict'],
    statuses: { 1: 'there are errors, or with --strict remarks' },
  },
  {
    name: 'addon:test',
    summary: 'Install the package of an add-on in a temporary home, and call its functions',
    description: 'Programs for which there is no stub, kubectl and ctr among them, do nothing and succeed.',
    args: '<package>',
    options: [
      ['--host-version <version>', 'version of the host (default: [host] version in tool.toml, else one of today)'],
      ['--from <package>', 'an older package, from which it is updated, and to which it is rolled back'],
      ['--spec <file>', 'the spec that is applied; __testver__, __testdist__ and __testsha256__ in it become those of the package'],
      ['--stubs <directory>', 'programs that take the place of others, like kubectl'],
      ['--format <format>', 'tap or pretty (default: pretty on a terminal, else tap)'],
      ['--keep', 'keep the home and print where it is'],
    ],
    formats: ['tap', 'pretty'],
    examples: ['addon:test kotsadm-1.85.0.tar.gz', 'addon:test kotsadm-1.86.0.tar.gz --from kotsadm-1.85.0.tar.gz --stubs test/stubs'],
    statuses: { 0: 'everything passed', 1: 'something failed' },
  },
  {
    name: 'addon:serve',
    summary: 'Serve the versions of add-ons over HTTP',
    description:
      'Answers /installer and /installer/version/VERSION as the API of kURL does. What was read is used for five minutes, and longer where it cannot be read.',
    options: [...PLACES, ['--host <host>', 'address to listen on (default: 127.0.0.1)'], ['--port <port>', 'port to listen on (default: any that is free)']],
    examples: [
      'addon:serve --registry ./mirror --host-version v2022.10.06-0 --port 8080',
      'addon:serve --supported "https://dist.example.org/{version}/supported-versions-gen.json"',
    ],
    statuses: { 0: 'ended by Ctrl-C or a signal' },
  },
  {
    name: 'addon:publish',
    summary: 'Add a version to the versions.json of an add-on',
    synopsis: '--name <name> --version <version> --url <url> --range <range> [<flags>]',
    options: [
      ['--name <name>', 'name of the add-on'],
      ['--version <version>', 'its version'],
      ['--url <url>', 'where its package is'],
      ['--range <range>', 'versions of the host that it suits, like ">= v2022.10.05-0"'],
      ['--package <file>', 'the package, of which checksum and size are written'],
      ['--prerelease', 'it is offered to nobody until it is promoted'],
      ['--output <file>', 'the versions.json (default: ./versions.json)'],
      DRY_RUN,
    ],
    examples: ['addon:publish --name kotsadm --version 1.85.0 --url https://addons.example.org/kotsadm-1.85.0.tar.gz --range ">= v2022.10.05-0"'],
  },
  {
    name: 'addon:promote',
    summary: 'Make a prerelease in a versions.json a release',
    args: '<version>',
    options: [['--output <file>', 'the versions.json (default: ./versions.json)'], DRY_RUN],
    examples: ['addon:promote 1.86.0'],
  },
] as const satisfies readonly CommandSpec[];
