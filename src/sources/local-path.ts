import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';

export const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

export const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** @throws UserError where there is no current directory to be relative to */
export function absolute(path: string): string {
  try {
    return resolve(path);
  } catch (error) {
    throw new UserError('not-a-directory', `${path} is relative, and the current directory is gone`, {
      hint: 'change to another one, or give an absolute path',
      cause: error,
    });
  }
}

/** What is alike of all kinds of sources that are a directory on this machine. */
export const ofLocalPath = {
  isAsked: false,
  hasVersions: false,
  isPacked: false,
  isNamed: false,
  write: <S>(source: S): S => source,
  isUnchanged: async () => false,
  place: ({ path }: { readonly path: string }) => path,
  authorPlace: ({ path }: { readonly path: string }) => (isDirectory(path) ? path : undefined),
  published: () => undefined,
  isExact: () => false,
  standsAt: () => undefined,
  sameWords: () => true,
  isSame: () => true,
  mayBePath: true,
};
