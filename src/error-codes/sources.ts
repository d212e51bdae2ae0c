import { row } from './row.ts';

/** Where plugins come from: addresses, downloads, archives, git. */
export const sources = {
  'not-a-source': row(
    'What was given is no URL, directory or name that a plugin can be had from.',
    'give a URL, a directory or REPOSITORY/NAME',
    '2 for a flag',
  ),
  'bad-address': row('An address is not written as one.', 'check how it is written', '2 for a wrong password in it'),
  'secret-in-address': row('An address has a secret where others could read it.', 'take it out, and give it as the message says'),
  'no-such-scheme': row('No plugin fetches addresses of that scheme.', 'install a plugin that is a getter for it'),
  'not-a-plugin': row('What was given is not a plugin.', 'give a directory with a plugin.toml or an executable command'),
  'plugin-without-name': row('The address does not say what the plugin is called.', 'name it with --name'),
  'not-a-directory': row('A path is not a directory.', 'check the path', '2 from repository:serve and repository:package'),
  'not-a-file': row('A path is not a file.', 'check the path'),
  'not-importable': row('What was given has no commands that can be imported.', 'see plugin:import --dry-run and docs/importing.md'),
  'ambiguous-import': row('A folder has several things that can be imported.', 'choose with --as'),
  'not-an-archive': row('A file is not an archive.', 'give a .tar.gz, .tgz, .tar.xz, .tar.zst, .tar.bz2, .tar or .zip'),
  'archive-damaged': row('An archive cannot be unpacked.', 'fetch it again, or ask whoever publishes it'),
  'source-refused': row('The source holds what is not let in: links that lead out, special files, too much of something.', 'ask whoever publishes it'),
  'source-gone': row('The source from which the plugin came is not there any more.', 'give the new one with plugin:update NAME --from SOURCE'),
  'source-changed': row('The source holds something else than what was locked.', 'ask its author why; to accept it, update the plugin and lock again'),
  'checksum-mismatch': row('A download does not have the checksum that it should have.', 'nothing was installed; ask whoever publishes it'),
  'download-failed': row('A file could not be downloaded.', 'check the address and the connection'),
  'too-large': row('A file or download is larger than allowed.', 'check that it is the right one'),
  'registry-denied': row('A registry of images does not let you read what was asked for.', 'log in with docker login or helm registry login'),
  'registry-failed': row('A registry of images could not be asked, or did not answer as it should.', 'check the address and the connection'),
  'git-failed': row('The program git failed.', 'check the address, and that you may read it', '128 in commands of plugn'),
  'no-commits': row('A repository has no commits, or no default branch.', 'push a commit, or choose a branch with --committish'),
  'no-remote': row('The git repository of a plugin has no remote to update from.', 'add one with git remote add origin URL'),
  'no-such-version': row('There is no such version, branch, tag or commit, or none that suits.', 'see those there are with plugin:info'),
  'program-missing': row('A program that is needed is not on PATH.', 'install it'),
};
