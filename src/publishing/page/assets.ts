import copy from './assets/copy.js?raw';
import icon from './assets/icon.svg?raw';
import search from './assets/search.js?raw';
import style from './assets/style.css?raw';

/** What a browser loads beside the pages, by name. */
export const ASSETS: Readonly<Record<'copy.js' | 'icon.svg' | 'search.js' | 'style.css', string>> = {
  'copy.js': copy,
  'icon.svg': icon,
  'search.js': search,
  'style.css': style,
};
