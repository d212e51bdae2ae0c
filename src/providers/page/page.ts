import type { IncomingMessage, ServerResponse } from 'node:http';
import { escapeHtml } from '../../system/escape-html.ts';
import { ApiError, type Caller, notFound, sendError } from '../api/http.ts';
import { errorModel } from '../models.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { ASSETS } from './assets.ts';
import { pageApi } from './page-routes.ts';

/** Where the page is. */
export const PAGE = '/ui/';

/** Nothing but what is served here is loaded, run or asked; no text becomes HTML by a script (Trusted Types), and no page of elsewhere may frame it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Answers a request for something below /ui/. @param caller who shows a token; undefined for nobody who is known */
export type PageHandler = (request: IncomingMessage, response: ServerResponse, caller: Caller | undefined) => void;

/**
 * Makes the page of a supervisor. What a browser loads of it is open, as there is nothing in it; what it asks then is for the owner.
 * @param brand what the command line is called
 */
export function pageOf(supervisor: Supervisor, brand: string): PageHandler {
  const api = pageApi(supervisor);
  return (request, response, caller) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    if (path.startsWith(`${PAGE}api/`)) {
      if (caller !== undefined) api(request, response, caller);
      else sendError(response, new ApiError(401, errorModel(401, ['a token is needed']), { 'www-authenticate': 'Bearer' }));
    } else sendAsset(request, response, path, brand);
  };
}

function sendAsset(request: IncomingMessage, response: ServerResponse, path: string, brand: string): void {
  if (path === PAGE.slice(0, -1)) {
    response.writeHead(308, { location: PAGE }).end();
    return;
  }
  const asset = path.startsWith(PAGE) ? ASSETS.get(path.slice(PAGE.length)) : undefined;
  if (asset === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
    sendError(response, notFound(request));
    return;
  }
  const body = Buffer.from(path === PAGE ? asset.text.replaceAll('{{brand}}', escapeHtml(brand)) : asset.text);
  response.writeHead(200, { 'content-type': asset.type, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}
