// The notice of the packages whose code is in the bundle: which they are, and the licence that each is under, with its copyright line.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences that ask for no more than this notice. One that is not here is looked at before a package under it is bundled. */
export const ALLOWED = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT OR Apache-2.0', 'Unlicense'];

/** The bundler puts a few functions of its own in. */
const RUNTIME = '\0rolldown/runtime.js';

/** @typedef {{ name: string, version: string, license: string, homepage: string, text: string }} Notice */

/**
 * The packages that modules are of.
 * @param {readonly string[]} modules as dist/contents.json names them: paths from the checkout, and the bundler's own names
 * @returns {string[]} their directories, each once
 */
export function packagesOf(modules) {
  const directories = modules.flatMap((module) => {
    if (module === RUNTIME) return ['node_modules/rolldown'];
    const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module);
    return found ? [found[0]] : [];
  });
  return [...new Set(directories)].sort();
}

/**
 * What is to be said of a package.
 * @param {string} directory
 * @returns {Notice}
 * @throws when its licence is not allowed, or its files do not have the text
 */
export function noticeOf(directory) {
  const { name, version, license, homepage = `https://www.npmjs.com/package/${name}` } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  if (!ALLOWED.includes(license))
    throw new Error(`${name} ${version} is under ${license}, which scripts/notices.js does not list: look whether it may be bundled`);
  const files = readdirSync(directory)
    .filter((file) => /^(licen[cs]e|copying|notice)(-\w+)?(\.\w+)?$/i.test(file))
    .sort();
  const text = files.map((file) => readFileSync(join(directory, file), 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n');
  if (!/copyright/i.test(text)) throw new Error(`${name} ${version} is under ${license}, and ${directory} has no text of it with a copyright line`);
  return { name, version, license, homepage, text };
}

/** @param {string} name of a package @returns {string} what is said of it */
function besideNotice(name) {
  const { version, license, homepage } = JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8'));
  const spdx = license.replace(/-(\d\.\d)\+$/, '-$1-or-later');
  return `Beside them stands the package ${name} ${version} (${spdx}, ${homepage}), unchanged and under its own licence, the text of\nwhich is in it. It is loaded by its name, and another version may be put in its place.\n`;
}

/**
 * The whole notice.
 * @param {readonly string[]} modules
 * @param {readonly string[]} [outside] names of packages that stand beside the bundle as they came
 * @returns {string}
 */
export function noticesOf(modules, outside = []) {
  const sections = packagesOf(modules).map((directory) => {
    const { name, version, license, homepage, text } = noticeOf(directory);
    return `${'-'.repeat(80)}\n${name} ${version} (${license})\n${homepage}\n\n${text}\n`;
  });
  return ['The files of this folder hold code of the packages below, each under its own licence.\n', ...outside.map(besideNotice), ...sections].join('\n');
}
