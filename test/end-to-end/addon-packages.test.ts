import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addonPackage, fillMirror } from '../support/addons.ts';
import { sha256 } from '../support/digests.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

const HOST = ['--host-version', 'v2022.10.06-0', '--registry', 'mirror'];

/** An add-on that writes down what is called, and with what. */
const script = (name: string, also = ''): string => `
function ${name}_pre_init() { ${name}_told pre_init; }
function ${name}() { cd "$DIR/addons/${name}/$${name.toUpperCase()}_VERSION"; ${name}_told install; ${also || ':'}; }
function ${name}_post_init() { ${name}_told post_init; }
function ${name}_join() { ${name}_told join; }
function ${name}_already_applied() { ${name}_told already_applied; }
function ${name}_outro() { ${name}_told outro; }
function ${name}_told() { echo "${name} $${name.toUpperCase()}_VERSION [$${name.toUpperCase()}_GREETING] $1" >> "$HOME/calls"; }
`;

const calls = (box: Sandbox): string => {
  const text = readFileSync(join(box.root, 'calls'), 'utf8');
  box.file('calls', '');
  return text;
};

const treeOf = (box: Sandbox, name: string, ...path: string[]): string => box.at('plugins/available', name, ...path);

test('a spec is applied, applied again without a change, upgraded, rolled back; an add-on that fails leaves what was there', async () => {
  using box = Sandbox.prepared();
  const released = [
    addonPackage('hello', '1.1.0', script('hello')),
    addonPackage('hello', '1.0.0', script('hello')),
    addonPackage('world', '2.0.0', script('world', '[ ! -e "$HOME/broken" ]')),
  ];
  fillMirror(join(box.root, 'mirror'), released);
  box.file('supported.json', '{ "supportedVersions": { "kubernetes": ["latest", "1.25.3"] } }');
  const spec = (hello: string, greeting: string): void =>
    void box.file(
      'spec.yaml',
      `spec:\n  kubernetes: { version: 1.25.x }\n  hello:\n    version: ${hello}\n    greeting: "${greeting}"\n  world: { version: latest }\n`,
    );
  const apply = (...more: string[]) => box.run(['addon:apply', 'spec.yaml', ...HOST, '--supported', 'supported.json', ...more]);
  spec('1.0.0', "it's $HOME");

  const planned = await apply('--dry-run', '--json');
  expect(JSON.parse(planned.stdout)).toMatchObject({
    left: [{ addon: 'kubernetes', version: '1.25.3', why: 'comes with the host' }],
    addons: [
      { addon: 'hello', version: '1.0.0', action: 'install', sha256: sha256(released[1]?.bytes as Buffer) },
      { addon: 'world', version: '2.0.0', action: 'install' },
    ],
  });
  const first = await apply();
  expect([first.status, first.stderr]).toEqual([0, '']);
  expect(first.stdout).toMatch(
    /^ADDON +INSTALLED +VERSION +ACTION +PACKAGE\n[\s\S]*-----> Add-on hello 1\.0\.0 \(1 of 2\)\n-----> Add-on world 2\.0\.0 \(2 of 2\)\n-----> 2 add-ons applied\n$/,
  );
  const told = (name: string, words: string) => (phase: string) => `${name} ${words} ${phase}\n`;
  const [hello, world] = [told('hello', "1.0.0 [it's $HOME]"), told('world', '2.0.0 []')];
  const installed = (one: (phase: string) => string): string => [one('pre_init'), one('install'), one('post_init')].join('');
  expect(calls(box)).toBe(installed(hello) + installed(world) + hello('outro') + world('outro'));
  // Nobody else reads what a spec says.
  expect(statSync(treeOf(box, 'hello', 'spec-variables')).mode & 0o777).toBe(0o600);

  const again = await apply();
  expect([again.status, again.stdout.split('\n').slice(-4).join('\n')]).toEqual([
    0,
    '-----> hello 1.0.0 is applied already\n-----> world 2.0.0 is applied already\n-----> Nothing to change\n',
  ]);
  expect(calls(box)).toBe(hello('already_applied') + world('already_applied'));

  spec('latest', 'hi');
  const upgraded = await apply('--json');
  expect(JSON.parse(upgraded.stdout).addons).toMatchObject([
    { addon: 'hello', from: '1.0.0', version: '1.1.0', action: 'update', receipt: { generation: 2, source: { kind: 'addon', role: 'install' } } },
    { addon: 'world', action: 'unchanged' },
  ]);
  const newer = told('hello', '1.1.0 [hi]');
  expect(calls(box)).toBe(installed(newer) + world('already_applied') + newer('outro') + world('outro'));

  expect(await box.run(['plugin:rollback', 'hello'])).toMatchObject({ status: 0, stdout: '-----> Plugin hello is back at generation 1 (1.0.0)\n' });
  expect(calls(box)).toBe(installed(hello));

  box.file('broken', '').file('spec.yaml', 'spec:\n  world: { version: latest, greeting: other }\n  hello: { version: latest }\n');
  const failed = await apply();
  expect([failed.status, failed.stderr]).toEqual([
    1,
    expect.stringMatching(/The install hook of world ended with status 1; the plugin is as it was; not looked at: hello/),
  ]);
  const history = JSON.parse((await box.run(['plugin:history', 'world', '--json'])).stdout);
  expect(JSON.stringify(history)).not.toContain('"generation":2');
});

