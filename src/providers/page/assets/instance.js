// One instance: how it is, its parameters, its actions and its log.
import { actionForm } from './action-form.js';
import { ask } from './connection.js';
import { byId, detailsOf, el, lasting, setText } from './dom.js';
import { onStatus, stateBadge, statusOf, uptime, verbButtons } from './instances.js';
import { logOf } from './log.js';

/** @typedef {import('./action-form.js').Action} Action */
/** @typedef {{ name: string, provider: string, version: string, description: string, wanted: boolean, createdAt: string, params: Record<string, unknown>, actions: Action[], problem: string }} View */

/** @param {string} name @param {Node | string} value @returns {HTMLElement} */
const fact = (name, value) => el('div', {}, el('dt', {}, name), el('dd', {}, value));

/** @param {View} view @returns {HTMLElement | false} */
function paramsOf({ params }) {
  const entries = Object.entries(params);
  if (entries.length === 0) return false;
  const list = el('dl', { class: 'params' }, ...entries.map(([name, value]) => fact(name, typeof value === 'string' ? value : JSON.stringify(value))));
  return el('details', { class: 'card pad' }, el('summary', {}, `Parameters (${entries.length})`), list);
}

/** @param {View} view @returns {HTMLElement} */
function actionsOf({ name, actions, problem }) {
  const items = actions.map((action, index) => {
    const about = action.model === '' ? '' : `on ${action.model}`;
    const summary = el('summary', {}, el('b', {}, el('bdi', {}, action.command)), ' ', el('span', { class: 'quiet' }, about));
    const details = detailsOf(summary, () => actionForm(name, action, `action-${index}`));
    details.className = 'card action';
    return details;
  });
  const none = items.length === 0 && el('p', { class: 'card empty quiet' }, problem || 'Its provider has no actions.');
  return el(
    'section',
    { class: 'pane', 'aria-labelledby': 'actions-title' },
    el('div', { class: 'title' }, el('h2', { id: 'actions-title' }, 'Actions')),
    none,
    ...items,
  );
}

/** @returns {{ show: (name: string) => Promise<void>, hide: () => void }} the view of one instance */
export function instanceView() {
  const section = byId('view-instance');
  /** @type {(() => void) | undefined} */
  let update;
  let end = () => {};
  let shown = '';
  onStatus(() => update?.());

  /** @param {View} view */
  const fill = (view) => {
    const badge = stateBadge();
    const verbs = verbButtons(view.name);
    const [up, pid, restarts, wanted] = [el('span'), el('span'), el('span'), el('span', {}, view.wanted ? 'yes' : 'no')];
    let lastState = statusOf(view.name)?.state;
    // Whoever stops it, here or by a command, has it not started with the supervisor.
    const lookAnew = async () => {
      const now = await ask('GET', `instances/${encodeURIComponent(view.name)}`).catch(() => view);
      setText(wanted, now.wanted ? 'yes' : 'no');
    };
    const errors = el('p', { class: 'card pad bad-card' });
    const log = logOf(view.name);
    end = log.end;
    section.replaceChildren(
      el('p', { class: 'crumb' }, el('a', { href: '#/' }, 'All instances')),
      el(
        'div',
        { class: 'title' },
        el('h1', { id: 'instance-title', tabindex: -1 }, el('bdi', {}, view.name)),
        badge.element,
        el('span', { class: 'push' }),
        verbs.element,
      ),
      view.description !== '' ? el('p', { class: 'quiet' }, view.description) : '',
      el(
        'dl',
        { class: 'card facts' },
        fact('Provider', `${view.provider} ${view.version}`),
        fact('Process', pid),
        fact('Uptime', up),
        fact('Restarts', restarts),
        fact('Starts with the supervisor', wanted),
        fact('Created', el('time', { datetime: view.createdAt, title: view.createdAt }, `${lasting(Date.now() - Date.parse(view.createdAt))} ago`)),
      ),
      errors,
      paramsOf(view) || '',
      el('div', { class: 'panes' }, actionsOf(view), log.element),
    );
    update = () => {
      const status = statusOf(view.name);
      if (!status) return;
      if (status.state !== lastState) void lookAnew();
      lastState = status.state;
      badge.update(status);
      verbs.update(status);
      setText(up, uptime(status));
      setText(pid, status.pid === null ? '–' : String(status.pid));
      setText(restarts, String(status.restarts));
      setText(errors, status.errors.join('\n'));
      errors.hidden = status.errors.length === 0;
    };
    update();
  };

  const hide = () => {
    end();
    end = () => {};
    update = undefined;
    shown = '';
    section.replaceChildren();
  };
  return {
    hide,
    show: async (name) => {
      hide();
      shown = name;
      section.replaceChildren(el('h1', { id: 'instance-title', tabindex: -1 }, name));
      try {
        const view = await ask('GET', `instances/${encodeURIComponent(name)}`);
        if (shown === name) fill(view);
      } catch (error) {
        if (shown !== name) return;
        const text = /** @type {Error} */ (error).message;
        section.append(el('p', { class: 'card pad bad-card' }, text), el('p', {}, el('a', { href: '#/' }, 'All instances')));
      }
    },
  };
}
