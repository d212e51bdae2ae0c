import { writtenKey } from '../config/edit-toml.ts';
import { addTomlTable, removeTomlTable } from '../config/edit-toml-table.ts';
import { readTomlText } from '../config/read-text.ts';
import { settingsPath } from '../config/settings.ts';
import { tomlString } from '../config/toml.ts';
import { writeTomlText } from '../config/write-text.ts';
import { UserError } from '../errors.ts';
import { realFile } from '../system/links.ts';
import { type RepositorySettings, TABLE } from './settings.ts';

/** An edit of tool.toml that is yet to be written. */
export interface SettingsEdit {
  readonly file: string;
  readonly text: string;
  readonly edited: string;
}

/** What `[repositories.NAME]` is to say. */
export type NewRepository = Pick<RepositorySettings, 'name' | 'url' | 'type' | 'headers'>;

/**
 * tool.toml with one repository more, every other byte kept.
 * @param text what is edited, by default what the file holds
 * @throws UserError where it has that name already, or another shape than tables
 */
export function withRepository(home: string, { name, url, type, headers }: NewRepository, text?: string): SettingsEdit {
  const { file, before } = textOf(home, text);
  const pairs = Object.entries(headers).map(([header, value]) => `${writtenKey(header)} = ${tomlString(value)}`);
  const lines = {
    url: tomlString(url),
    ...(type ? { type: tomlString(type) } : {}),
    ...(pairs.length > 0 ? { headers: `{ ${pairs.join(', ')} }` } : {}),
  };
  const edited = addTomlTable(before, file, [TABLE, name], lines);
  if (edited !== undefined) return { file, text: before, edited };
  throw new UserError('uneditable-file', `${file} says what repositories there are in a form that ${name} cannot be added to`, {
    hint: `write there by hand: [${TABLE}.${name}] and url = ${tomlString(url)}`,
  });
}

/**
 * tool.toml with one repository less, every other byte kept.
 * @throws UserError where it says it in another shape than tables
 */
export function withoutRepository(home: string, name: string): SettingsEdit {
  const { file, before } = textOf(home);
  const edited = removeTomlTable(before, file, [TABLE, name]);
  if (edited !== undefined) return { file, text: before, edited };
  throw new UserError('uneditable-file', `${file} says what repositories there are in a form that ${name} cannot be taken out of`, {
    hint: 'remove it there by hand',
  });
}

function textOf(home: string, text?: string): { readonly file: string; readonly before: string } {
  const file = realFile(settingsPath(home));
  return { file, before: text ?? readTomlText(file) };
}

/** Writes an edit. The caller holds the lock of the store, under which all changes to tool.toml are made. */
export function writeSettings({ file, text, edited }: SettingsEdit): void {
  writeTomlText(file, text, edited);
}
