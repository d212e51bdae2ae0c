import { join } from 'node:path';
import { readSmallFile, SETTINGS_BYTES } from '../../system/small-file.ts';
import type { Clone } from './clone.ts';

/**
 * What to say of a clone whose files are kept in Git LFS where nothing on this machine brings them: git then leaves what they are to be had by, and
 * does not say so.
 */
export async function lfsNote({ git, tree, shown }: Clone): Promise<string | undefined> {
  if (!/\bfilter=lfs\b/.test(attributesOf(tree))) return undefined;
  const known = await git('-C', tree, 'config', '--get-regexp', '^filter\\.lfs\\.(process|smudge)$');
  return known.status === 0
    ? undefined
    : `${shown} keeps files in Git LFS, which git is not set up for here: they came as pointers; run \`git lfs install\` and install the plugin again`;
}

function attributesOf(tree: string): string {
  try {
    return readSmallFile(join(tree, '.gitattributes'), SETTINGS_BYTES);
  } catch {
    return '';
  }
}
