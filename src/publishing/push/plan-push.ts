import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { platformText } from '../../catalogue/platforms.ts';
import type { Platform } from '../../catalogue/release.ts';
import { UserError } from '../../errors.ts';
import { PLUGIN_FILE_NAME } from '../../plugins/helm/file-names.ts';
import { signedText, whyOther } from '../../provenance/provenance-file.ts';
import { digestOf, type LocalBlob, type LocalManifest } from '../../registries/push.ts';
import { type ImageReference, parseImageReference, parseImageWord } from '../../registries/reference.ts';
import { packedFormat } from '../../sources/archive/packing.ts';
import type { ArchiveLimits } from '../../sources/archive/policy.ts';
import { lastPart } from '../../sources/default-name.ts';
import { fileHash } from '../../system/file-hash.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { statOrNothing } from '../../system/links.ts';
import { SETTINGS_BYTES, smallBytesIfThere } from '../../system/small-file.ts';
import { archiveContents } from '../archive-contents.ts';
import { readTomlDetails, readYamlDetails } from '../details/read-manifest.ts';
import { artifactTypeOf, EMPTY_CONFIG, type ImageParts, imageIndex, imageManifest } from './image-manifest.ts';

/** An archive that is to be pushed, and the platform that it is for, where it is not for all. */
export interface PushedFile {
  readonly file: string;
  readonly platform?: Platform;
}

/** An image that is to be pushed. */
export interface PlannedImage extends PushedFile {
  readonly digest: string;
  readonly manifest: LocalManifest;
  readonly blobs: readonly LocalBlob[];
  readonly isSigned: boolean;
}

/** What is to be pushed, all of it known before anything is sent. */
export interface PlannedPush {
  readonly name: string;
  readonly version: string;
  /** The repository of the registry, with the tag. */
  readonly image: ImageReference & { readonly tag: string };
  readonly images: readonly PlannedImage[];
  /** What the tag will name: the manifest of the one image, or an index of several. */
  readonly top: LocalManifest;
  readonly digest: string;
}

/**
 * What is to be pushed of some archives, which `plugin:package` wrote: each is read as an install reads it, and called as Helm looks for it (contract helm §6.1).
 * @param files one for all platforms, or one for each
 * @throws UserError for what could not be installed from there
 */
export async function planPush(files: readonly PushedFile[], address: string, limits: ArchiveLimits): Promise<PlannedPush> {
  const reference = parseImageReference(address);
  if (reference.digest !== undefined)
    throw new UserError('bad-address', `${harmlessLine(address)} has a digest, which is that of an image that is there`, { hint: 'give a tag, or none' });
  const name = lastPart(reference.repository);
  const parts = await Promise.all(files.map(async (one) => ({ ...one, ...(await partsOf(one.file, name, limits)) })));
  const [first] = parts;
  const other = parts.find(({ version, isHelms }) => version !== first?.version || isHelms !== first.isHelms);
  if (!first || other)
    throw new UserError('conflicting-flags', `${other?.file} and ${first?.file} are not the same plugin in the same version`, {
      status: 1,
      hint: 'give archives of one version',
    });
  const images = parts.map((part): PlannedImage => {
    const manifest = imageManifest(part, name);
    const blobs = [EMPTY_CONFIG, part.archive, ...(part.provenance ? [part.provenance] : [])];
    const platform = part.platform ? { platform: part.platform } : {};
    return { file: part.file, ...platform, manifest, digest: digestOf(manifest.bytes), blobs, isSigned: part.provenance !== undefined };
  });
  const top = first.platform === undefined ? (images[0] as PlannedImage).manifest : imageIndex(images, artifactTypeOf(first));
  const { tag } = reference.tag === undefined ? parseImageWord(first.version) : reference;
  return { name, version: first.version, image: { ...reference, tag: tag ?? '' }, images, top, digest: digestOf(top.bytes) };
}

/** Reads platforms and archives: `linux/amd64=FILE`. @throws what `parse` throws, and UserError for another form, or a platform that stands twice */
export function filesFor(words: readonly string[], parse: (text: string) => Platform): PushedFile[] {
  const files = words.map((word) => {
    const [, platform, file] = /^([^=]+)=(.+)$/s.exec(word) ?? [];
    if (platform === undefined || file === undefined)
      throw new UserError('bad-value', `--for takes a platform and its archive, not "${harmlessLine(word)}"`, { hint: 'write --for linux/amd64=FILE' });
    return { platform: parse(platform), file };
  });
  const texts = files.map(({ platform }) => platformText(platform));
  const twice = texts.find((text, place) => texts.indexOf(text) !== place);
  if (twice !== undefined) throw new UserError('bad-value', `--for names ${twice} twice`, { hint: 'give one archive for each platform' });
  return files;
}

/** What of an archive goes into its image. @param name that the image has in its registry */
async function partsOf(file: string, name: string, limits: ArchiveLimits): Promise<ImageParts> {
  if (!statOrNothing(file)?.isFile()) throw new UserError('not-a-file', `${file} is not a file`, { hint: 'give the archive that plugin:package wrote' });
  if (packedFormat(file) !== 'gzip')
    throw new UserError('not-an-archive', `${file} is no gzipped tar archive`, { hint: 'give the archive that plugin:package wrote' });
  const { texts } = await archiveContents(file, (path) => path === PLUGIN_FILE_NAME || path === 'plugin.toml', { limits });
  const yaml = texts.get(PLUGIN_FILE_NAME);
  const text = yaml ?? texts.get('plugin.toml');
  if (text === undefined)
    throw new UserError('not-a-plugin', `${file} has neither a plugin.yaml nor a plugin.toml`, { hint: 'give the archive that plugin:package wrote' });
  const { details, faults } = yaml === undefined ? readTomlDetails(text) : await readYamlDetails(text);
  const { version = '', description = '' } = details;
  if (faults.length > 0 || version === '')
    throw new UserError('not-a-plugin', `${file} is no plugin that can be pushed: ${faults[0] ?? 'it has no version'}`, {
      hint: 'correct its manifest, and pack it again',
    });
  const title = `${name}-${version}.tgz`;
  if (basename(file) !== title) {
    throw new UserError('not-a-plugin', `${file} would not be found in an image called ${name}, which is to hold ${title}`, {
      hint: 'end the address with the name of the plugin, as plugin:package has it in the name of the archive',
    });
  }
  const sha256 = await fileHash(file);
  const provenance = await provenanceOf(file, title, sha256);
  const archive = { name: title, digest: `sha256:${sha256}`, size: statSync(file).size, content: { file } };
  return { isHelms: yaml !== undefined, version, description, archive, ...(provenance ? { provenance } : {}) };
}

/** Who vouches for an archive: the file beside it, if it is of this archive. @throws UserError where it is of another one */
async function provenanceOf(file: string, title: string, sha256: string): Promise<LocalBlob | undefined> {
  const bytes = smallBytesIfThere(`${file}.prov`, SETTINGS_BYTES);
  if (bytes === undefined) return undefined;
  const text = signedText(bytes.toString());
  const why = text === undefined ? 'signature block not found' : await whyOther(text, title, sha256);
  if (why !== undefined)
    throw new UserError('not-verified', `${file}.prov is not of this archive: ${why}`, { hint: 'sign it again with plugin:package, or remove that file' });
  return { name: `${title}.prov`, digest: digestOf(bytes), size: bytes.length, content: bytes };
}
