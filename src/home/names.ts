/** A plugin's name: also a directory's, so it is validated before it touches a path (contract dokku §10.1 (3)). */
export const isPluginName = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/.test(name);

/** A command word as typed: `plugin` or `plugin:command`; `a:b:c` names the file `b:c`. */
export const isCommandWord = (word: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_.:-]*)?$/.test(word);

/** The name of the plugin that a command word addresses. */
export const pluginOf = (word: string): string => word.split(':', 1)[0] as string;

/** Whether a subcommand's file can be named behind the colon of a command word. */
export const isNamedByWord = (name: string): boolean => /^[A-Za-z0-9_.:-]+$/.test(name);

/** Byte order, which is the order of triggers and of the `commands` loop under any locale (contract dokku §2.1). */
export const inByteOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A provider's name, an instance's too: also a directory's and a file's, so it is checked before it touches a path. */
export const isProviderName = (name: string): boolean => /^[A-Za-z][A-Za-z0-9._-]{1,63}$/.test(name);

/** The rule, for messages. */
export const PROVIDER_NAME_RULE = 'begin with a letter; go on with letters, digits, dots, hyphens and underscores, 64 in all';
