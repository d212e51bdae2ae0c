import type { Release } from '../../catalogue/release.ts';
import type { NamedText } from '../plugin-contents.ts';
import { type Html, html } from './html.ts';
import { outsideLink, section, table } from './parts.ts';
import { readSchema, type SchemaRow } from './schema-rows.ts';

/** What can be configured: the settings of a plugin.toml, and the JSON schema of an index. Undefined where nothing is told. */
export function configSection({ configSchema: { value, url } = {} }: Release, settings: readonly NamedText[]): Html | undefined {
  const schema = value === undefined ? undefined : readSchema(value);
  const parts = [
    settings.length > 0 && settingsTable(settings),
    schema && schema.rows.length > 0 && schemaTable(schema.rows),
    schema && html`<details><summary>JSON schema</summary><pre><code>${schema.text}</code></pre></details>`,
    url !== undefined && html`<p>${outsideLink(url, 'JSON schema of the configuration')}</p>`,
  ];
  return parts.every((part) => !part) ? undefined : section('Configuration', parts);
}

const settingsTable = (settings: readonly NamedText[]): Html =>
  table(
    ['Setting', 'Meaning'],
    settings.map(({ name, text }) => [html`<code>${name}</code>`, text]),
  );

const schemaTable = (rows: readonly SchemaRow[]): Html =>
  table(
    ['Property', 'Type', 'Default', 'Meaning'],
    rows.map(({ path, type, fallback, text, isRequired }) => [
      [html`<code>${path}</code>`, isRequired && html`<span class="badge">required</span>`],
      type,
      fallback !== '' && html`<code>${fallback}</code>`,
      text,
    ]),
  );
