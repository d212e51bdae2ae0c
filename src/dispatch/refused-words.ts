/** Why a command of Dokku's cannot be had here, and what to do instead. */
export interface Refusal {
  readonly reason: string;
  readonly instead: string;
}

interface Refused extends Refusal {
  /** By the word in front of the colon: what may stand behind it. The word alone and its `:help` are refused as well. */
  readonly commands: Readonly<Record<string, string>>;
}

const ON_A_SERVER = 'Run this command on a Dokku server';

/**
 * The command words of Dokku 0.38 that need Docker or a server, and that no core plugin answers. A plugin that has such a word is asked, as for any
 * other: these stand behind all of them.
 */
const REFUSED: readonly Refused[] = [
  {
    reason: 'nothing here builds or deploys apps',
    instead: 'Deploy the app to a Dokku server',
    commands: {
      'app-json': 'report set',
      builder: 'report set',
      'builder-dockerfile': 'report set',
      'builder-herokuish': 'report set',
      'builder-lambda': 'report set',
      'builder-nixpacks': 'report set',
      'builder-pack': 'report set',
      'builder-railpack': 'report set',
      buildpacks: 'add clear detect list remove report set set-property',
      builds: 'cancel info list output prune report set',
      checks: 'disable enable report run set skip',
      registry: 'login logout report set',
      repo: 'gc purge-cache',
    },
  },
  {
    reason: 'nothing here takes pushes',
    instead: 'Push to a Dokku server; a plugin is installed from git with plugin:install',
    commands: { 'git-hook': '', 'git-receive-pack': '', 'git-upload-archive': '', 'git-upload-pack': '' },
  },
  {
    reason: 'there is no Docker here, so no app has processes',
    instead: `Run the app's program yourself, or this command on a Dokku server`,
    commands: {
      cron: 'list report resume run set suspend',
      enter: '',
      logs: 'failed report set vector-logs vector-start vector-stop',
      ps: 'retire',
      resource: 'limit limit-clear report reserve reserve-clear',
      run: 'detached list logs retire stop',
      scheduler: 'report set',
      'scheduler-docker-local': 'report set',
      'scheduler-k3s':
        'annotations:report annotations:set autoscaling-auth:report autoscaling-auth:set charts:report charts:set cluster:add cluster:list cluster:remove ensure-charts initialize labels:report labels:set node-sysctls:report node-sysctls:set preview profiles:add profiles:list profiles:remove report set show-kubeconfig uninstall',
      storage:
        'annotations:report annotations:set create destroy ensure-directory exec info labels:report labels:set list list-entries migrate mount report set unmount wait',
    },
  },
  {
    reason: 'nothing here routes requests to apps',
    instead: ON_A_SERVER,
    commands: {
      caddy: 'labels:add labels:remove labels:show logs report set show-config start stop',
      haproxy: 'labels:add labels:remove labels:show logs report set show-config start stop',
      openresty: 'labels:add labels:remove labels:show logs report set show-config start stop',
      proxy: 'build-config clear-config disable enable ports ports-add ports-clear ports-remove ports-set report set',
      traefik: 'labels:add labels:remove labels:show logs report set show-config start stop',
    },
  },
  {
    reason: 'who may log in is not kept here',
    instead: "Write the key into the account's authorized_keys, as the page on servers says",
    commands: { 'ssh-keys': 'add list remove' },
  },
  {
    reason: 'the shell of Dokku is not part of this',
    instead: 'Give one command at a time',
    commands: { shell: '' },
  },
];

/** Words that a core plugin of ours has, of which only what stands behind the colon can be refused. */
const NOT_ALONE: ReadonlySet<string> = new Set(['ps']);

/** Why a word that nobody answers is no command here though it is one of Dokku's; undefined for any other word. */
export function refusalOf(word: string): Refusal | undefined {
  const colon = word.indexOf(':');
  const name = colon === -1 ? word : word.slice(0, colon);
  const rest = colon === -1 ? undefined : word.slice(colon + 1);
  const refused = REFUSED.find(({ commands }) => Object.hasOwn(commands, name));
  if (refused === undefined) return undefined;
  const isWhole = rest === undefined || rest === '' || rest === 'help';
  return (isWhole && !NOT_ALONE.has(name)) || (rest !== undefined && (refused.commands[name] ?? '').split(' ').includes(rest) && rest !== '')
    ? { reason: refused.reason, instead: refused.instead }
    : undefined;
}
