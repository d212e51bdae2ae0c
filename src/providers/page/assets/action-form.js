// A form for an action, made of the schemas of its parameters.
import { ask } from './connection.js';
import { el, isOff, lasting, prettyJson, setOff, setText } from './dom.js';

/** @typedef {Record<string, any>} Schema */
/** @typedef {{ name: string, required: boolean, description: string, schema: Schema, secret: boolean, ofObject: boolean }} Param */
/** @typedef {{ command: string, model: string, params: Param[] }} Action */
/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Input */
/** @typedef {{ name: string, element: HTMLElement, input: Input | undefined, read: () => unknown, complain: (text: string) => void }} Field */

/** What a field that is left empty is read as. */
const NOTHING = Symbol('nothing');
const LONG = 200;

/** @param {Schema} schema @returns {string} what its values are, as far as a form can ask for it */
function kindOf({ enum: choices, type, format, maxLength, default: standard }) {
  if (Array.isArray(choices) && choices.length > 0) return 'choice';
  const types = (Array.isArray(type) ? type : [type]).filter((one) => one !== 'null');
  const [only] = types;
  if (types.length !== 1) return 'any';
  if (only === 'string') return /^(textarea|multiline)$/.test(format) || maxLength > LONG || /\n/.test(standard) ? 'long text' : 'text';
  return ['boolean', 'integer', 'number', 'object', 'array'].includes(only) ? only : 'any';
}

const HINTS = /** @type {Record<string, string>} */ ({ object: 'An object, as JSON', array: 'A list, as JSON', any: 'JSON; what is none is taken as text' });

/** @param {unknown} value @returns {string} */
const shownValue = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/** @param {readonly unknown[]} values @param {Record<string, unknown>} attributes @returns {HTMLSelectElement} */
const choiceOf = (values, attributes) =>
  el(
    'select',
    attributes,
    el('option', { value: '' }, 'Not given'),
    ...values.map((value) => el('option', { value: JSON.stringify(value) }, shownValue(value))),
  );

/** @param {Param} param @param {string} kind @param {Record<string, unknown>} attributes @returns {Input} */
function inputOf({ schema, secret }, kind, attributes) {
  const { minimum, maximum, minLength, maxLength } = schema;
  if (kind === 'choice') return choiceOf(schema.enum, attributes);
  if (kind === 'boolean') return choiceOf([true, false], attributes);
  if (secret) return el('input', { ...attributes, type: 'password', autocomplete: 'new-password' });
  if (kind === 'integer' || kind === 'number')
    return el('input', { ...attributes, type: 'number', step: kind === 'integer' ? 1 : 'any', min: minimum, max: maximum });
  if (kind === 'text') return el('input', { ...attributes, type: 'text', minlength: minLength, maxlength: maxLength, autocapitalize: 'off' });
  return el('textarea', { ...attributes, rows: kind === 'any' ? 2 : 3, autocapitalize: 'off' });
}

/** @param {string} kind @param {string} text @returns {unknown} @throws Error for what is not of the kind */
function readAs(kind, text) {
  if (text === '') return NOTHING;
  if (kind === 'text' || kind === 'long text') return text;
  try {
    const value = JSON.parse(text);
    if (kind === 'object' && (typeof value !== 'object' || value === null || Array.isArray(value))) throw new Error('write an object, like {"name": "value"}');
    if (kind === 'array' && !Array.isArray(value)) throw new Error('write a list, like ["one", "two"]');
    return value;
  } catch (error) {
    if (kind === 'any') return text;
    throw error instanceof SyntaxError ? new Error(`this is no JSON: ${error.message}`) : error;
  }
}

/** @param {Param} param @param {string} id @returns {Field} */
function fieldOf(param, id) {
  const { name, schema, required, description, secret, ofObject } = param;
  const asked = kindOf(schema);
  // A secret that nobody says more of is a text.
  const kind = secret && asked === 'any' ? 'text' : asked;
  const hints = [
    description || schema.title || schema.description || '',
    HINTS[kind] ?? '',
    schema.default === undefined ? '' : `Default: ${shownValue(schema.default)}`,
  ].filter((text) => text !== '');
  const problem = el('p', { class: 'problem', id: `${id}-problem` });
  const hint = el('p', { class: 'hint', id: `${id}-hint` }, hints.join('. ').replaceAll('..', '.'));
  const label = [el('bdi', {}, name), required && el('span', { class: 'tag' }, 'required')];
  if (ofObject) {
    const text = 'A secret that is taken from the object, or from the profile global, and cannot be given here.';
    const element = el('div', { class: 'field' }, el('p', { class: 'label' }, ...label), el('p', { class: 'hint' }, text), problem);
    return { name, element, input: undefined, read: () => NOTHING, complain: (said) => setText(problem, said) };
  }
  const input = inputOf(param, kind, { id, spellcheck: 'false', autocomplete: 'off', 'aria-describedby': `${id}-hint ${id}-problem` });
  const say = (/** @type {string} */ text) => {
    setText(problem, text);
    if (text === '') input.removeAttribute('aria-invalid');
    else input.setAttribute('aria-invalid', 'true');
  };
  return {
    name,
    element: el('div', { class: 'field' }, el('label', { for: id }, ...label), input, hint, problem),
    input,
    complain: say,
    read: () => {
      // Of what is no number a browser tells nothing but that it is none.
      if (!input.checkValidity()) throw new Error(input.validationMessage);
      return readAs(kind, input.value);
    },
  };
}

