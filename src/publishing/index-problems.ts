import { addressProblem } from '../catalogue/formats/address.ts';
import { platformText } from '../catalogue/platforms.ts';
import type { Problem } from '../catalogue/release.ts';
import { plural } from '../system/word-list.ts';
import { type FileGroup, labelOf } from './details/find-details.ts';
import { type FindOptions, findFiles, type PublishedFile } from './find-files.ts';
import type { EntryParts, IndexEntry } from './index-entry.ts';
import { checkSchema } from './schemas.ts';

/** What is wrong with the address that files will be had at. */
export function baseProblems(urlBase: string): Problem[] {
  const why = urlBase === '' ? 'is not given' : urlBase.includes('#') ? 'has a "#", and what is behind that is sent to no server' : addressProblem(urlBase);
  if (why === undefined) return [];
  return [
    {
      where: '-url-base-path',
      text: urlBase === '' ? why : `"${urlBase}" ${why}`,
      remedy: 'give the address below which the files will be served, like https://example.com/plugins',
      disables: true,
    },
  ];
}

/** What is wrong with the schemas of plugins, in the words of Botkube's generator. */
export async function schemaProblems(parts: readonly EntryParts[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { type, name, details } of parts) {
    const where = `${type}_${name}`;
    for (const schema of [details.schema, details.requestSchema]) {
      if (schema?.url !== undefined) {
        problems.push({ where, name, text: `the schema at ${schema.url} is not fetched, and not checked`, disables: false });
      }
      if (schema?.value === undefined) continue;
      const { faults, remark } = await checkSchema(schema.value);
      for (const fault of faults) problems.push({ where, name, text: `invalid schema "${name}": ${fault}`, remedy: 'mend the schema', disables: true });
      if (remark !== undefined) problems.push({ where, name, text: remark, disables: false });
    }
  }
  return problems;
}

/** The directory has nothing to list. Where directories within have it, only a flag is missing. */
export function nothingFound(directory: string, { nameFilter, recursive }: FindOptions): Problem {
  const within = recursive ? 0 : findFiles(directory, { nameFilter, recursive: true }).files.length;
  return {
    where: '-binaries-path',
    text: `${directory} holds no file that is named TYPE_NAME_OS_ARCH or NAME-VERSION.tgz`,
    remedy: within > 0 ? `${plural(within, 'such file')} in directories within: use --recursive` : 'make archives of plugins with repository:package',
    disables: true,
  };
}

/** What is worth knowing of an index that is in order. */
export function remarks(entries: readonly IndexEntry[], files: readonly PublishedFile[], groups: readonly FileGroup[]): Problem[] {
  const all: Problem[] = [];
  // Beside an archive for the same platform a program is there to be asked.
  const placeOf = (file: PublishedFile): string => `${labelOf(file)} ${platformText(file)}`;
  const listed = new Set(groups.flatMap((group) => group.listed.map(placeOf)));
  for (const file of files.filter((one) => one.version === undefined && !listed.has(placeOf(one)))) {
    const text = file.isPacked ? 'is left out: -use-archive=false lists what is not packed' : 'is left out: it is not packed, and archives are listed';
    all.push({ where: file.path, name: file.name, text, disables: false });
  }
  const [own, botkubes] = [entries.filter(({ type }) => type === undefined), entries.filter(({ type }) => type !== undefined)];
  if (own.length > 0 && botkubes.length > 0) {
    all.push({
      where: 'entries',
      text: 'some are plugins of tool, which have no type: Botkube refuses this index as a whole',
      remedy: 'for Botkube, keep the programs in a directory and an index of their own',
      disables: false,
    });
  }
  return all;
}
