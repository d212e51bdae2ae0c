/**
 * Whatever this process makes from here on, and what it starts, can be read by everybody and written by its owner alone: other users run what is in
 * the store, whatever the umask of the one who put it there. What nobody else may read has a mode of its own.
 */
export const useStoreModes = (): void => void process.umask(0o022);
