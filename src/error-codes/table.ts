import { apps } from './apps.ts';
import { home } from './home.ts';
import { plugins } from './plugins.ts';
import { providers } from './providers.ts';
import { repositories } from './repositories.ts';
import type { ErrorRow } from './row.ts';
import { sources } from './sources.ts';
import { system } from './system.ts';
import { trust } from './trust.ts';
import { usage } from './usage.ts';

const table = { ...usage, ...plugins, ...sources, ...repositories, ...trust, ...providers, ...apps, ...home, ...system };

/** The code of an error: stable, for scripts. */
export type ErrorCode = keyof typeof table;

/** Every error that there is. docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<ErrorCode, ErrorRow>> = table;

/** The same by subject, in the order of the page. */
export const sections: readonly { readonly title: string; readonly rows: Readonly<Record<string, ErrorRow>> }[] = [
  { title: 'The command line', rows: usage },
  { title: 'Plugins', rows: plugins },
  { title: 'Sources of plugins', rows: sources },
  { title: 'Repositories and publishing', rows: repositories },
  { title: 'Signatures and trust', rows: trust },
  { title: 'Providers', rows: providers },
  { title: 'Apps and their configuration', rows: apps },
  { title: 'Home, settings and server', rows: home },
  { title: 'The machine', rows: system },
];
