import { expect, test } from 'vitest';
import { isUserError } from '../../src/errors.ts';
import { catalogue } from '../../src/sources/catalogue/kind.ts';
import { classify } from '../../src/sources/classify.ts';
import { defaultName } from '../../src/sources/default-name.ts';

const classified = (source: string): unknown => {
  try {
    const { kind, address } = classify({ source, link: false });
    return { kind: kind.name, address };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return error.hint ? `${error.message}; ${error.hint}` : error.message;
  }
};

test.each([
  ['https://git.example.org/team/dokku-greet.git', 'greet'],
  ['http://127.0.0.1:8080/greet', 'greet'],
  ['ssh://git@my_host:2222/team/greet.git/', 'greet'],
  ['git://git.example.org/greet', 'greet'],
  ['file:///srv/git/greet.git', 'greet'],
  ['git@git.example.org:team/greet.git', 'greet'],
  ['git@my_host:greet', 'greet'],
  ['git@h:greet', 'greet'],
  ['first.last+tag@host:~user/greet.git', 'greet'],
  ['git@[host:2222]:greet', 'greet'],
  ['[git@host:2222]:team/greet', 'greet'],
  ['git@[::1]:greet', 'greet'],
  ['[::1]:greet', 'greet'],
  ['[host:2222]:team/greet.git', 'greet'],
  ['host:greet', 'greet'],
  ['my_host:team/greet', 'greet'],
  ['gh:team/greet', 'greet'],
  ['host:/srv/greet.git', 'greet'],
  ['https://user:token@git.example.org/greet.git', 'greet'],
])('%s is git’s, and the plugin is %s', (source, name) => {
  expect(classified(source)).toEqual({ kind: 'git', address: source });
  expect(defaultName(source)).toBe(name);
});

test.each(['greet', 'acme/greet', 'acme/greet@^1.2', 'greet@latest', 'acme/greet@>=1 <2 || 3'])('%s is a name of a repository’s', (source) => {
  expect(classified(source)).toEqual({ kind: 'catalogue', address: source });
  expect(catalogue.nameOf(source)).toBe('greet');
});

test('a directory goes before a name of a repository’s, unless that is known to be meant', () => {
  expect(classified('src')).toMatchObject({ kind: 'directory' });
  expect(classify({ source: 'src', isNamed: true, link: false }).kind.name).toBe('catalogue');
  expect(classified('src@latest')).toMatchObject({ kind: 'catalogue' });
});

test('an archive at an address of another scheme is left to the getters of plugins', () => {
  expect(classified('s3://bucket/greet-1.0.0.tgz')).toEqual({ kind: 'archive', address: 's3://bucket/greet-1.0.0.tgz' });
});

const KINDS = 'give a git URL (https:, ssh:, git:, file:, git@host:path) or a directory';
const ARCHIVES = 'give an https:, http: or file: address, a path, or an address that a getter of a plugin fetches';
const DIRECTORY = 'a URL begins with https:, ssh:, git:, file:, oci: or git@';

test.each([
  ['C:\\plugins\\greet', 'C:\\plugins\\greet looks like a path of Windows; give the path as this machine writes it'],
  ['c:/plugins/greet', 'c:/plugins/greet looks like a path of Windows; give the path as this machine writes it'],
  ['c:greet', 'c:greet looks like a path of Windows; give the path as this machine writes it'],
  ['ssh://host/greet-1.0.tgz', `ssh://host/greet-1.0.tgz is not a supported source of archives; ${ARCHIVES}`],
  ['host:greet-1.0.tgz', `host:greet-1.0.tgz is not a supported source of archives; ${ARCHIVES}`],
  ['ext::sh -c id', `ext::sh -c id is not a supported source of plugins; ${KINDS}`],
  ['ftp://host/greet', `ftp://host/greet is not a supported source of plugins; ${KINDS}`],
  ['git+https://host/greet', `git+https://host/greet is not a supported source of plugins; ${KINDS}`],
  ['user:s3cret@host:greet', `user@host:greet is not a supported source of plugins; ${KINDS}`],
  ['u:s3cret@127.0.0.1:greet', `u@127.0.0.1:greet is not a supported source of plugins; ${KINDS}`],
  ['https:host/greet', 'https:host/greet has no // behind https:; write it as https://…'],
  ['file:greet', 'file:greet has no // behind file:; write it as file://…'],
  ['./host:greet', `./host:greet is neither a git URL nor a directory; ${DIRECTORY}`],
  ['a/b:c', `a/b:c is neither a git URL nor a directory; ${DIRECTORY}`],
  ['host:', `host: is not a supported source of plugins; ${KINDS}`],
  ['git@-oProxyCommand=x:greet', `git@-oProxyCommand=x:greet is neither a git URL nor a directory; ${DIRECTORY}`],
  ['acme/../greet', `acme/../greet is neither a git URL nor a directory; ${DIRECTORY}`],
  ['./greet', `./greet is neither a git URL nor a directory; ${DIRECTORY}`],
  [
    'acme/a..b',
    `"acme/a..b" doesn't follow the [{repo_name}/]{plugin_name}[@{version}] syntax: plugin name "a..b" is not allowed; a name is of letters, digits, ".", "_" and "-", begins with a letter or a digit, and holds no ".."`,
  ],
])('%s is refused in one line', (source, line) => {
  expect(classified(source)).toBe(line);
});

test.each([
  ['https://host/greet.git#v1', '#v1', '--committish v1; a # of the path is written %23'],
  ['https://host/greet#feat/x', '#feat/x', '--committish feat/x; a # of the path is written %23'],
  ['ssh://git@host/greet#v1', '#v1', '--committish v1; a # of the path is written %23'],
  ['git@host:greet.git#v1', '#v1', '--committish v1'],
  ['host:greet#semver:^1.2', '#semver:^1.2', '--version ^1.2'],
  ['https://host/greet.git@v1', '@v1', '--committish v1; a @ of the path is written %40'],
  ['https://host/greet#', '#…', '--committish REF; a # of the path is written %23'],
  ['https://host/greet#token=s3cret', '#…', '--committish REF; a # of the path is written %23'],
])('the ref behind %s goes into a flag', (source, listener, flag) => {
  const address = source.slice(0, source.search(/#|(?<=\.git)@/));
  expect(classified(source)).toBe(`${address} is followed by ${listener}, which git would read as part of the URL; leave it out and give ${flag}`);
});