test('an add-on is installed by name, at a version, with what a spec said of it before, for a node that joins, and held by a pin', async () => {
  using box = Sandbox.prepared();
  fillMirror(join(box.root, 'mirror'), [
    addonPackage('hello', '1.1.0', script('hello')),
    addonPackage('hello', '1.0.0', script('hello')),
    addonPackage('silent', '1.0.0', 'quiet() { :; }\n'),
  ]);
  box.file('spec.yaml', 'spec: { hello: { version: 1.0.0, greeting: hi } }\n').file('supported.json', '{ "supportedVersions": { "hello": ["0.9.0"] } }');
  const run = (...words: string[]) => box.run([...words, ...HOST]);
  expect(await run('addon:install', 'hello@0.9.0', '--supported', 'supported.json')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('hello 0.9.0 comes with the host and has no package of its own'),
  });
  expect(await run('addon:install', 'silent')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('install.sh of silent 1.0.0 defines no function silent\n'),
  });

  expect(await run('addon:apply', 'spec.yaml')).toMatchObject({ status: 0 });
  calls(box);
  expect(await run('addon:install', 'hello')).toMatchObject({ status: 0, stdout: '-----> Add-on hello 1.1.0 (1 of 1)\n-----> Add-on hello 1.1.0 installed\n' });
  expect(calls(box)).toContain('hello 1.1.0 [hi] pre_init\n');
  // What a spec says is in no lock.
  await box.run(['plugin:lock']);
  const lock = readFileSync(box.at('tool.lock'), 'utf8');
  expect(lock).toMatch(
    /\[plugins\.hello\]\nversion = "1\.1\.0"\naddon = "file:\/\/.*\/mirror\/external\/hello-1\.1\.0\.tar\.gz"\nname = "hello"\nrelease = "1\.1\.0"\nsha256 = "[0-9a-f]{64}"\nconfig = "[0-9a-f]{64}"\n/,
  );
  await box.run(['plugin:pin', 'hello']);
  expect(await run('addon:apply', 'spec.yaml')).toMatchObject({ status: 0, stderr: expect.stringContaining('hello is pinned at 1.1.0') });
  await box.run(['plugin:unpin', 'hello']);
  await box.run(['plugin:uninstall', 'hello']);
  expect(await box.run(['plugin:sync'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('hello was installed with what a spec says of it, which is kept in no lock'),
  });
  box.file('calls', '');
  expect(await run('addon:apply', 'spec.yaml', '--join')).toMatchObject({ status: 0 });
  expect(calls(box)).toBe('hello 1.0.0 [hi] join\nhello 1.0.0 [hi] outro\n');
});

/** Answers as a small cluster does; what would change it is written down. */
const KUBECTL = `#!/bin/sh
case " $* " in
  *' gone '* | *app=gone*) case $* in *pods*) exit 0 ;; *) exit 1 ;; esac ;;
  *' scale '*) echo "kubectl $*" >>"$HOME/changes" ;;
  *jsonpath=*data*) printf c2VjcmV0 ;;
  *jsonpath=*status*) printf 2 ;;
  *endpoints*) echo 'there 10.0.0.1:80' ;;
  *jobs*) echo 'there 1/1' ;;
  *pods*) printf 'a\\nb\\n' ;;
esac
`;

