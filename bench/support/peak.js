import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/**
 * Peak memory of a process and what it becomes, in MB, as the kernel has counted it shortly before its end.
 * @param {readonly string[]} argv @param {Record<string, string>} env @param {number | 'ignore'} [stdin] a descriptor
 * @returns {Promise<number>}
 */
export async function peakOf([file = '', ...argv], env, stdin = 'ignore') {
  const child = spawn(file, argv, { env, stdio: [stdin, 'ignore', 'ignore'] });
  let peak = 0;
  const poll = setInterval(() => {
    try {
      peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? peak);
    } catch {
      // It has ended.
    }
  }, 2);
  const [status] = await once(child, 'close');
  clearInterval(poll);
  if (status !== 0) throw new Error(`${file} ${argv.join(' ')} ended with ${status}`);
  return (peak * 1024) / 1e6;
}
