import { startChild } from '../../system/child.ts';

/** Ends a process group when this process is gone. */
export interface Watchdog {
  /** Names the group. */
  watch(group: number): void;
  /** The group has ended, and what was its is gone. */
  dismiss(): void;
}

/** The end of its input is our end, however we ended: nobody else has the other end of the pipe. Signals that we pass on to all that we started end it no sooner. */
const SCRIPT = `trap '' HUP INT TERM
IFS= read -r group || group=
IFS= read -r nothing
case $group in
  '' | *[!0-9]*) ;;
  *) kill -s KILL -- "-$group" ;;
esac
rm -rf -- "$1"
`;

/**
 * Starts a process that outlives this one by a moment, in a session of its own, where no signal that is meant for us reaches it. A signal that nobody can catch ends this process alone: then it kills the
 * group, and removes the directory.
 * @param directory is removed then
 */
export function startWatchdog(directory: string): Watchdog {
  const { process: child } = startChild('/bin/sh', ['-c', SCRIPT, 'watchdog', directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
    // Nothing of ours: by it a supervisor would know the watchdog for what it has to end, and nobody would remove the directory.
    env: { PATH: process.env.PATH },
  });
  child.stdin?.on('error', () => {});
  child.unref();
  return {
    watch: (group) => void child.stdin?.write(`${group}\n`),
    dismiss: () => {
      child.kill('SIGKILL');
      child.stdin?.destroy();
    },
  };
}
