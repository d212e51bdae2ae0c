import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Sandbox, TOOL } from '../support/sandbox.ts';

/** A mount namespace of one's own: as root at once, as somebody else as the root of a user namespace. */
const UNSHARE = ['unshare', ...(process.getuid?.() === 0 ? [] : ['-r']), '-m'];
const mayMount = spawnSync(UNSHARE[0] as string, [...UNSHARE.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' }).status === 0;
const name = 'a disk that fills up at any step of an update leaves the old version or the new one';

/** Updates with so many KB free, tries the command, frees the disk, updates again, goes back; a line of what was seen each. */
const SCRIPT = `
set -u
tool=$1 disk=$2 source=$3
shift 3
mount -t tmpfs -o size=2m,mode=755 tmpfs "$disk"
publish() {
  printf '[plugin]\\ndescription = "d"\\nversion = "%s"\\n[plugin.config]\\n' "$1" >"$source/plugin.toml"
  printf '#!/bin/sh\\necho %s\\n' "$1" >"$source/subcommands/default"
  chmod +x "$source/subcommands/default"
}
publish 1
"$tool" plugin:install "$source" --name greet >/dev/null || exit 1
for free in "$@"; do
  publish 2
  room=$(($(df -k --output=avail "$disk" | tail -1) - free))
  dd if=/dev/zero of="$disk/filler" bs=1k count="$room" 2>/dev/null
  said=$("$tool" plugin:update greet 2>&1); updated=$?
  seen=$("$tool" greet 2>&1); ran=$?
  rm "$disk/filler"
  listed=$("$tool" plugin:list 2>&1 | grep -c '^  greet .*enabled')
  "$tool" plugin:update greet >/dev/null 2>&1; again=$?
  after=$("$tool" greet 2>&1)
  publish 1
  "$tool" plugin:update greet >/dev/null || exit 1
  printf '%s|%s|%s|%s|%s|%s|%s|%s\\n' "$free" "$updated" "$seen" "$ran" "$listed" "$again" "$after" "$(printf %s "$said" | tr '\\n' ' ')"
done
`;

test.runIf(mayMount)(name, { timeout: 60_000 }, () => {
  using box = new Sandbox();
  const source = join(box.root, 'greet');
  for (const folder of [box.home, join(source, 'subcommands')]) mkdirSync(folder, { recursive: true });
  // A page of memory is 4 KB, and what an update writes is a dozen small files.
  const kilobytes = Array.from({ length: 14 }, (_, index) => String(index * 4));
  const [command = '', ...words] = [...UNSHARE, 'sh', '-c', SCRIPT, 'sh', TOOL, box.home, source, ...kilobytes];
  const { status, stdout, stderr } = spawnSync(command, words, { env: box.env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const rows = stdout.trim().split('\n');
  expect(rows).toHaveLength(kilobytes.length);
  for (const row of rows) {
    const [free, updated, seen, ran, listed, again, after, said] = row.split('|');
    const whole = { free, ran: '0', listed: '1', again: '0', after: '2' };
    expect({ free, ran, listed, again, after }, row).toEqual(whole);
    expect(seen, row).toBe(updated === '0' ? '2' : '1');
    if (updated !== '0') expect(said, row).toMatch(/^ ! {5}Cannot [^!]*\(ENOSPC\); [^!]*$/);
  }
  // Both ends were seen, so the steps between them were.
  expect(rows.map((row) => row.split('|')[1])).toEqual(expect.arrayContaining(['0', '1']));
});

if (!mayMount) test.skip(`${name} (skipped: needs unshare and the right to mount)`, () => {});

/** Installs a repository of 3 MB on a disk with room for less, then with room for it; what was seen, a line each. */
const CLONE = `
set -u
tool=$1 disk=$2 source=$3
mount -t tmpfs -o size=8m,mode=755 tmpfs "$disk"
"$tool" plugin:list >/dev/null || exit 1
dd if=/dev/zero of="$disk/filler" bs=1k count=6500 2>/dev/null
"$tool" plugin:install "file://$source" --name big >"$disk/../said" 2>&1
printf '%s\\n' "$?"
cat "$disk/../said"
rm "$disk/filler"
echo "left: $(find "$disk" -name '*big*' | tr '\\n' ' ')$(ls -A "$disk/plugins/store/.staging" 2>/dev/null)"
"$tool" plugin:install "file://$source" --name big >/dev/null 2>&1
printf '%s\\n' "$?"
`;

test.runIf(mayMount)('a repository that does not fit is refused in one line, and nothing of it stays', { timeout: 60_000 }, () => {
  using box = new Sandbox();
  const source = join(box.root, 'repository');
  for (const folder of [box.home, join(source, 'subcommands')]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(source, 'plugin.toml'), '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n');
  writeFileSync(join(source, 'subcommands/default'), '#!/bin/sh\n', { mode: 0o755 });
  // Nothing that git could make smaller.
  writeFileSync(join(source, 'data'), randomBytes(1_500_000));
  const git = (...words: string[]) => execFileSync('git', ['-C', source, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], { env: box.env });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'first');
  const [command = '', ...words] = [...UNSHARE, 'sh', '-c', CLONE, 'sh', TOOL, box.home, source];
  const { status, stdout, stderr } = spawnSync(command, words, { env: box.env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [installed, began, refused, left, again, ...more] = stdout.trim().split('\n');
  expect({ installed, began, left, again, more }).toEqual({
    installed: '1',
    began: `-----> Installing plugin big from file://${source}`,
    left: 'left: ',
    again: '0',
    more: [],
  });
  expect(refused).toMatch(/^ ! {5}Cannot clone [^!]*; the disk is full; free some space$/);
});
