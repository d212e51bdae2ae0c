import { harmless } from './harmless.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as HTML, for elements and for attributes in quotes. Control characters, and marks that turn the direction of writing, become `?`. */
export const escapeHtml = (text: string): string => harmless(text).replaceAll(/[&<>"']/g, (found) => ENTITIES[found] as string);
