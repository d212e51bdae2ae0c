import type { CommandModule } from './command.ts';
import type { CommandName } from './specs.ts';

/** Where each command is: its module is loaded when it runs. */
export const modules: { readonly [Name in CommandName]: () => Promise<CommandModule<Name>> } = {
  'plugin:list': () => import('./plugin/list.ts'),
  'plugin:install': () => import('./plugin/install.ts'),
  'plugin:install-dependencies': () => import('./plugin/install-dependencies.ts'),
  'plugin:update': () => import('./plugin/update.ts'),
  'plugin:outdated': () => import('./plugin/outdated.ts'),
  'plugin:pin': () => import('./plugin/pin.ts'),
  'plugin:unpin': () => import('./plugin/unpin.ts'),
  'plugin:check': () => import('./plugin/check.ts'),
  'plugin:lock': () => import('./plugin/lock.ts'),
  'plugin:sync': () => import('./plugin/sync.ts'),
  'plugin:rollback': () => import('./plugin/rollback.ts'),
  'plugin:path': () => import('./plugin/path.ts'),
  'plugin:history': () => import('./plugin/history.ts'),
  'plugin:info': () => import('./plugin/info.ts'),
  'plugin:uninstall': () => import('./plugin/uninstall.ts'),
  'plugin:trigger': () => import('./plugin/trigger.ts'),
  'plugin:test': () => import('./plugin/test.ts'),
  'plugin:enable': () => import('./plugin/enable.ts'),
  'plugin:disable': () => import('./plugin/disable.ts'),
  'plugin:search': () => import('./plugin/search.ts'),
  'repository:add': () => import('./repository/add.ts'),
  'repository:list': () => import('./repository/list.ts'),
  'repository:update': () => import('./repository/update.ts'),
  'repository:remove': () => import('./repository/remove.ts'),
  'repository:import': () => import('./repository/import.ts'),
  'server:setup': () => import('./server/setup.ts'),
  'server:check': () => import('./server/check.ts'),
  'server:key': () => import('./server/key.ts'),
};
