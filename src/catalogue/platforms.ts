import type { Platform, Release, ReleasePlatform } from './release.ts';

/** The platform that this process runs on. */
export function hostPlatform(): Platform {
  throw new Error('being written');
}

/** Reads `linux/arm64`; other systems' words are understood (`macos/x86_64`). @throws UserError BAD_USAGE */
export function parsePlatform(_text: string): Platform {
  throw new Error('being written');
}

export const platformText = ({ os, arch }: Platform): string => `${os}/${arch}`;

/** What a release has for a platform; undefined where there is nothing. */
export function platformOf(_release: Release, _platform: Platform): ReleasePlatform | undefined {
  throw new Error('being written');
}
