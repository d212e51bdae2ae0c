// How fast addon:mirror copies packages, against curl --parallel to the same file system, and what it holds in memory. See bench/README.md.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scratchDirectory } from './support/homes.js';
import { peakOf } from './support/peak.js';
import { programOnPath } from './support/programs.js';
import { median } from './support/statistics.js';

const PACKAGES = 200;
const BYTES = 1_000_000;
const ROUNDS = process.argv.includes('--quick') ? 3 : 7;
const LEAST_RATIO = 0.7;
const MOST_MEMORY = 150;
const RANGE = '>= v2022.10.05-0';

/** Connections that the mirror has at a time, and what each carries on the line that is measured: 16 × 8 MB/s is a gigabit. */
const CONNECTIONS = 16;
const LINE = '8m';

const nginx = programOnPath('nginx', 'apt-get install nginx-light');
const curl = programOnPath('curl', 'apt-get install curl');
const scratch = scratchDirectory();
const [tool, upstream] = [resolve(import.meta.dirname, '../bin/tool'), join(scratch, 'upstream')];

/** @returns {Promise<number>} a port of loopback that nobody listens on */
const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => done(port));
    });
  });

const [port, slowPort] = [await freePort(), await freePort()];
const [address, slow] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${slowPort}`];
mkdirSync(upstream);
for (let index = 0; index < PACKAGES; index++) {
  writeFileSync(join(scratch, 'content'), randomBytes(BYTES));
  spawnSync('tar', ['-czf', join(upstream, `addon-1.${index}.0.tar.gz`), '-C', scratch, 'content']);
}
const versionsAt = (/** @type {string} */ at) =>
  Array.from({ length: PACKAGES }, (_, index) => ({
    version: `1.${index}.0`,
    url: `${at}/addon-1.${index}.0.tar.gz`,
    kurlVersionCompatibilityRange: RANGE,
  }));
writeFileSync(join(upstream, 'versions.json'), JSON.stringify(versionsAt(address)));
writeFileSync(join(upstream, 'slow.json'), JSON.stringify(versionsAt(slow)));
const configuration = join(scratch, 'nginx.conf');
const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${scratch}/nginx;`).join(' ');
const server = `server { listen 127.0.0.1:${port}; root ${upstream}; } server { listen 127.0.0.1:${slowPort}; root ${upstream}; limit_rate ${LINE}; }`;
writeFileSync(
  configuration,
  `daemon off; master_process off; pid ${scratch}/nginx.pid; error_log stderr; events {} http { access_log off; ${temporary} ${server} }`,
);
const serving = spawn(nginx, ['-c', configuration, '-e', 'stderr'], { stdio: 'ignore' });
// It is not waited for.
serving.unref();
process.on('exit', () => serving.kill());
for (let tries = 0; spawnSync(curl, ['-sf', '-o', '/dev/null', `${address}/versions.json`]).status !== 0; tries++) {
  if (tries > 500) throw new Error('nginx does not answer');
  await sleep(20);
}

const env = { PATH: process.env.PATH ?? '', HOME: scratch, TOOL_HOME: join(scratch, 'home') };
spawnSync(tool, ['addon:source:add', 'addon', `${address}/versions.json`], { env });
spawnSync(tool, ['addon:source:add', 'slow', `${address}/slow.json`], { env });
for (const [name, at] of [
  ['fast', address],
  ['slow', slow],
]) {
  const lines = versionsAt(at ?? '').map(({ url, version }) => `url = "${url}"\noutput = "${join(scratch, 'curl', version)}"\n`);
  writeFileSync(join(scratch, `list-${name}`), lines.join(''));
}

/** @param {readonly string[]} argv @returns {number} milliseconds, by the clock */
function timed([file = '', ...argv]) {
  const began = process.hrtime.bigint();
  const { status, stderr } = spawnSync(file, argv, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${argv.join(' ')} ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - began) / 1e6;
}

