// Flags and exit statuses that several commands have alike.

export const FILE = ['--file <path>', "use this lock instead of the home's tool.lock"] as const;
export const COMMITTISH = ['--committish <ref>', 'branch, tag or commit of a git repository; tag or digest of an image'] as const;
export const VERSION = ['--version <range>', 'the highest tag within a semver range, like ^1.2'] as const;
export const CHECKSUM = ['--checksum <sum>', 'checksum of the archive: sha256: and 64 hexadecimal digits'] as const;
export const PLATFORM = ['--platform <platform>', 'from a repository: for this platform, like linux/arm64'] as const;
export const TYPE = ['--type <type>', 'from a repository: executor or source, if a name has both'] as const;
export const MARKED_TYPE = ['--type <type>', 'executor or source, if the index has a name with both'] as const;
export const REFRESH = ['--refresh', 'fetch the indexes first'] as const;
export const OFFLINE = ['--offline', 'do not access the network'] as const;
export const LINK = ['--link', 'link a directory instead of copying it, for development'] as const;
export const GUARD = ['--skip-guard-check', 'enable a guard even if you could not uninstall it'] as const;
export const ALLOW = [
  '--allow <hosts>',
  'let its WASM modules ask these hosts over HTTP, like api.example.org,*.example.net; all for those that it asks for',
] as const;
export const ENABLE_NEEDED = ['--enable-needed', "enable the plugins of Dokku's set that it calls on"] as const;
export const VERIFY = ['--verify [boolean]', 'refuse what no trusted key signed; with =false, look at no signature'] as const;
export const ACCEPT_SIGNER = ['--accept-signer', 'accept that another key signed it than what is installed'] as const;
export const DRY_RUN = ['--dry-run', 'print what would be done, change nothing'] as const;

/** Of a change to one plugin. */
export const A_HOOK_FAILED = { 1: 'refused or failed; a hook that fails gives its own status instead' } as const;
/** Of what Dokku has as well: there, that is its status for a missing name. */
export const NO_NAME = { 1: 'refused or failed; no plugin is named' } as const;
