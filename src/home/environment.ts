/**
 * The environment is the ABI: this table is its one description (contract dokku §1.2; DESIGN "The environment").
 * `renderEnvironment` turns it into the shell file that the launcher sources on every command.
 */
import { shellQuote } from '../system/shell-quote.ts';
import { FAMILIES } from './core-names.ts';

/** How a variable gets its value. `default`: the caller's non-empty value wins; `forced`: always set. */
type Rule = 'default' | 'forced';

export interface AbiVariable {
  /** The full name, or the part behind `DOKKU_` and `TOOL_` when `twins`. */
  readonly name: string;
  /** Exported as both `DOKKU_<name>` and `TOOL_<name>`, read from `<BRAND>_<name>` as well. */
  readonly twins: boolean;
  readonly rule: Rule;
  /** A shell word in terms of variables above it in the table. */
  readonly word: string;
  /** Holds a path: an inherited value counts only outside, or inside the same brand and home. */
  readonly path?: true;
}

const twin = (name: string, rule: Rule, word: string): AbiVariable => ({ name, twins: true, rule, word });
const twinPath = (name: string, word: string): AbiVariable => ({ ...twin(name, 'default', word), path: true });
const plainPath = (name: string, word: string): AbiVariable => ({ name, twins: false, rule: 'default', word, path: true });

/** A home's own front door, as the launcher knows it. Every name and target is a command word. */
export interface FrontDoor {
  readonly defaultPlugin: string | undefined;
  readonly spaces: boolean;
  /** A target that is undefined is no command: what is wrong with it is said on the Node route. */
  readonly aliases: readonly { readonly name: string; readonly target: string | undefined }[];
}

/** Whether commands become events, and with their arguments. */
export type CommandEvents = 'none' | 'names' | 'arguments';

/** What rendering has to know about one install and one home. No user, no secret (the file is shared). */
export interface EnvironmentFacts {
  /** Absolute path of the package's directory. */
  readonly packagePath: string;
  /** The Helm that plugins made for Helm may call; undefined for none. */
  readonly helmProgram?: string | undefined;
  /** Absolute path of the Node that rendered the file. */
  readonly nodePath: string;
  /** `ID` of /etc/os-release, or `unknown`. */
  readonly distribution: string;
  /** Names (or numbers) of the user and the group that own the home. */
  readonly owner: { readonly user: string; readonly group: string };
  readonly commandEvents?: CommandEvents | undefined;
  /** Undefined where tool.toml says nothing of it. */
  readonly front?: FrontDoor | undefined;
}

const labels = '"--label=org.label-schema.schema-version=1.0 --label=org.label-schema.vendor=dokku --label=$DOKKU_CONTAINER_LABEL"';

/** The variables in the order in which they are set; later words may use earlier names. */
export const abiVariables = (facts: EnvironmentFacts): readonly AbiVariable[] => [
  twinPath('ROOT', '$TOOL_HOME/root'),
  twinPath('HOST_ROOT', '$DOKKU_ROOT'),
  twin('DISTRO', 'forced', shellQuote(facts.distribution)),
  twin('IMAGE', 'default', 'gliderlabs/herokuish:latest-24'),
  twin('CNB_BUILDER', 'default', 'heroku/builder:24'),
  twin('LIB_ROOT', 'forced', '$TOOL_HOME'),
  plainPath('PLUGIN_PATH', '$DOKKU_LIB_ROOT/plugins'),
  plainPath('PLUGIN_AVAILABLE_PATH', '$PLUGIN_PATH/available'),
  plainPath('PLUGIN_ENABLED_PATH', '$PLUGIN_PATH/enabled'),
  plainPath('PLUGIN_CORE_PATH', '$DOKKU_LIB_ROOT/core-plugins'),
  plainPath('PLUGIN_CORE_AVAILABLE_PATH', '$PLUGIN_CORE_PATH/available'),
  plainPath('PLUGIN_CORE_ENABLED_PATH', '$PLUGIN_CORE_PATH/enabled'),
  twin('SYSTEM_USER', 'default', facts.owner.user),
  twin('SYSTEM_GROUP', 'default', facts.owner.group),
  twin('API_VERSION', 'forced', '1'),
  twin('NOT_IMPLEMENTED_EXIT', 'forced', '10'),
  twin('VALID_EXIT', 'forced', '0'),
  twin('PID', 'default', '$$'),
  twinPath('LOGS_DIR', '$TOOL_HOME/log'),
  twinPath('LOGS_HOST_DIR', '$DOKKU_LOGS_DIR'),
  twinPath('EVENTS_LOGFILE', '$DOKKU_LOGS_DIR/events.log'),
  twin('CONTAINER_LABEL', 'forced', 'dokku'),
  twin('GLOBAL_BUILD_ARGS', 'forced', labels),
  twin('GLOBAL_RUN_ARGS', 'forced', '$DOKKU_GLOBAL_BUILD_ARGS'),
  { name: 'SSH_USER', twins: false, rule: 'default', word: '${USER:-}' },
  { name: 'SSH_NAME', twins: false, rule: 'forced', word: '"${NAME:-default}"' },
];