/** @param {string} name @returns {string} a folder that is not there, nor on its way to the disk */
function freshly(name) {
  const folder = join(scratch, name);
  rmSync(folder, { recursive: true, force: true });
  spawnSync('sync');
  return folder;
}

const mirror = (/** @type {string} */ name, /** @type {string} */ to) => [tool, 'addon:mirror', name, '--to', to];
const curling = (/** @type {string} */ list, /** @type {string[]} */ ...more) => [curl, '-s', '--fail', '--parallel', ...more, '-K', join(scratch, list)];
/** What a script would do besides: checksums, whether each archive is whole, and bringing all of it to the disk. */
const CHECKING = 'cd "$1" && sha256sum -- * >"$1.sums" && for one in *; do gzip -t <"$one"; done && sync -f .';
/** @type {Record<'curl' | 'checked' | 'mirror' | 'again' | 'slowCurl' | 'slowMirror', number[]>} */
const times = { curl: [], checked: [], mirror: [], again: [], slowCurl: [], slowMirror: [] };
for (let round = 0; round < ROUNDS; round++) {
  mkdirSync(freshly('curl'));
  times.curl.push(timed(curling('list-fast')));
  times.checked.push((times.curl.at(-1) ?? 0) + timed(['/bin/sh', '-c', CHECKING, 'sh', join(scratch, 'curl')]));
  times.mirror.push(timed(mirror('addon', freshly('mirror'))));
  times.again.push(timed(mirror('addon', join(scratch, 'mirror'))));
  mkdirSync(freshly('curl'));
  times.slowCurl.push(timed(curling('list-slow', '--parallel-max', String(CONNECTIONS))));
  times.slowMirror.push(timed(mirror('slow', freshly('mirror'))));
}
if (readdirSync(join(scratch, 'mirror/external')).length !== PACKAGES + 1) throw new Error('not all was mirrored');
const peak = await peakOf(mirror('addon', freshly('mirror')), env);

const megabytes = (PACKAGES * BYTES) / 1e6;
const row = (/** @type {string} */ name, /** @type {number[]} */ all, size = megabytes) =>
  `| ${name} | ${median(all).toFixed(0)} | ${size === 0 ? '' : (size / (median(all) / 1000)).toFixed(0)} |`;
console.log(`| ${PACKAGES} packages of ${BYTES / 1e6} MB | median (ms) | MB/s |\n|---|--:|--:|`);
console.log(row('`curl --parallel`', times.curl));
console.log(row('`curl --parallel`, then `sha256sum`, `gzip -t` and `sync -f`', times.checked));
console.log(row('`addon:mirror`', times.mirror));
console.log(row('`addon:mirror` again, with nothing new', times.again, 0));
console.log(row('over a line of 1 Gbit/s: `curl --parallel --parallel-max 16`', times.slowCurl));
console.log(row('over a line of 1 Gbit/s: `addon:mirror`', times.slowMirror));
const ratioOf = (/** @type {number[]} */ curls, /** @type {number[]} */ mirrors) => median(mirrors.map((time, round) => (curls[round] ?? 0) / time));
const ratio = ratioOf(times.slowCurl, times.slowMirror);
const verdict = (/** @type {boolean} */ ok) => (ok ? 'ok    ' : 'MISSED');
console.log(`\n${verdict(ratio >= LEAST_RATIO)} throughput over curl --parallel on a line of 1 Gbit/s: ${ratio.toFixed(2)} ×, at least ${LEAST_RATIO} ×`);
console.log(
  `       the same on loopback, which nothing limits: ${ratioOf(times.curl, times.mirror).toFixed(2)} ×, and over a script that checks as much: ${ratioOf(times.checked, times.mirror).toFixed(2)} ×`,
);
console.log(`${verdict(peak <= MOST_MEMORY)} peak memory: ${peak.toFixed(0)} MB, at most ${MOST_MEMORY} MB`);
if (process.argv.includes('--check') && (ratio < LEAST_RATIO || peak > MOST_MEMORY)) process.exitCode = 1;
