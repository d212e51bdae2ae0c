// The log of an instance: its last lines, and what is added.
import { follow } from './connection.js';
import { clock, el, setText } from './dom.js';

const MOST_LINES = 2000;
/** So near to its end a log is read at its end. */
const END_PX = 24;

/** @param {string} line `TIME LEVEL text` @returns {HTMLElement} */
function lineOf(line) {
  const [, time = '', level = '', text = line] = /^(\d{4}-\S+) (\S+) +(.*)$/s.exec(line) ?? [];
  const shown = [time !== '' && el('time', { datetime: time, title: time }, clock(time)), ' ', level !== '' && el('b', {}, level), ' ', el('bdi', {}, text)];
  return el('div', { class: 'line', 'data-level': level }, ...shown);
}

/**
 * Shows the log of an instance for as long as it is looked at.
 * @param {string} name
 * @returns {{ element: HTMLElement, end: () => void }}
 */
export function logOf(name) {
  const lines = el('div', { class: 'log card scroll', role: 'log', 'aria-live': 'off', 'aria-label': `Log of ${name}`, tabindex: 0 });
  const wanted = el('input', { id: 'log-filter', type: 'search', spellcheck: 'false', autocapitalize: 'off' });
  const isFollowing = el('input', { id: 'log-follow', type: 'checkbox', checked: true });
  const note = el('p', { class: 'quiet', role: 'status' });
  /** @type {string[]} */
  const arrived = [];
  let isAnew = false;

  const isWanted = (/** @type {Element} */ line) => (line.textContent ?? '').toLowerCase().includes(wanted.value.trim().toLowerCase());
  const filter = () => {
    for (const line of lines.children) line.toggleAttribute('hidden', !isWanted(line));
    toEnd();
  };
  const toEnd = () => {
    if (isFollowing.checked) lines.scrollTop = lines.scrollHeight;
  };
  const show = () => {
    const made = arrived.splice(0).slice(-MOST_LINES).map(lineOf);
    for (const line of made) line.toggleAttribute('hidden', !isWanted(line));
    // What comes after a break begins with what was there before.
    if (isAnew) lines.replaceChildren(...made);
    else lines.append(...made);
    isAnew = false;
    while (lines.children.length > MOST_LINES) lines.firstElementChild?.remove();
    toEnd();
  };

  wanted.addEventListener('input', filter);
  isFollowing.addEventListener('change', toEnd);
  lines.addEventListener('scroll', () => {
    isFollowing.checked = lines.scrollHeight - lines.scrollTop - lines.clientHeight < END_PX;
  });
  const stop = follow(
    `instances/${encodeURIComponent(name)}/log`,
    (line) => {
      if (arrived.push(String(line)) === 1) requestAnimationFrame(show);
    },
    (state) => {
      if (state.kind === 'connected') isAnew = true;
      setText(note, state.kind === 'failed' ? state.text : state.kind === 'lost' ? 'The log was interrupted, and is asked for again.' : '');
    },
  );
  const tools = el(
    'div',
    { class: 'tools' },
    el('div', { class: 'field' }, el('label', { for: 'log-filter' }, 'Show lines with'), wanted),
    el('label', { for: 'log-follow' }, isFollowing, 'Follow'),
  );
  const title = el('h2', { id: 'log-title' }, 'Log');
  return { element: el('section', { class: 'pane', 'aria-labelledby': 'log-title' }, el('div', { class: 'title' }, title, note), tools, lines), end: stop };
}
