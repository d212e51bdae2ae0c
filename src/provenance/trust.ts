import { type Policy, trustSettings } from '../config/trust-settings.ts';
import { isKeyFor, type KeyFile, keyFiles } from '../home/trusted-key-files.ts';
import { type TrustedKeys, trustedKeys } from './trusted-keys.ts';

/**
 * Where signatures are looked for: nowhere; in what has come anyway, as an image brings its provenance; or wherever there may be one, which is fetched.
 */
export type Looks = 'nowhere' | 'at hand' | 'everywhere';

/** Whom a home trusts, and what it makes of that, for one command. */
export interface Trust {
  /** @param repository that the plugin comes from, where it comes from one */
  policy(repository?: string): Policy;
  looks(repository?: string): Looks;
  keys(repository?: string): TrustedKeys;
  /** Whether `--verify=false` was said. */
  readonly isSkipped: boolean;
  /** The same for what was signed when it was installed: signatures are looked for even where no key is trusted any more. */
  readonly ofSigned: Trust;
}

/**
 * Opens what a home says of trust; tool.toml and the keys are read when they are first asked for.
 * @param verify what `--verify` says: true stands for the policy `require`, false for looking at nothing
 */
export function openTrust(home: string, verify?: boolean): Trust {
  const files = once(() => keyFiles(home));
  const settings = byRepository((repository) => trustSettings(home, repository));
  return trustOf({ files, settings, keys: byRepository((repository) => trustedKeys(home, repository)), verify, wasSigned: false });
}

interface Parts {
  readonly files: () => readonly KeyFile[];
  readonly settings: (repository?: string) => ReturnType<typeof trustSettings>;
  readonly keys: (repository?: string) => TrustedKeys;
  readonly verify: boolean | undefined;
  readonly wasSigned: boolean;
}

function trustOf(parts: Parts): Trust {
  const { files, settings, keys, verify, wasSigned } = parts;
  const hasKey = (repository?: string): boolean => files().some((file) => isKeyFor(file, repository));
  const policy = (repository?: string): Policy => {
    if (verify !== undefined) return verify ? 'require' : 'off';
    return settings(repository).policy ?? (wasSigned || hasKey(repository) ? 'warn' : 'off');
  };
  return {
    policy,
    looks(repository) {
      if (policy(repository) !== 'off') return 'everywhere';
      return verify === undefined && hasKey(repository) ? 'at hand' : 'nowhere';
    },
    keys,
    isSkipped: verify === false,
    get ofSigned() {
      return wasSigned ? this : trustOf({ ...parts, wasSigned: true });
    },
  };
}

function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

function byRepository<T>(read: (repository?: string) => T): (repository?: string) => T {
  const known = new Map<string | undefined, T>();
  return (repository) => {
    const value = known.get(repository) ?? read(repository);
    known.set(repository, value);
    return value;
  };
}