/** Set for one command alone; inside, a plugin speaks through the `DOKKU_` name only. */
const perCommand = ['QUIET_OUTPUT', 'TRACE', 'APPS_FORCE_DELETE', 'APP_NAME', 'GLOBAL_FLAGS'];
/** Exported when the caller or an rc file sets them, never given a value here. */
const passedOn = ['EVENTS'];

/** The names under which a variable is exported. */
const exportedNames = ({ name, twins }: AbiVariable): string[] => (twins ? [`DOKKU_${name}`, `TOOL_${name}`] : [name]);

function renderVariable({ name, twins, rule, word }: AbiVariable): string {
  const [first = '', second] = exportedNames({ name, twins, rule, word });
  const inherited = twins ? `\${TOOL_${name}:-\${DOKKU_${name}:-${word}}}` : `\${${name}:-${word}}`;
  return `${first}=${rule === 'forced' ? word : inherited}${second ? ` ${second}=$${first}` : ''}`;
}

/** `<BRAND>_X` becomes `TOOL_X`, which is read before `DOKKU_X`. */
const readBranded = (names: readonly string[]): string =>
  `for tool_word in ${names.join(' ')}; do
    eval "case \\\${\${tool_upper}_$tool_word:+x} in x) TOOL_$tool_word=\\$\${tool_upper}_$tool_word ;; esac"
  done`;

/** Outside, both names are read; inside, DOKKU_X speaks and TOOL_X follows it. Unset when it says nothing. */
const renderCallerVariable = (name: string): string =>
  `case $tool_inside in '') DOKKU_${name}=\${TOOL_${name}:-\${DOKKU_${name}:-}} ;; esac
case \${DOKKU_${name}:-} in
  '') unset DOKKU_${name} TOOL_${name} ;;
  *) TOOL_${name}=$DOKKU_${name} && export DOKKU_${name} TOOL_${name} ;;
esac`;

/** The end of the name of the file that is a little older than the tool.toml which was rendered. */
export const SINCE = '.since';

/**
 * What libexec/front reads. A tool.toml that is not the one which was rendered makes it void, and Node decides: one that is newer than this file where nobody may render it
 * anew, one that is gone, and an older one that was put in its place, for which the file is dated back so that the next command renders it.
 */
function renderFront(front: FrontDoor | undefined): string {
  if (front === undefined) return "tool_front=''";
  const aliases = front.aliases.map(({ name, target = '' }) => `${name}=${target}`).join(' ');
  return `tool_front=$tool_rendered tool_front_default=${shellQuote(front.defaultPlugin ?? '')} tool_front_spaces=${front.spaces ? '1' : "''"}
tool_front_families=${shellQuote(` ${[...FAMILIES].join(' ')} `)}
tool_front_aliases=${shellQuote(` ${aliases} `)}
# shellcheck disable=SC3013 # -nt is in dash, bash and busybox
case $tool_front in
  '')
    if [ "$tool_home/tool.toml" -nt "\${tool_environment%.sh}${SINCE}" ]; then
      [ "$tool_home/tool.toml" -nt "$tool_environment" ] || tool_front=1
    elif [ -e "$tool_home/tool.toml" ] && [ -w "$tool_environment" ]; then
      touch -t 197001020000 "$tool_environment" 2>/dev/null
    fi
    ;;
esac`;
}

/**
 * The environment as a POSIX sh file for one install and one home (contract dokku §1.1–1.2; DESIGN "Inheritance").
 * The launcher's `tool_brand`, `tool_upper`, `tool_home`, `tool_environment`, `tool_rendered`, `tool_inside` and `tool_rc` are set when it is sourced.
 */
