import { expect, test } from 'vitest';
import { readFileName } from '../../src/publishing/file-names.ts';

/** What is read, in short; undefined for a file that is none of a plugin's. */
function short(base: string): string | undefined {
  const read = readFileName(base);
  if (read.type === undefined) return read.text === undefined ? undefined : `${read.isError ? 'error' : 'remark'}: ${read.text}`;
  return `${read.type} ${read.name} ${read.os}/${read.arch}${read.isPacked ? ' packed' : ''}`;
}

const wrong = (base: string, why: string): string => `error: path ${base} doesn't follow required pattern <plugin_type>_<plugin_name>_<os>_<arch>: ${why}`;

test.each<[string, string | undefined]>([
  ['executor_helm_darwin_amd64', 'executor helm darwin/amd64'],
  ['source_prometheus_darwin_amd64', 'source prometheus darwin/amd64'],
  ['plugin_deploy_any_any.tar.gz', 'plugin deploy any/any packed'],
  ['executor_my_own_tool_linux_arm64', 'executor my_own_tool linux/arm64'],
  ['executor_helm_linux_x86_64', 'executor helm linux/amd64'],
  ['executor_helm_linux_x86_64.tgz', 'executor helm linux/amd64 packed'],
  ['executor_x86_64_linux_arm64', 'executor x86_64 linux/arm64'],
  ['executor_helm_windows_amd64.exe', 'executor helm windows/amd64'],
  ['executor_helm_linux_amd64.sh', 'executor helm linux/amd64'],
  ['executor_helm_windows_amd64.exe.zip', 'executor helm windows/amd64 packed'],
  ['executor_helm_macos_aarch64.zip', 'executor helm darwin/arm64 packed'],
  ['executor_helm_linux_sparc64', 'executor helm linux/sparc64'],
  ['executor_helm_plan9_amd64', 'executor helm plan9/amd64'],
  ...['tar.bz2', 'tar.gz', 'tar.xz', 'tar.zst', 'bz2', 'gz', 'xz', 'tar', 'tbz2', 'tgz', 'txz', 'tzst', 'zip', 'zst'].map((ending): [string, string] => [
    `source_a.b_linux_386.${ending}`,
    'source a.b linux/386 packed',
  ]),
  // As plugin:package and Helm name archives.
  ['greet-1.0.0.tgz', 'plugin greet any/any packed'],
  ['plugin-7-a_b-1.10-rc.1+b.tgz', 'plugin plugin-7-a_b any/any packed'],
  ['executor_helm-1.0_linux_amd64.tgz', 'executor helm-1.0 linux/amd64 packed'],
  ['greet-1.tgz', undefined],
  ['greet-1.0.0.tar.gz', undefined],
  ['..-1.0.0.tgz', undefined],
  // What has nothing to do with plugins, or stands beside them.
  ['README.md', undefined],
  ['plugins-index.yaml', undefined],
  ['executor_helm.toml', undefined],
  ['executor_helm_linux_amd64.tar.gz.sha256', undefined],
  ['executor_helm_linux_amd64.minisig', undefined],
  ['executors.txt', undefined],
  // The traps of Botkube's generator.
  ['source.tar.gz', 'remark: begins with "source" and is no plugin\'s file: it is left out'],
  ['executors', 'remark: begins with "executor" and is no plugin\'s file: it is left out'],
  ['executor_helm_linux', wrong('executor_helm_linux', 'a part of it is missing')],
  ['executor__linux_amd64', wrong('executor__linux_amd64', 'a part of it is missing')],
  ['executor_my_tool_linux', wrong('executor_my_tool_linux', '"tool/linux" is no platform that is known')],
  ['plugin_v1.2_deploy_final.tar.gz', wrong('plugin_v1.2_deploy_final.tar.gz', '"deploy/final" is no platform that is known')],
  [
    'executor_helm_linux_amd64.deb',
    wrong('executor_helm_linux_amd64.deb', '"linux/amd64.deb" is no platform; an extension that is not known is read as a part of it'),
  ],
  [
    'executor_..x_linux_amd64',
    wrong(
      'executor_..x_linux_amd64',
      '"..x" is no name of a plugin: a name is of letters, digits, ".", "_" and "-", begins with a letter or a digit, and holds no ".."',
    ),
  ],
])('%s', (base, expected) => expect(short(base)).toBe(expected));
