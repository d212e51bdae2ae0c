// Events as they happen, the newest first.
import { follow } from './connection.js';
import { byId, clock, detailsOf, el, setText } from './dom.js';

const MOST = 500;

/** @typedef {{ Id?: string, Time: string, Type: string, Action: string, Key: string, Principal: string, Object: unknown }} Event */

/** @param {Event} event @returns {HTMLElement} */
function itemOf(event) {
  const { Time, Type, Action, Key, Principal, Object: about } = event;
  const summary = el(
    'summary',
    {},
    el('time', { datetime: Time, title: Time }, clock(Time)),
    ' ',
    el('b', {}, el('bdi', {}, `${Type}.${Action}`)),
    ' ',
    el('bdi', { class: 'key' }, Key),
    ' ',
    el('span', { class: 'quiet by' }, el('bdi', {}, Principal)),
  );
  const details = detailsOf(summary, () => el('pre', {}, JSON.stringify(about ?? null, null, 2)));
  const tone = /^(failed|crashed|error|dropped)$/.test(Action) ? 'bad' : Action === 'warn' ? 'warn' : '';
  return el('li', { 'data-tone': tone }, details);
}

/** @returns {{ show: () => void, hide: () => void }} the view, which listens while it is shown */
export function eventsView() {
  const list = byId('event-list');
  const form = byId('event-form');
  /** @type {HTMLInputElement} */
  const filter = byId('event-filter');
  const pause = byId('event-pause');
  const problem = byId('event-problem');
  /** @type {Event[]} */
  let arrived = [];
  let [seen, waiting, isScheduled] = [0, 0, false];
  /** @type {(() => void) | undefined} */
  let stop;
  let lostAt = 0;

  const isPaused = () => pause.getAttribute('aria-pressed') === 'true';
  const count = () => {
    byId('no-events').hidden = list.childElementCount > 0;
    const older = seen > MOST ? `, the last ${MOST} are shown` : '';
    setText(byId('event-count'), `${seen} ${seen === 1 ? 'event' : 'events'}${older}${isPaused() ? `; paused, ${waiting} more` : ''}`);
  };
  const flush = () => {
    isScheduled = false;
    if (!isPaused()) {
      const items = arrived.splice(0).slice(-MOST).reverse().map(itemOf);
      list.prepend(...items);
      seen += waiting;
      waiting = 0;
      while (list.childElementCount > MOST) list.lastElementChild?.remove();
    }
    count();
  };
  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    requestAnimationFrame(flush);
  };
  const take = (/** @type {Event} */ event) => {
    arrived.push(event);
    waiting++;
    // Nobody looks at a page that draws nothing.
    if (arrived.length > 2 * MOST) arrived = arrived.slice(-MOST);
    schedule();
  };
  /** Says that events may be missing at this place. */
  const gap = () => {
    if (lostAt === 0) return;
    if (list.childElementCount > 0) list.prepend(el('li', { class: 'gap' }, `Nothing was heard from ${clock(lostAt)} to ${clock(Date.now())}`));
    lostAt = 0;
  };
  const listen = () => {
    stop?.();
    setText(problem, '');
    filter.removeAttribute('aria-invalid');
    const wanted = filter.value.trim();
    stop = follow(
      `events${wanted === '' ? '' : `?filter=${encodeURIComponent(wanted)}`}`,
      take,
      (state) => {
        if (state.kind === 'connected') gap();
        else if (state.kind === 'lost') lostAt ||= Date.now();
        else if (state.kind === 'failed') {
          setText(problem, state.text);
          filter.setAttribute('aria-invalid', 'true');
        }
      },
      { whileHidden: true },
    );
  };
  const clear = () => {
    [arrived, seen, waiting] = [[], 0, 0];
    list.replaceChildren();
    count();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clear();
    listen();
  });
  pause.addEventListener('click', () => {
    pause.setAttribute('aria-pressed', String(!isPaused()));
    setText(pause, isPaused() ? 'Go on' : 'Pause');
    schedule();
  });
  byId('event-clear').addEventListener('click', clear);
  return {
    show: () => {
      if (stop) return;
      listen();
      count();
    },
    hide: () => {
      stop?.();
      stop = undefined;
      lostAt = Date.now();
    },
  };
}
