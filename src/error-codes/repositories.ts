import { row } from './row.ts';

/** Repositories, their indexes, and publishing. */
export const repositories = {
  'no-such-repository': row('There is no repository of that name.', 'see those there are with repository:list'),
  'no-repositories': row('There are no repositories.', 'add one with repository:add NAME URL'),
  'repository-exists': row('There is a repository of that name.', 'choose another name, or remove that one first'),
  'repository-in-use': row('Plugins came from the repository, or are declared to.', 'remove these first, or use --force'),
  'repository-unreachable': row('The server of a repository could not be reached.', 'run repository:update to ask it again'),
  'plugin-not-in-repository': row('No repository has the plugin.', 'see what there is with plugin:search'),
  'ambiguous-name': row('Several repositories or types have the name.', 'write REPOSITORY/NAME, or give --type'),
  'not-owner': row('Only the owner of the copy of an index can update it.', 'have the owner run repository:update'),
  offline: row('Something has to be fetched, and --offline does not allow it.', 'run it once without --offline'),
  'not-an-index': row('What was fetched or given is no index.', 'check the address'),
  'bad-index': row('An index has mistakes.', 'contact its publisher'),
  'release-not-usable': row('The files of a release are not what its index says of them.', 'ask whoever keeps the index'),
  'release-changed': row('A file of that version holds other contents.', 'give the plugin a new version, or use --force'),
  'index-has-errors': row('The index that was checked or made has errors.', 'correct what the lines above name'),
  'index-out-of-date': row('An index or a reference on disk is not what would be written.', 'write it anew'),
  'not-ours': row('What would be replaced was not made by this program.', 'move it away, or name another place'),
  'in-the-way': row('Something else stands where a file or directory is to be made.', 'move it away'),
  'cannot-listen': row('The server cannot listen on its address.', 'choose another with --port or --host'),
};