// The package that was published for the first list of what is shared: it calls each function of it, and is never made anew.
test('a package of the first version of what a host shares is installed as ever', async () => {
  using box = Sandbox.prepared();
  const bytes = readFileSync(join(PACKAGE, 'test/fixtures/addons/everything-1.0.0.tar.gz'));
  expect(sha256(bytes)).toBe('c7416e4a91ff9acc44a77f311af619e6a43f6d5bb9443e3255c9adcf96e79426');
  const text = execFileSync('tar', ['-xzOf', join(PACKAGE, 'test/fixtures/addons/everything-1.0.0.tar.gz'), 'addons/everything/1.0.0/install.sh'], {
    encoding: 'utf8',
  });
  const shared = readFileSync(join(PACKAGE, 'plugins/addon/shared-list'), 'utf8').matchAll(/^1 function (\w+)$/gm);
  expect([...shared].map(([, name = '']) => name).filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);

  fillMirror(join(box.root, 'mirror'), [{ name: 'everything', version: '1.0.0', bytes }]);
  box.file('programs/kubectl', KUBECTL).file('programs/ctr', '#!/bin/sh\necho "ctr $*: $(cat)" >>"$HOME/changes"\n');
  box.file(
    'spec.yaml',
    'spec:\n  kubernetes: { version: 1.27.3 }\n  weave: { podCIDR: 10.1.0.0/16 }\n  everything: { version: 1.0.0, hostname: "a b", uiBindPort: 8800, disableS3: false }\n',
  );
  const { status, stdout, stderr } = await box.run(['addon:apply', 'spec.yaml', ...HOST], { env: { PATH: `${box.root}/programs:${process.env.PATH}` } });
  expect([status, Buffer.from(stderr, 'latin1').toString()]).toEqual([
    0,
    expect.stringContaining('a log\n⚙  a step\n\t- a substep\n✔ a success\na warning\na failure\n'),
  ]);
  expect(stdout).toContain('1 add-on applied');
  expect(readFileSync(treeOf(box, 'everything', 'report'), 'utf8')).toMatchInlineSnapshot(`
    "phase: pre_init
    ADDON_API: 1
    KURL_VERSION: v2022.10.06-0
    versions: 1.0.0 1.27.3
    spec: a b 8800 10.1.0.0/16 []
    host: dist version major minor airgap yes
    role: 1 kubeadm
    colours: 
    phase: install
    bail: given up
     1
    commandExists: yes
    commandExists not: no
    path_add: /bin:/usr
    rm_file: yes
    maybe: yes
    kebab_to_camel: certManager
    splitHostPort: example.org 6443
    isValidIpv4: yes
    isValidIpv4 not: no
    isValidIpv6: yes
    isValidIpv6 not: no
    get_local_node_name: node-1
    semverParse: 1 23 4
    semverCompare: 1
    semverCompare: -1
    semverCompare: 0
    prompt: word
    confirmY: no
    confirmN: yes
    confirmN assumed: yes
    cmd_retry: yes
    cmd_retry not: no
    spinner_until: yes
    spinner_until not: no
    try_1m: yes
    try_1m_stderr: yes
    try_5m: yes
    render_yaml_file: a: world
    render_yaml_file_2: a: "world"
    render_file: a: world
    yaml_indent:   a:
    yaml_escape_string_quotes: \\"a\\"
    yaml_newline_to_literal: a\\nb
    get_yaml_from_multidoc_yaml: name: b
    resources:
    - ../base
    - b.yaml
    - a.yaml
    patchesStrategicMerge:
    - patch.yaml
    patchesJson6902:
    - target:
        group: apps
        version: v1
        kind: Deployment
        name: web
        namespace: default
      path: json.yaml
    kubernetes_resource_exists: yes
    kubernetes_resource_exists not: no
    kubernetes_secret_value: secret
    kubernetes_service_healthy: yes
    kubernetes_is_master: yes
    kubernetes_version_minor: 27
    x_fully_updated: yes
    deployment_fully_updated: yes
    statefulset_fully_updated: yes
    daemonset_fully_updated: yes
    job_is_completed: yes
    pod_count_by_selector: 2
    pods_gone_by_selector: yes
    phase: post_init
    phase: outro
    "
  `);
  expect(readFileSync(join(box.root, 'changes'), 'utf8')).toMatchInlineSnapshot(`
    "ctr -n=k8s.io images import -: an image
    kubectl -n kurl scale deployment there --replicas=2
    kubectl -n kurl scale deployment there --replicas=0
    ctr -n=k8s.io images import -: an image
    "
  `);
});
