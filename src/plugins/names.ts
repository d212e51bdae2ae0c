/** A plugin's name: also a directory's, so it is validated before it touches a path (contract dokku §10 "Dispatch" 3). */
export const isPluginName = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/.test(name);

/** A command word as typed: `plugin` or `plugin:command`; `a:b:c` names the file `b:c`. */
export const isCommandWord = (word: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_.:-]*)?$/.test(word);

/** Byte order, which is the order of triggers and of the `commands` loop under any locale (contract dokku §2.1). */
export const inByteOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Whether a text has characters that would do something to a terminal, or end a name early. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const hasControls = (text: string): boolean => /[\0-\x1f\x7f-\x9f]/.test(text);
