type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Variables by which a git hook that we run in speaks of its own repository (`git rev-parse --local-env-vars`), and those that change how paths and
 * attributes are read. What a caller sets by `GIT_CONFIG_COUNT` or `git -c` stays, as it does where git itself goes on to a submodule.
 */
const OF_A_REPOSITORY =
  /^GIT_(ALTERNATE_OBJECT_DIRECTORIES|CONFIG|OBJECT_DIRECTORY|DIR|WORK_TREE|IMPLICIT_WORK_TREE|GRAFT_FILE|INDEX_FILE|NO_REPLACE_OBJECTS|REPLACE_REF_BASE|PREFIX|SHALLOW_FILE|COMMON_DIR|INTERNAL_SUPER_PREFIX|QUARANTINE_PATH|NAMESPACE|ATTR_SOURCE|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)$/;

/** The environment for git in a repository of its own, whatever repository surrounds us, in English: its words become part of our messages. */
export const ownGitEnvironment = (env: Variables): Record<string, string | undefined> => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !OF_A_REPOSITORY.test(name))),
  LANGUAGE: 'C',
});

/** Settings behind those that the caller's environment has. A count that is none is left for git to complain of. */
export function withSettings(env: Variables, settings: readonly (readonly [key: string, value: string])[]): Record<string, string> {
  const count = Number(env.GIT_CONFIG_COUNT || 0);
  if (settings.length === 0 || !Number.isInteger(count)) return {};
  const added = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${count + index}`, key],
    [`GIT_CONFIG_VALUE_${count + index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(count + settings.length), ...Object.fromEntries(added) };
}

/** Nobody is there to be asked: not at the terminal, and not in a window either. A GIT_ASKPASS that answers by itself is the caller's own. */
export const UNATTENDED: Variables = {
  GIT_TERMINAL_PROMPT: '0',
  GCM_INTERACTIVE: 'never',
  SSH_ASKPASS: undefined,
  SSH_ASKPASS_REQUIRE: 'never',
  DISPLAY: undefined,
  WAYLAND_DISPLAY: undefined,
};

/**
 * What holds for every git that we start, as words in front of its command, where nothing overrides them: no hook and no program of a file system
 * monitor runs, and the bytes of a tree are the repository's whatever somebody likes in an editor. What brings the bytes (ssh, proxies, rewritten
 * addresses, credential helpers, the filters that a repository's own attributes name) is the user's.
 */
export const GIT_RULES: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.autocrlf=false',
  'core.eol=lf',
  'core.safecrlf=false',
  'core.symlinks=true',
  'core.sparseCheckout=false',
  'clone.defaultRemoteName=origin',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'advice.detachedHead=false',
  'color.ui=false',
  'gc.auto=0',
].flatMap((setting) => ['-c', setting]);
