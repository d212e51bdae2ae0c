// The page: which view is shown, and how the connection is.
import { follow, forgetToken, retryNow, takeToken, useToken } from './connection.js';
import { byId, setText } from './dom.js';
import { eventsView } from './events.js';
import { instanceView } from './instance.js';
import { takeStatuses } from './instances.js';

/** @typedef {'instances' | 'instance' | 'events' | 'locked'} ViewName */

const brand = byId('brand').textContent ?? '';
const VIEWS = /** @type {const} */ (['instances', 'instance', 'events', 'locked']);
const [events, instance] = [eventsView(), instanceView()];
/** @type {ViewName | undefined} */
let current;
/** @type {(() => void) | undefined} */
let disconnect;

/** @param {ViewName} view @param {string} title @returns {boolean} whether it is the first that is shown */
function showView(view, title) {
  const isFirst = current === undefined;
  if (current === 'instance') instance.hide();
  if (current === 'events' && view !== 'events') events.hide();
  current = view;
  for (const name of VIEWS) byId(`view-${name}`).hidden = name !== view;
  byId('views').hidden = view === 'locked';
  for (const link of document.querySelectorAll('nav a')) {
    const isHere = link.getAttribute('data-view') === (view === 'instance' ? 'instances' : view);
    if (isHere) link.setAttribute('aria-current', view === 'instance' ? 'true' : 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${title} – ${brand}`;
  if (!isFirst) scrollTo(0, 0);
  return isFirst;
}

/** Whoever came by a link goes on from the title of where it led. */
const focusTitle = () => /** @type {HTMLElement | null} */ (document.querySelector('section:not([hidden]) h1'))?.focus({ preventScroll: true });

/** Shows what the address says. */
async function route() {
  if (/^#token=/.test(location.hash)) return start();
  if (!disconnect) return;
  const [, name] = /^#\/instances\/([^/]+)$/.exec(location.hash) ?? [];
  const isEvents = location.hash === '#/events';
  const title = isEvents ? 'Events' : name === undefined ? 'Instances' : decoded(name);
  const isFirst = showView(isEvents ? 'events' : name === undefined ? 'instances' : 'instance', title);
  if (isEvents) events.show();
  if (name !== undefined) await instance.show(title);
  if (!isFirst) focusTitle();
}

/** @param {string} text @returns {string} */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param {import('./connection.js').ConnectionState} state */
function showConnection(state) {
  byId('connection').dataset.state = state.kind;
  byId('retry').hidden = state.kind !== 'lost';
  const seconds = state.kind === 'lost' ? Math.ceil(state.waitMs / 1000) : 0;
  const texts = {
    connecting: 'Connecting…',
    connected: 'Connected',
    refused: 'Not let in',
    failed: 'Failed',
    lost: `Connection lost, trying again in ${seconds}s`,
  };
  setText(byId('connection-text'), texts[state.kind]);
  if (state.kind === 'refused') lock('The token in the address was not accepted: it is wrong, or of a supervisor that has ended since.');
}

/** @param {string} why */
function lock(why) {
  disconnect?.();
  disconnect = undefined;
  forgetToken();
  setText(byId('locked-why'), why);
  setText(byId('connection-text'), 'Not connected');
  byId('connection').dataset.state = 'refused';
  byId('retry').hidden = true;
  showView('locked', 'Token needed');
  byId('locked-title').focus({ preventScroll: true });
}

/** Begins with the token of the address, or of this tab. */
function start() {
  disconnect?.();
  disconnect = undefined;
  if (!takeToken()) return lock('There is none in the address.');
  disconnect = follow('instances', takeStatuses, showConnection);
  void route();
}

byId('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  /** @type {HTMLInputElement} */
  const field = byId('token');
  const text = field.value.trim().replace(/^.*#token=/, '');
  field.value = '';
  if (!/^[\w-]+$/.test(text)) return setText(byId('locked-why'), 'This is neither an address with a token, nor a token.');
  useToken(text);
  history.replaceState(null, '', '#/');
  start();
});
byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('main').focus();
});
byId('retry').addEventListener('click', retryNow);
byId('notice-close').addEventListener('click', () => {
  byId('notice').hidden = true;
});
addEventListener('hashchange', () => void route());
start();
