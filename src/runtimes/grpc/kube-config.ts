import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { readSmallBytes, SETTINGS_BYTES, whyUnread } from '../../system/small-file.ts';

/**
 * The kubeconfig that kubectl would read first: of those in KUBECONFIG, or else `~/.kube/config`.
 * @param warn told of one that is there and cannot be read
 * @returns its bytes; undefined where there is none
 */
export function kubeConfigOf({ KUBECONFIG, HOME }: Readonly<Record<string, string | undefined>>, warn: (text: string) => void): Buffer | undefined {
  const files = KUBECONFIG ? KUBECONFIG.split(':').filter((file) => file !== '') : HOME ? [join(HOME, '.kube/config')] : [];
  for (const file of files) {
    try {
      return readSmallBytes(file, SETTINGS_BYTES);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') warn(`${file} ${whyUnread(error)}, and is not sent`);
    }
  }
  return undefined;
}
