import { row } from './row.ts';

/** The machine, and faults of this program. */
export const system = {
  'disk-full': row('The disk, or a quota, is full.', 'free some space'),
  'permission-denied': row('The operating system denies access to a file.', 'run this as the user that owns it'),
  'file-system-error': row('The operating system refused to read or change a file.', 'check what is there and who owns it'),
  'node-too-old': row('The Node that was found is too old.', 'put Node 20.19 or newer in front on PATH'),
  'system-not-supported': row('The operating system lacks what is needed.', 'run this on Linux with /proc mounted'),
  'not-executable': row('A file that should be run cannot be.', 'make it executable, and see that its first line names a program'),
  interrupted: row('A signal ended the command.', 'run it again', '143 or 129, by the signal'),
  'package-damaged': row('A file of the package is missing or cannot be used.', 'reinstall the package'),
  'internal-error': row('A bug.', 'set TOOL_TRACE=1 for where it came from, and report it'),
};
