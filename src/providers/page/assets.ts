import actionForm from './assets/action-form.js?raw';
import connection from './assets/connection.js?raw';
import dom from './assets/dom.js?raw';
import events from './assets/events.js?raw';
import icon from './assets/icon.svg?raw';
import document from './assets/index.html?raw';
import instance from './assets/instance.js?raw';
import instances from './assets/instances.js?raw';
import log from './assets/log.js?raw';
import main from './assets/main.js?raw';
import style from './assets/style.css?raw';

const SCRIPT = 'text/javascript; charset=utf-8';

/** What a browser loads of the page, by its name below /ui/: type and text. */
export const ASSETS: ReadonlyMap<string, { readonly type: string; readonly text: string }> = new Map([
  ['', { type: 'text/html; charset=utf-8', text: document }],
  ['style.css', { type: 'text/css; charset=utf-8', text: style }],
  ['icon.svg', { type: 'image/svg+xml', text: icon }],
  ['main.js', { type: SCRIPT, text: main }],
  ['dom.js', { type: SCRIPT, text: dom }],
  ['connection.js', { type: SCRIPT, text: connection }],
  ['instances.js', { type: SCRIPT, text: instances }],
  ['instance.js', { type: SCRIPT, text: instance }],
  ['action-form.js', { type: SCRIPT, text: actionForm }],
  ['log.js', { type: SCRIPT, text: log }],
  ['events.js', { type: SCRIPT, text: events }],
]);
