import { UserError } from '../../errors.ts';
import type { RegistryWorld } from '../../registries/connection.ts';
import { ImagePusher } from '../../registries/push.ts';
import { referenceText } from '../../registries/reference.ts';
import type { PlannedPush } from './plan-push.ts';

export interface PushOptions {
  /** Whether the tag of a version may name something else afterwards. */
  readonly mayReplace: boolean;
  /** Told of the bytes that were sent, and of how many there are. */
  readonly onProgress: (sent: number, total: number) => void;
}

/** What came of a push. */
export interface Pushed {
  /** Whether the tag names something else than before. */
  readonly isChanged: boolean;
  /** Blobs that were sent, and that the registry had. */
  readonly uploaded: number;
  readonly known: number;
}

/**
 * Pushes images: blobs, then what names them, and the tag last, so that whoever pulls meanwhile has the images from before or these.
 * @throws UserError release-changed for the tag of a version that names something else
 */
export async function pushImages(planned: PlannedPush, world: RegistryWorld, { mayReplace, onProgress }: PushOptions): Promise<Pushed> {
  const { image, images, top, digest, version } = planned;
  const pusher = new ImagePusher(image, world);
  const before = await pusher.digestBehind(image.tag);
  if (before === digest) return { isChanged: false, uploaded: 0, known: 0 };
  if (before !== undefined && !mayReplace && image.tag === version.replaceAll('+', '_')) {
    throw new UserError('release-changed', `${referenceText(image)} is there already, with other contents (${before})`, {
      hint: 'give the plugin a new version, or use --force',
    });
  }
  const blobs = [...new Map(images.flatMap((one) => one.blobs).map((blob) => [blob.digest, blob])).values()];
  const total = blobs.reduce((sum, { size }) => sum + size, 0);
  let [done, uploaded] = [0, 0];
  for (const blob of blobs) {
    if (await pusher.blob(blob, (sent) => onProgress(done + sent, total))) uploaded++;
    done += blob.size;
  }
  if (images.length > 1 || top !== images[0]?.manifest) for (const one of images) await pusher.manifest(one.digest, one.manifest);
  await pusher.manifest(image.tag, top);
  return { isChanged: true, uploaded, known: blobs.length - uploaded };
}
