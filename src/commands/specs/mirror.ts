import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

const STATUSES = {
  0: 'all that there is is mirrored, or with --every: ended by a signal',
  1: 'something could not be mirrored; the rest was',
  3: 'all is mirrored, and some of it is another one at its source by now, which was not taken over',
} as const;

const TO = ['--to <place>', 'a directory, or s3://bucket/prefix'] as const;
const ENDPOINT = ['--endpoint <url>', 'for s3: a server that speaks as S3 does (default: $AWS_ENDPOINT_URL_S3, else AWS)'] as const;
const HOW = [
  ['--once', 'mirror what there is, and end (default)'],
  ['--every <duration>', 'do so again and again, like 15m, until a signal comes'],
  ['--verify', 'also compare what is mirrored with what its source gives, byte for byte'],
  ['--report <file>', 'write what came of each pass there, as JSON'],
  DRY_RUN,
] as const;

/** Commands that keep published versions where they can never change. */
export const mirrorSpecs = [
  {
    name: 'repository:mirror',
    summary: 'Keep copies of what repositories list, which never change',
    description:
      'New versions are downloaded and checked, and listed in an index beside them. What is there stays as it is, whatever its source says later; only marks of versions that were taken back, or are no prereleases any more, are taken over.',
    synopsis: '[<name>...] --to <place> [<flags>]',
    args: '[names...]',
    options: [TO, ENDPOINT, ['--url-base-path <url>', 'where the mirror is served, for its index (default for s3: the address of the bucket)'], ...HOW],
    examples: [
      'repository:mirror acme --to /srv/mirror --url-base-path https://mirror.example.org',
      'repository:mirror --to s3://plugins/mirror --endpoint https://s3.example.org --every 15m',
    ],
    statuses: STATUSES,
  },
  {
    name: 'addon:mirror',
    summary: 'Keep copies of the packages of add-ons, which never change',
    description:
      "The packages and the registry have kURL's names: external/ADDON-VERSION.tar.gz and external/addon-registry.json. What is there stays as it is, whatever its source says later; only a prerelease may become a release.",
    synopsis: '[<name>...] --to <place> [<flags>]',
    args: '[names...]',
    options: [TO, ENDPOINT, ...HOW],
    examples: ['addon:mirror kotsadm --to /srv/mirror', 'addon:mirror --to s3://addons --every 15m'],
    statuses: STATUSES,
  },
] as const satisfies readonly CommandSpec[];