export function renderEnvironment(facts: EnvironmentFacts): string {
  const variables = abiVariables(facts);
  const paths = variables.filter((variable) => variable.path);
  const branded = variables.filter(({ twins, rule }) => twins && rule === 'default').map(({ name }) => name);
  const brandedPaths = paths.filter(({ twins }) => twins).map(({ name }) => `"\${tool_upper}_${name}"`);
  const bin = shellQuote(`${facts.packagePath}/bin`);
  const libexec = shellQuote(`${facts.packagePath}/libexec`);
  return `# shellcheck shell=sh
# Rendered from src/home/environment.ts, and rendered anew when it is missing: edits are lost.
TOOL_PACKAGE=${shellQuote(facts.packagePath)} TOOL_NODE=${shellQuote(facts.nodePath)}
[ -x "$TOOL_NODE" ] || TOOL_NODE=$(command -v node) || TOOL_NODE=node
tool_told=${facts.commandEvents === undefined || facts.commandEvents === 'none' ? "''" : facts.commandEvents}
${renderFront(facts.front)}

case $tool_inside in
  '' | "$tool_brand:$tool_home") ;;
  *) unset ${[...paths.flatMap(exportedNames), ...brandedPaths].join(' ')} ;;
esac
case $tool_brand in
  tool) ;;
  *)
  ${readBranded([...branded, ...passedOn])}
  case $tool_inside in '')
  ${readBranded(perCommand)} ;;
  esac ;;
esac

TOOL_HOME=$tool_home TOOL_ABI=$tool_brand:$tool_home
eval "\${tool_upper}_HOME=\\$tool_home"
case $tool_rc in '') DOCKER_BIN=docker ;; esac${facts.helmProgram === undefined ? '' : `\nTOOL_HELM_BIN=${shellQuote(facts.helmProgram)} && export TOOL_HELM_BIN`}
case ":\${PATH:-}:" in *:${bin}:*) ;; *) PATH=${bin}\${PATH:+:$PATH} ;; esac
case ":$PATH" in :${libexec}:*) ;; *) PATH=${libexec}:$PATH ;; esac

${variables.map(renderVariable).join('\n')}
${[...perCommand, ...passedOn].map(renderCallerVariable).join('\n')}
export PATH DOCKER_BIN TOOL_PACKAGE TOOL_NODE TOOL_HOME TOOL_ABI "\${tool_upper}_HOME"
export ${variables.flatMap(exportedNames).join(' ')}
`;
}

/** Beyond the table: what the launcher, plugn and the stubs hand down, and what names or steers a home. TOOL_HOME is not among them. */
const handedDown = [
  ...[
    'TOOL_ABI',
    'TOOL_FAST',
    'TOOL_PACKAGE',
    'TOOL_NODE',
    'TOOL_HOP_USER',
    'TOOL_CALLER_NODE_OPTIONS',
    'TOOL_TRANSACTION',
    'TOOL_STDIN_ONLY',
    'TOOL_HELM_BIN',
    'TOOL_EVENT_HOPS',
  ],
  ...['DOKKU_LIB_PATH', 'DOKKU_LIB_HOST_ROOT', 'DOKKU_HOME', 'DOKKU_FORCE_TTY', 'DOKKU_DISABLE_TTY', 'DOKKU_FAIL_EXIT_CODE', 'DOCKER_BIN', 'PLUGN_EXPORTED'],
];

/** The names that a forced command and a hop forget, as sh assignments for libexec/forget-abi; written by the build. */
export function abiNames(): string {
  const variables = abiVariables({ packagePath: '', nodePath: '', distribution: '', owner: { user: '', group: '' } });
  const twins = [...variables.filter((variable) => variable.twins).map(({ name }) => name), ...perCommand, ...passedOn, 'COMMAND', 'MAY_NAME_FILES'];
  const names = [
    ...twins.flatMap((name) => [`DOKKU_${name}`, `TOOL_${name}`]),
    ...variables.filter((variable) => !variable.twins).map(({ name }) => name),
    ...handedDown,
  ];
  return `tool_abi_twins='${twins.join(' ')}'\ntool_abi_names='${names.join(' ')}'\n`;
}
