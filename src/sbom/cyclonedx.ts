import { Utils } from '@cyclonedx/cyclonedx-library/Contrib/Bom';
import { ComponentType, ExternalReferenceType, HashAlgorithm } from '@cyclonedx/cyclonedx-library/Enums';
import { Bom, Component, ExternalReference, Property, Tools } from '@cyclonedx/cyclonedx-library/Models';
import { JSON as JsonForm, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import type { Published } from '../sources/kind.ts';
import { harmlessLine } from '../system/harmless.ts';
import { VERSION } from '../version.ts';
import type { BilledPlugin, BilledProgram } from './installed-bill.ts';
import { packageUrl } from './package-url.ts';

export interface BomOptions {
  /** What the plugins are of: the name that tool is called by. */
  readonly brand: string;
  /** When it is made: where `fixed` is set, nothing else in it differs from run to run either. */
  readonly time: Date;
  readonly fixed: boolean;
}

/** Plugins as a bill of materials: CycloneDX 1.6 in JSON, ending in a newline (https://cyclonedx.org/docs/1.6/json/). */
export function cycloneDx(plugins: readonly BilledPlugin[], { brand, time, fixed }: BomOptions): string {
  const bom = new Bom();
  if (!fixed) bom.serialNumber = Utils.randomSerialNumber();
  bom.metadata.timestamp = time;
  bom.metadata.tools = new Tools();
  bom.metadata.tools.components.add(new Component(ComponentType.Application, 'tool', { version: VERSION }));
  const whole = new Component(ComponentType.Application, brand, { bomRef: 'home' });
  bom.metadata.component = whole;
  const components = new Map(plugins.map((plugin) => [plugin.name, componentOf(plugin)]));
  for (const { name, needs } of plugins) {
    const component = components.get(name) as Component;
    bom.components.add(component);
    whole.dependencies.add(component.bomRef);
    for (const need of needs) {
      const needed = components.get(need);
      if (needed) component.dependencies.add(needed.bomRef);
    }
  }
  return `${new JsonSerializer(new JsonForm.Normalize.Factory(Spec1dot6)).serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function componentOf(plugin: BilledPlugin): Component {
  const { name, version, description, published, programs } = plugin;
  const component = new Component(ComponentType.Application, name, {
    bomRef: `plugin:${name}`,
    ...(version === '' ? {} : { version: harmlessLine(version) }),
    ...(description === '' ? {} : { description: harmlessLine(description) }),
    purl: packageUrl(name, version, published),
  });
  if (published?.form === 'archive' && published.sha256 !== undefined) component.hashes.set(HashAlgorithm['SHA-256'], published.sha256);
  if (published) component.externalReferences.add(referenceTo(published));
  for (const [key, value] of Object.entries(propertiesOf(plugin))) if (value !== undefined) component.properties.add(new Property(`tool:${key}`, value));
  for (const program of programs) {
    const one = programOf(name, program);
    component.components.add(one);
    component.dependencies.add(one.bomRef);
  }
  return component;
}

function referenceTo(published: Published): ExternalReference {
  const type = published.form === 'repository' ? ExternalReferenceType.VCS : ExternalReferenceType.Distribution;
  const reference = new ExternalReference(published.url, type, published.form === 'repository' ? { comment: `commit ${published.commit}` } : {});
  if (published.form === 'archive' && published.sha256 !== undefined) reference.hashes.set(HashAlgorithm['SHA-256'], published.sha256);
  return reference;
}

function programOf(plugin: string, { name, url, sha256 }: BilledProgram): Component {
  const component = new Component(ComponentType.Application, name, {
    bomRef: `plugin:${plugin}/${name}`,
    purl: packageUrl(name, '', { form: 'archive', url, ...(sha256 === undefined ? {} : { sha256 }) }),
  });
  if (sha256 !== undefined) component.hashes.set(HashAlgorithm['SHA-256'], sha256);
  component.externalReferences.add(new ExternalReference(url, ExternalReferenceType.Distribution));
  return component;
}

/** What CycloneDX has no field for; the names are in docs/managing-plugins.md. */
function propertiesOf({ enabled, sourceText, receipt }: BilledPlugin): Readonly<Record<string, string | undefined>> {
  return {
    enabled: String(enabled),
    source: sourceText,
    'source-tree:sha256': receipt?.sourceHash || undefined,
    'installed-tree:sha256': receipt?.installedHash || undefined,
    installed: receipt?.time,
    signer: receipt?.signer,
    'signer:names': receipt?.signerNames?.join(', ') || undefined,
  };
}
