import { escapeHtml } from '../../system/escape-html.ts';

/** A piece of HTML. Only `html` and what renders Markdown make one: whatever else is put into a page is text, and is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, a list becomes lines, and nothing is printed for what is absent. */
export type HtmlValue = Html | string | number | false | undefined | readonly HtmlValue[];

/** A template of HTML, in which every value is escaped unless it is HTML itself. Attributes with a value from outside need their quotes. */
export const html = (strings: TemplateStringsArray, ...values: HtmlValue[]): Html =>
  new Html(strings.reduce((text, part, index) => `${text}${textOf(values[index - 1])}${part}`));

function textOf(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object')
    return value
      .map(textOf)
      .filter((text) => text !== '')
      .join('\n');
  return escapeHtml(String(value));
}
