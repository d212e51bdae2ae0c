// What a download holds in memory, against a bare Node. See bench/README.md.
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import { scratchDirectory } from './support/homes.js';

const MEBIBYTE = 2 ** 20;
const LIMIT = 80;
const PEAK = 'console.log(process.resourceUsage().maxRSS / 1024)';

/** Serves a body of so many MiB as fast as it is taken. @param {number} size @returns {Promise<import('node:http').Server>} */
function serving(size) {
  const piece = Buffer.alloc(MEBIBYTE, 'tool');
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': size * MEBIBYTE });
    let sent = 0;
    const more = () => {
      while (sent < size) {
        sent++;
        if (!response.write(piece)) return response.once('drain', more);
      }
      return response.end();
    };
    more();
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

/** Peak memory of a Node that runs a script, in MiB. @param {string} script */
async function peakOf(script) {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env: { PATH: process.env.PATH ?? '' } });
  return Number(stdout);
}

const scratch = scratchDirectory();
const DOWNLOAD = join(scratch, 'download.cjs');
await build({
  input: resolve(import.meta.dirname, '../src/http/download.ts'),
  platform: 'node',
  transform: { define: { TOOL_VERSION: JSON.stringify('0') } },
  output: { file: DOWNLOAD, format: 'cjs', codeSplitting: false },
});
const bare = await peakOf(PEAK);
const rows = [];
for (const size of [1, 16, 256]) {
  const server = await serving(size);
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const words = [`http://127.0.0.1:${port}/`, join(scratch, 'body'), { maxBytes: 1024 * MEBIBYTE }].map((word) => JSON.stringify(word));
  const peak = await peakOf(`require(${JSON.stringify(DOWNLOAD)}).download(${words.join(', ')}).then(() => ${PEAK})`);
  server.close();
  rows.push({ size, peak, over: peak - bare });
}
console.log('| a body of | peak memory (MiB) | over bare node (MiB) |\n|---|--:|--:|');
for (const { size, peak, over } of rows) console.log(`| ${size} MiB | ${peak.toFixed(1)} | ${over.toFixed(1)} |`);
console.log(`| \`node -e 0\` | ${bare.toFixed(1)} | 0.0 |\n`);
const most = Math.max(...rows.map(({ over }) => over));
console.log(`${most <= LIMIT ? 'ok    ' : 'MISSED'} a download, peak memory over bare node: ${most.toFixed(1)} MiB, at most ${LIMIT} MiB`);
if (process.argv.includes('--check') && most > LIMIT) process.exitCode = 1;
