import { partsOf, sizeOf } from '../../mirror/bundle/parts.ts';
import type { ReadBundle } from '../../mirror/bundle/read-bundle.ts';
import { readBundleManifest, verifyBundle } from '../../mirror/bundle/read-bundle.ts';
import { bundleSignature } from '../../mirror/bundle/signature.ts';
import { openTrust } from '../../provenance/trust.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { sizeText } from '../../system/size-text.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Tells what is in a bundle, once all of it was found to be what its manifest says. */
export async function run({ layout, args: [word], options }: CommandContext<'bundle:info'>): Promise<Outcome> {
  if (options.manifest) {
    const { manifest, text } = await readBundleManifest(word);
    return { data: manifest, lines: () => [text.toString().replace(/\n$/, '')] };
  }
  const bundle = await verifyBundle(word);
  const signature = await bundleSignature(word, bundle, openTrust(layout.home));
  const { manifest } = bundle;
  const bytes = sizeOf(partsOf(word));
  const signed = signature.state === 'signed' ? signature.signer.key : signature.state;
  return {
    data: { ...manifest, bytes, signature },
    lines: () => [
      `Bundle of ${sizeText(bytes)} for ${harmlessLine(manifest.platform)}, verified; ${signed === 'unsigned' ? 'not signed' : `signed: ${harmlessLine(signed)}`}`,
      ...columns([['KIND', 'NAME', 'VERSION', 'SHA256'], ...rows(bundle)]),
    ],
  };
}

function rows({ manifest: { plugins, specs, files } }: ReadBundle): string[][] {
  const sumOf = (path: string): string => files.find((one) => one.path === path)?.sha256.slice(0, 12) ?? '';
  return [
    ...plugins.map(({ name, version, file }) => ['plugin', name, harmlessLine(version), sumOf(file)]),
    ...specs.flatMap(({ addons }) => addons.map(({ name, version, sha256 }) => ['add-on', harmlessLine(name), harmlessLine(version), sha256.slice(0, 12)])),
  ];
}
