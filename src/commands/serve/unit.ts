import { userInfo } from 'node:os';
import { join } from 'node:path';
import { statOrNothing } from '../../system/links.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** A word of a unit's command line. */
const word = (text: string): string =>
  (/^[\w./:@+-]+$/.test(text) ? text : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).replaceAll('%', '%%').replaceAll('$', '$$$$');
/** A value of a setting, in which systemd looks for specifiers. */
const value = (text: string): string => text.replaceAll('%', '%%');

/** Prints a unit of systemd that runs the supervisor of the home as the user who asks: one of the system where that is root or a server's own user. */
export async function run({ layout: { brand, home, packagePath } }: CommandContext<'serve:unit'>): Promise<Outcome> {
  const { uid, username } = userInfo();
  // On a server the home is root's, and who runs commands in it has no session that systemd could keep.
  const isOfSystem = uid === 0 || statOrNothing(home)?.uid === 0;
  const unit = [
    '[Unit]',
    `Description=Supervisor of the providers of ${value(brand)}`,
    'After=network.target',
    '',
    '[Service]',
    'Type=exec',
    `ExecStart=${word(join(packagePath, 'bin/tool'))} serve --foreground`,
    `Environment=${word(`TOOL_HOME=${home}`)}`,
    ...(isOfSystem
      ? [`User=${value(username)}`, 'RuntimeDirectory=tool-serve', 'RuntimeDirectoryMode=0700', 'Environment=XDG_RUNTIME_DIR=/run/tool-serve']
      : []),
    // The supervisor ends its instances in order; what is left after that is systemd's.
    'KillMode=mixed',
    'TimeoutStopSec=90',
    'Restart=on-failure',
    '',
    '[Install]',
    `WantedBy=${isOfSystem ? 'multi-user.target' : 'default.target'}`,
  ];
  return { data: { unit: `${unit.join('\n')}\n` }, lines: () => unit };
}
