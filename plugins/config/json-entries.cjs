// For config:import --format json: reads an object of strings on stdin and prints its names and values, a NUL byte after each.
// Takes the file's name for its messages, which never quote what is in the file.
const { readFileSync, writeFileSync } = require('node:fs');

/** @param {string} reason @returns {never} */
function fail(reason) {
  process.stderr.write(` !     Unable to read ${process.argv[2]}: ${reason}\n`);
  process.exit(1);
}

/** @param {Buffer} bytes @returns {unknown} */
function parse(bytes) {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail('it is not JSON in UTF-8');
  }
}

const value = parse(readFileSync(0));
if (typeof value !== 'object' || value === null || Array.isArray(value)) fail('it is not a JSON object');
let output = '';
for (const [name, text] of Object.entries(value)) {
  if (typeof text !== 'string') fail(`the value of ${JSON.stringify(name)} is not a string`);
  if (text.includes('\0') || name.includes('\0')) fail(`${JSON.stringify(name)} holds a NUL byte`);
  output += `${name}\0${text}\0`;
}
writeFileSync(1, output);
