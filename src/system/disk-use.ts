import { lstatSync, readdirSync } from 'node:fs';

const BLOCK = 512;

/** Bytes that a file, or a directory with all that is in it, takes on the disk. Links are not followed; what this user may not read counts nothing. */
export function diskUse(path: string): number {
  const counted = new Set<string>();
  const left = [Buffer.from(path)];
  let bytes = 0;
  // Names are bytes, and trees may be deeper than a stack.
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    try {
      const stat = lstatSync(place);
      const several = stat.nlink > 1 && !stat.isDirectory() ? `${stat.dev}:${stat.ino}` : undefined;
      if (several !== undefined && counted.has(several)) continue;
      if (several !== undefined) counted.add(several);
      bytes += stat.blocks * BLOCK;
      if (stat.isDirectory()) for (const name of readdirSync(place, { encoding: 'buffer' })) left.push(Buffer.concat([place, SLASH, name]));
    } catch {
      // Gone meanwhile, not for this user, or too deep to be named.
    }
  }
  return bytes;
}

const SLASH = Buffer.from('/');
