// How the instances are: a row for each, the same element for as long as the instance is there, so that the focus stays.
import { ask } from './connection.js';
import { byId, complain, el, isOff, lasting, say, setOff, setText } from './dom.js';

/** @typedef {{ name: string, provider: string, state: string, pid: number | null, since: string, restarts: number, errors: string[] }} Status */

const VERBS = /** @type {const} */ (['start', 'stop', 'restart']);
/** @typedef {typeof VERBS[number]} Verb */

/** States that somebody who does not look at the page is told of. */
const TOLD = new Set(['running', 'stopped', 'restarting', 'failed']);
/** A process belongs to it, or soon will. */
const UP = new Set(['starting', 'configuring', 'running', 'restarting']);

/** @type {readonly Status[]} */
let statuses = [];
/** By how much the clock of the supervisor is ahead of this one. */
let ahead = 0;
/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {string} name @returns {Status | undefined} */
export const statusOf = (name) => statuses.find((status) => status.name === name);
/** @param {() => void} listener told of every change, and once a second */
export const onStatus = (listener) => void listeners.add(listener);

/** @param {Status} status @returns {string} */
export const uptime = ({ state, since }) => (state === 'running' ? lasting(Date.now() + ahead - Date.parse(since)) : '–');

/** @returns {{ element: HTMLElement, update: (status: Status) => void }} */
export function stateBadge() {
  const element = el('span', { class: 'state' });
  return {
    element,
    update: ({ state }) => {
      element.dataset.state = state;
      setText(element, state);
    },
  };
}

/** The buttons of an instance. @param {string} name @returns {{ element: HTMLElement, update: (status: Status) => void }} */
export function verbButtons(name) {
  /** @type {Verb | ''} */
  let pending = '';
  /** @type {Status | undefined} */
  let last;
  const buttons = VERBS.map((verb) => {
    const label = `${verb[0]?.toUpperCase()}${verb.slice(1)}`;
    return el('button', { type: 'button', 'data-verb': verb, 'aria-label': `${label} ${name}`, onclick: () => void press(verb) }, label);
  });
  const update = (/** @type {Status} */ status) => {
    last = status;
    const isUp = UP.has(status.state);
    const can = { start: !isUp || status.state === 'restarting', stop: isUp, restart: isUp };
    for (const [index, button] of buttons.entries()) {
      const verb = VERBS[index] ?? 'start';
      setOff(button, pending !== '' || !can[verb]);
      button.toggleAttribute('data-pending', pending === verb);
    }
  };
  const press = async (/** @type {Verb} */ verb) => {
    const button = buttons[VERBS.indexOf(verb)];
    if (!button || isOff(button)) return;
    pending = verb;
    if (last) update(last);
    try {
      const { state, errors } = await ask('POST', `instances/${encodeURIComponent(name)}/${verb}`, {});
      if (state === 'failed' || (state === 'restarting' && verb !== 'stop')) complain(`${name} is ${state}: ${errors.join('; ')}`);
    } catch (error) {
      complain(`Cannot ${verb} ${name}: ${/** @type {Error} */ (error).message}`);
    }
    pending = '';
    const now = statusOf(name) ?? last;
    if (now) update(now);
  };
  return { element: el('div', { class: 'verbs', role: 'group', 'aria-label': `Start and stop ${name}` }, ...buttons), update };
}

/** @typedef {{ element: HTMLTableRowElement, update: (status: Status) => void, tick: (status: Status) => void }} Row */

/** @param {string} name @returns {Row} */
function rowOf(name) {
  const badge = stateBadge();
  const verbs = verbButtons(name);
  const [provider, up, restarts, error] = [el('span'), el('span'), el('span'), el('span', { class: 'clamp' })];
  const cell = (/** @type {string} */ label, /** @type {string} */ kind, /** @type {Node} */ content) =>
    el('td', { class: kind, 'data-label': label }, content);
  const link = el('a', { href: `#/instances/${encodeURIComponent(name)}` }, el('bdi', {}, name));
  const element = el(
    'tr',
    {},
    el('th', { scope: 'row', class: 'c-name' }, link),
    cell('Provider', 'c-provider', provider),
    cell('State', 'c-state', badge.element),
    cell('Uptime', 'c-uptime', up),
    cell('Restarts', 'c-restarts', restarts),
    cell('Last error', 'c-error', error),
    cell('', 'c-verbs', verbs.element),
  );
  const tick = (/** @type {Status} */ status) => setText(up, uptime(status));
  return {
    element,
    tick,
    update: (status) => {
      badge.update(status);
      verbs.update(status);
      setText(provider, status.provider);
      setText(restarts, String(status.restarts));
      setText(error, status.errors.join('; ') || '–');
      error.classList.toggle('bad', status.errors.length > 0);
      tick(status);
    },
  };
}

/** @type {Map<string, Row>} */
const rows = new Map();

function showRows() {
  const body = byId('rows');
  for (const [name, row] of rows) {
    if (statusOf(name)) continue;
    row.element.remove();
    rows.delete(name);
  }
  for (const [index, status] of statuses.entries()) {
    const row = rows.get(status.name) ?? rowOf(status.name);
    rows.set(status.name, row);
    row.update(status);
    // What is where it belongs is not moved: that would take the focus away.
    if (body.children[index] !== row.element) body.insertBefore(row.element, body.children[index] ?? null);
  }
  const running = statuses.filter(({ state }) => state === 'running').length;
  const failed = statuses.filter(({ state }) => state === 'failed').length;
  setText(byId('summary'), statuses.length === 0 ? '' : `${running} of ${statuses.length} running${failed === 0 ? '' : `, ${failed} failed`}`);
  byId('instances-card').hidden = statuses.length === 0;
  byId('no-instances').hidden = statuses.length > 0;
}

/** Takes how all instances are by now. @param {{ now: string, instances: Status[] }} told */
export function takeStatuses({ now, instances }) {
  const before = new Map(statuses.map(({ name, state }) => [name, state]));
  const isFirst = before.size === 0;
  ahead = Date.parse(now) - Date.now();
  statuses = instances;
  showRows();
  for (const listener of listeners) listener();
  const changed = instances.filter(({ name, state }) => TOLD.has(state) && before.get(name) !== state);
  if (!isFirst && changed.length > 0) say(changed.map(({ name, state }) => `${name} is ${state}`).join(', '));
}

setInterval(() => {
  for (const status of statuses) rows.get(status.name)?.tick(status);
  for (const listener of listeners) listener();
}, 1000);