/** The field for the object that an action is about, with those that are known to choose from. @param {string} model @param {string} id @returns {Field} */
function objectField(model, id) {
  const known = el('datalist', { id: `${id}-known` });
  const description = `Which of ${model} it is about: its key`;
  const field = fieldOf({ name: model, required: true, description, schema: { type: 'string', maxLength: 128 }, secret: false, ofObject: false }, id);
  field.element.append(known);
  field.input?.setAttribute('list', known.id);
  ask('GET', `objects/${encodeURIComponent(model)}`).then(
    ({ keys }) => known.append(...keys.map((/** @type {string} */ key) => el('option', { value: key }))),
    () => {},
  );
  return field;
}

/**
 * @param {string} instance
 * @param {Action} action
 * @param {string} id of the form, by which its parts are called
 * @returns {HTMLFormElement}
 */
export function actionForm(instance, { command, model, params }, id) {
  const about = model === '' ? undefined : objectField(model, `${id}-object`);
  const fields = params.map((param, index) => fieldOf(param, `${id}-${index}`));
  const all = about ? [about, ...fields] : fields;
  const button = el('button', { type: 'submit', class: 'primary' }, 'Run');
  const told = el('p', { class: 'told', role: 'status' });
  const body = el('pre', { tabindex: 0, role: 'group', 'aria-label': `Result of ${command}`, hidden: true });

  /** @returns {Record<string, unknown> | undefined} what was given; undefined where something is wrong with it */
  const read = () => {
    /** @type {Field | undefined} */
    let wrong;
    /** @type {Record<string, unknown>} */
    const given = Object.create(null);
    for (const field of all) {
      field.complain('');
      try {
        const value = field.read();
        if (value !== NOTHING) given[field === about ? '' : field.name] = value;
        else if (field === about) throw new Error(`name one of ${model}`);
      } catch (error) {
        wrong ??= field;
        field.complain(/** @type {Error} */ (error).message);
      }
    }
    wrong?.input?.focus();
    return wrong ? undefined : given;
  };

  /** @param {string} tone @param {string} text @param {string} [json] */
  const tell = (tone, text, json = '') => {
    told.dataset.tone = tone;
    setText(told, text);
    setText(body, json);
    body.hidden = json === '';
  };

  /** @param {readonly string[]} messages */
  const showRefused = (messages) => {
    for (const field of fields) for (const message of messages) if (message.includes(field.name)) field.complain(message);
    tell('bad', messages.join('\n'));
    fields.find(({ input }) => input?.hasAttribute('aria-invalid'))?.input?.focus();
  };

  const run = async () => {
    if (isOff(button)) return;
    const given = read();
    if (!given) return tell('bad', '');
    const { '': key, ...values } = given;
    setOff(button, true);
    tell('', 'Running…');
    const startedAt = performance.now();
    try {
      const result = await ask('POST', `instances/${encodeURIComponent(instance)}/actions`, { command, model, id: key ?? '', params: values });
      const time = performance.now() - startedAt;
      if (result.body !== undefined) tell('good', `Done in ${time < 1000 ? `${Math.round(time)} ms` : lasting(time)}`, prettyJson(result.body.trim()));
      else if (result.why === 'refused') showRefused(result.messages);
      else tell('bad', result.messages.join('\n'));
    } catch (error) {
      tell('bad', `Cannot run it: ${/** @type {Error} */ (error).message}`);
    }
    setOff(button, false);
  };
  const onsubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    void run();
  };
  const none = all.length === 0 && el('p', { class: 'hint' }, 'It takes no parameters.');
  return el(
    'form',
    { novalidate: true, autocomplete: 'off', onsubmit },
    none,
    ...all.map(({ element }) => element),
    el('div', { class: 'run' }, button, told),
    el('div', { class: 'result', 'aria-live': 'polite' }, body),
  );
}
