// Searches the list that is in the page: nothing is asked of a server. The search is kept in the address, so that it can be passed on and "back" finds it.
{
  const form = /** @type {HTMLFormElement} */ (document.getElementById('search'));
  const input = /** @type {HTMLInputElement} */ (document.getElementById('sought-for'));
  const list = document.getElementById('plugins');
  const count = document.getElementById('count');
  const nothing = document.getElementById('nothing');
  const rows = [...list.children].map((item) => ({
    item,
    link: item.querySelector('a'),
    kind: item.getAttribute('data-kind'),
    name: item.querySelector('a').textContent.toLowerCase(),
    about: item.querySelector('.about')?.textContent.toLowerCase() ?? '',
  }));
  const whole = count.textContent;

  /** What a word is worth in a row; 0 where it is in neither name nor description. */
  const worth = ({ name, about }, word) => {
    const at = name.indexOf(word);
    if (at === 0) return name.length === word.length ? 5 : 4;
    if (at > 0) return /[a-z0-9]/.test(name[at - 1]) ? 2 : 3;
    return about.includes(word) ? 1 : 0;
  };

  /** The rows that have every word, those with it in their name first. */
  const find = (words, kind) => {
    const hits = [];
    for (const row of rows) {
      if (kind !== '' && row.kind !== kind) continue;
      let sum = 0;
      for (const word of words) {
        const value = worth(row, word);
        if (value === 0) {
          sum = -1;
          break;
        }
        sum += value;
      }
      if (sum >= 0) hits.push({ row, sum });
    }
    if (words.length > 0) hits.sort((a, b) => b.sum - a.sum);
    return hits.map(({ row }) => row);
  };

  let hits = rows;
  /** @type {NodeListOf<HTMLInputElement>} */
  const kinds = form.querySelectorAll('input[name=kind]');
  const kindOf = () => [...kinds].find(({ checked }) => checked)?.value ?? '';
  const show = () => {
    const text = input.value.trim();
    const kind = kindOf();
    hits = find(text.toLowerCase().split(/\s+/).filter(Boolean), kind);
    list.replaceChildren(...hits.map(({ item }) => item));
    nothing.hidden = hits.length > 0;
    document.getElementById('sought').textContent = kind === '' ? text : text === '' ? kind : `${text} (${kind})`;
    count.textContent = hits.length === rows.length ? whole : `${hits.length.toLocaleString('en')} of ${whole}`;
  };
  const keep = () => {
    const words = new URLSearchParams();
    if (input.value !== '') words.set('q', input.value);
    if (kindOf() !== '') words.set('kind', kindOf());
    try {
      history.replaceState(null, '', String(words) === '' ? location.pathname + location.search : `#${words}`);
    } catch {
      // Safari refuses where it is called very often; the next change is kept.
    }
  };
  const change = () => {
    show();
    keep();
  };
  const clear = () => {
    form.reset();
    change();
    input.focus();
  };

  /** Takes the search from the address. */
  const restore = () => {
    if (!/^#(q|kind)=/.test(location.hash)) return;
    const words = new URLSearchParams(location.hash.slice(1));
    input.value = words.get('q') ?? '';
    for (const radio of kinds) radio.checked = radio.value === (words.get('kind') ?? '');
    if (words.has('q')) input.focus();
    show();
  };

  form.hidden = false;
  input.addEventListener('input', change);
  form.addEventListener('change', (event) => event.target !== input && change());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.value.trim() !== '') hits[0]?.link.click();
  });
  document.getElementById('all').addEventListener('click', clear);
  addEventListener('hashchange', restore);

  const isTyped = (target) => target instanceof HTMLInputElement && target.type === 'search';
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/' && !isTyped(event.target)) {
      event.preventDefault();
      input.focus();
      input.select();
    }
    if (event.key === 'Escape' && event.target === input && input.value !== '') {
      event.preventDefault();
      input.value = '';
      change();
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(event);
  });

  /** Goes from the search through what was found, and back. */
  const move = (event) => {
    const at = hits.findIndex(({ link }) => link === document.activeElement);
    if (at < 0 && document.activeElement !== input) return;
    const next = event.key === 'ArrowDown' ? at + 1 : at - 1;
    const target = next < 0 ? (at < 0 ? undefined : input) : hits[next]?.link;
    if (!target) return;
    event.preventDefault();
    target.focus();
  };

  restore();
}
