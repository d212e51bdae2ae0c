// Elements, and texts by others: never HTML, and what a reader would not see, or be misled by, is a question mark.

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken off
const COLOURS = /\u001b\[[\d;:]*m/g;
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** @param {string} text by somebody else @returns {string} without colours of terminals, controls, and marks that turn the direction of writing */
export const harmless = (text) => text.replace(COLOURS, '').replace(UNSEEN, (found) => (found === '\n' || found === '\t' ? found : '?'));

/** @typedef {Node | string | false | null | undefined} Child */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes] functions are listeners: `onclick`
 * @param {...Child} children texts are made harmless
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) made.setAttribute(name, '');
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(name, harmless(String(value)));
  }
  for (const child of children) if (child instanceof Node || typeof child === 'string') made.append(child instanceof Node ? child : harmless(child));
  return made;
}

/**
 * What is filled when it is first opened: by a click or a key at once, so that the next key finds it. `toggle` comes later, and when a search opens it.
 * @param {HTMLElement} summary @param {() => Node} make
 */
export function detailsOf(summary, make) {
  const details = el('details', {}, summary);
  const open = () => details.lastChild === summary && details.append(make());
  summary.addEventListener('click', open);
  details.addEventListener('toggle', open);
  return details;
}

/** Sets a text where it is another one, so that nothing is laid out or read out anew for nothing. @param {Element} element @param {string} text */
export function setText(element, text) {
  const shown = harmless(text);
  if (element.textContent !== shown) element.textContent = shown;
}

/** @template {HTMLElement} [Kind=HTMLElement] @param {string} id @returns {Kind} */
export const byId = (id) => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return /** @type {Kind} */ (found);
};

/** Tells who listens to the page instead of looking at it. @param {string} text */
export function say(text) {
  byId('said').textContent = harmless(text);
}

/** Shows what went wrong until it is dismissed. @param {string} text */
export function complain(text) {
  byId('notice').hidden = false;
  byId('notice-text').textContent = harmless(text);
}

/** Has a button wait: it keeps its focus, and does nothing meanwhile. @param {HTMLButtonElement} button @param {boolean} isOff */
export const setOff = (button, isOff) => (isOff ? button.setAttribute('aria-disabled', 'true') : button.removeAttribute('aria-disabled'));

/** @param {HTMLButtonElement} button */
export const isOff = (button) => button.getAttribute('aria-disabled') === 'true';

/** How long something has lasted: `45s`, `3m 12s`, `2h 5m`, `4d 1h`. @param {number} ms @returns {string} */
export function lasting(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86_400)];
  if (minutes === 0) return `${seconds}s`;
  if (hours === 0) return `${minutes}m ${seconds % 60}s`;
  return days === 0 ? `${hours}h ${minutes % 60}m` : `${days}d ${hours % 24}h`;
}

/** The time of day of a moment, here. @param {string | number} moment @returns {string} */
export const clock = (moment) => new Date(moment).toLocaleTimeString('en-GB');

/** JSON for people; as it came where a number has more digits than JavaScript keeps. @param {string} text @returns {string} */
export function prettyJson(text) {
  if (/\d{16}/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
