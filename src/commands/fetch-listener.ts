import type { FetchListener } from '../repositories/bring.ts';

/** Shows on the terminal how far an index is. Loaded when one is fetched: to ask for a terminal takes 5 ms, which a search of copies can do without. */
export const listenOnTerminal = async (label: string): Promise<FetchListener> => (await import('../terminal/progress.ts')).fetchProgress(label);
