import type { CommandSpec } from '../command-spec.ts';

/** Commands for what plugins made for Helm offer others. */
export const helmSpecs = [
  {
    name: 'fetch',
    summary: 'Fetch a URL, by the plugin that has its protocol, and print what came',
    args: '<url>',
    options: [
      ['-o, --output <file>', 'write it to this file; nothing is written unless all of it came'],
      ['--cert-file <path>', 'client certificate, which a plugin is given'],
      ['--key-file <path>', 'key of the client certificate, which a plugin is given'],
      ['--ca-file <path>', 'certificates of authorities, which a plugin is given'],
      ['--username <name>', 'user name, which a plugin is given; HELM_PLUGIN_PASSWORD is the password'],
    ],
    formats: [],
    examples: ['fetch s3://charts/values.yaml', 'fetch https://example.org/values.yaml --output values.yaml'],
    statuses: { 1: 'it could not be fetched; a plugin that fails gives its own status instead' },
  },
  {
    name: 'postrender',
    summary: 'Pass standard input through the post-renderers of plugins, and print what comes out',
    args: '<name> [args...]',
    options: [['--then <name>...', 'a post-renderer for what comes out, without arguments']],
    formats: [],
    examples: ['postrender labels < manifests.yaml', 'postrender labels --then images -- --env prod < manifests.yaml'],
    statuses: { 1: 'nothing came out, or there is no such post-renderer; a plugin that fails gives its own status instead' },
  },
] as const satisfies readonly CommandSpec[];
