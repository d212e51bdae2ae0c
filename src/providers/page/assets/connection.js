// What is asked of the supervisor: requests with the token of this tab, and answers without an end, which are asked for again when they break off.

/** Nothing but an empty line comes every 15 seconds where there is nothing to tell. */
const QUIET_MS = 40_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** A page that nobody looks at keeps none of the few connections that a browser has for all pages of a server. */
const HIDDEN_MS = 10_000;
const KEPT_AS = 'tool-token';

/** @typedef {{ kind: 'connecting' | 'connected' | 'refused' } | { kind: 'lost', waitMs: number } | { kind: 'failed', text: string }} ConnectionState */

let token = '';

/** Takes the token out of the address, where nobody else is to see it, or from what this tab keeps. @returns {boolean} whether there is one */
export function takeToken() {
  const [, given] = /^#token=([\w-]+)$/.exec(location.hash) ?? [];
  if (given) {
    useToken(given);
    history.replaceState(null, '', '#/');
  } else token = sessionStorage.getItem(KEPT_AS) ?? '';
  return token !== '';
}

/** @param {string} text */
export function useToken(text) {
  token = text;
  sessionStorage.setItem(KEPT_AS, text);
}

export function forgetToken() {
  token = '';
  sessionStorage.removeItem(KEPT_AS);
}

/** @param {string} path below /ui/api/ @param {RequestInit} [options] @returns {Promise<Response>} */
const request = (path, { headers, ...options } = {}) =>
  fetch(`api/${path}`, { cache: 'no-store', credentials: 'omit', redirect: 'error', headers: { authorization: `Bearer ${token}`, ...headers }, ...options });

/** What an answer says that went wrong. @param {Response} response @returns {Promise<string>} */
async function problemOf(response) {
  const value = await response.json().catch(() => ({}));
  return Array.isArray(value.Messages) && value.Messages.length > 0 ? value.Messages.join('; ') : `it was answered with status ${response.status}`;
}

/**
 * Asks once.
 * @param {'GET' | 'POST'} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>} what was answered
 * @throws Error with a text for people
 */
export async function ask(method, path, body) {
  let response;
  try {
    response = await request(path, body === undefined ? { method } : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  } catch {
    throw new Error('the supervisor cannot be reached');
  }
  if (!response.ok) throw new Error(await problemOf(response));
  return response.json();
}

/** @type {Set<() => void>} */
const waiting = new Set();

/** Has all that waits try again at once. */
export const retryNow = () => {
  for (const wake of [...waiting]) wake();
};

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
const wait = (ms, signal) =>
  new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      waiting.delete(end);
      done();
    };
    const timer = setTimeout(end, ms);
    waiting.add(end);
    signal.addEventListener('abort', end, { once: true });
  });

/**
 * Reads one answer to its end.
 * @param {string} path
 * @param {(value: any) => void} onValue
 * @param {(state: ConnectionState) => void} onState
 * @param {AbortSignal} signal
 * @returns {Promise<'over' | 'again'>} whether to ask again
 */
async function readLines(path, onValue, onState, signal) {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), QUIET_MS);
  try {
    const response = await request(path, { signal: AbortSignal.any([signal, silence.signal]) });
    if (response.status === 401 || response.status === 403) {
      onState({ kind: 'refused' });
      return 'over';
    }
    if (response.status >= 400 && response.status < 500) {
      onState({ kind: 'failed', text: await problemOf(response) });
      return 'over';
    }
    if (!response.ok || !response.body) return 'again';
    onState({ kind: 'connected' });
    let rest = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), QUIET_MS);
      const lines = (rest + part.value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '' && !signal.aborted) onValue(JSON.parse(line));
    }
  } catch {
    // It broke off, or nobody is there.
  } finally {
    clearTimeout(timer);
  }
  return 'again';
}

/**
 * Reads an answer without an end, and asks for it again when it breaks off.
 * @param {string} path
 * @param {(value: any) => void} onValue told of each value
 * @param {(state: ConnectionState) => void} onState
 * @param {{ whileHidden?: boolean }} [options] whether it goes on while nobody looks at the page
 * @returns {() => void} what ends it
 */
export function follow(path, onValue, onState, { whileHidden = false } = {}) {
  let current = new AbortController();
  const run = async (/** @type {AbortSignal} */ signal) => {
    for (let waitMs = FIRST_WAIT_MS; !signal.aborted; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      onState({ kind: 'connecting' });
      const tell = (/** @type {ConnectionState} */ state) => {
        if (state.kind === 'connected') waitMs = FIRST_WAIT_MS;
        if (!signal.aborted) onState(state);
      };
      if ((await readLines(path, onValue, tell, signal)) === 'over' || signal.aborted) return;
      onState({ kind: 'lost', waitMs });
      await wait(waitMs, signal);
    }
  };
  let timer = 0;
  const onVisibility = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => current.abort(), HIDDEN_MS);
    else if (current.signal.aborted) {
      current = new AbortController();
      void run(current.signal);
    }
  };
  if (!whileHidden) document.addEventListener('visibilitychange', onVisibility);
  void run(current.signal);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisibility);
    current.abort();
  };
}
