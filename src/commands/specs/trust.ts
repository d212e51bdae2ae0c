import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

const FOR = ['--for <repository>', 'for the plugins of this repository alone'] as const;

/** Commands that manage the keys whose signatures are believed. */
export const trustSpecs = [
  {
    name: 'trust:add',
    summary: 'Trust the public keys in a file',
    description: 'A key of OpenPGP, of SSH or of minisign. `-` reads standard input.',
    args: '<keyfile>',
    options: [FOR, DRY_RUN],
    examples: ['trust:add alice.asc', 'trust:add ~/.ssh/id_ed25519.pub --for acme', 'trust:add - --dry-run'],
  },
  {
    name: 'trust:list',
    summary: 'List the trusted keys',
    examples: ['trust:list', 'trust:list --format json'],
  },
  {
    name: 'trust:remove',
    summary: 'Trust a key no more',
    description: 'A key is named as trust:list prints it, or by the end of its fingerprint.',
    args: '<key>',
    options: [FOR, DRY_RUN],
    examples: ['trust:remove openpgp:5E615389B53CA37F0EE60BD3843BBF981FC18762', 'trust:remove 843BBF981FC18762 --for acme'],
  },
] as const satisfies readonly CommandSpec[];
