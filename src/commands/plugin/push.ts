import { parsePlatform, platformText } from '../../catalogue/platforms.ts';
import { UserError } from '../../errors.ts';
import { filesFor, type PlannedPush, type PushedFile, planPush } from '../../publishing/push/plan-push.ts';
import { referenceText } from '../../registries/reference.ts';
import { plainHttpRegistries } from '../../registries/settings.ts';
import { sizeText } from '../../system/size-text.ts';
import { fetchProgress } from '../../terminal/progress.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { archiveLimits } from './stage-options.ts';

type Context = CommandContext<'plugin:push'>;

/** Pushes the archive of a plugin into a registry of OCI images, with its provenance; or an index of archives for several platforms (contract helm §6.1). */
export async function run(context: Context): Promise<Outcome> {
  const { layout, env, options, warn } = context;
  const [files, address] = filesAndAddress(context);
  const planned = await planPush(files, address, archiveLimits(layout.home));
  const facts = factsOf(planned);
  const shown = referenceText(planned.image);
  if (options.dryRun) {
    const would = [...planned.images.map((image) => `would push ${imageText(image)}`), `would name it ${shown}`, `its digest would be ${planned.digest}`];
    return { data: { ...facts, changed: false, would }, lines: () => would };
  }
  const { pushImages } = await import('../../publishing/push/push-images.ts');
  const progress = fetchProgress(planned.name);
  const world = {
    env,
    plainHttp: plainHttpRegistries(layout.home),
    onRetry: (reason: string, seconds: number) => warn(`Trying again in ${seconds} s: ${reason}`),
  };
  try {
    const { isChanged, uploaded, known } = await pushImages(planned, world, { mayReplace: options.force === true, onProgress: progress.onProgress });
    progress.onEnd();
    const data = { ...facts, changed: isChanged, uploaded, known };
    if (!isChanged) return { data, lines: () => [{ info: `${shown} is there already, and the same` }, { info: `Digest: ${planned.digest}` }] };
    const unsigned = planned.images.some(({ isSigned }) => !isSigned) ? [{ warning: `${planned.name} is not signed: nobody can tell who made it` }] : [];
    return { data, lines: () => [...unsigned, { info: `Pushed plugin: ${shown}` }, { info: `Digest: ${planned.digest}` }] };
  } finally {
    progress.onEnd();
  }
}

/** An archive and an address, or an address alone behind `--for`. @throws UserError for other words */
function filesAndAddress({ args: [first, second], options }: Context): [files: readonly PushedFile[], address: string] {
  const { for: platforms = [] } = options;
  if (platforms.length === 0) {
    if (second !== undefined) return [[{ file: first }], second];
    throw new UserError('missing-argument', 'The address to push to is missing', { hint: 'give an archive and oci://HOST/PATH/NAME, or archives with --for' });
  }
  if (second !== undefined) throw new UserError('conflicting-flags', `${first} and --for both name archives`, { hint: 'with --for, give the address alone' });
  return [filesFor(platforms, parsePlatform), first];
}

function factsOf({ name, version, image, images, digest }: PlannedPush): object {
  return {
    name,
    version,
    image: `${image.registry}/${image.repository}`,
    tag: image.tag,
    digest,
    images: images.map(({ file, platform, digest: own, isSigned }) => ({
      file,
      platform: platform ? platformText(platform) : null,
      digest: own,
      signed: isSigned,
    })),
  };
}

function imageText({ file, platform, blobs, isSigned }: PlannedPush['images'][number]): string {
  const size = blobs.reduce((sum, blob) => sum + blob.size, 0);
  return `${file}${platform ? ` for ${platformText(platform)}` : ''}, ${sizeText(size)}, ${isSigned ? 'signed' : 'not signed'}`;
}
