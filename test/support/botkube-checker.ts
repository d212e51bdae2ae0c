import { load } from 'js-yaml';

type Value = Record<string, unknown>;

/** What Botkube says of an index when it loads it (contract registry §1.2), written from that text alone; nothing where it takes the index. */
export function botkubeSays(text: string): string[] {
  const { entries } = load(text) as { entries: Value[] };
  const seen = new Set<string>();
  return entries.flatMap((entry, index) => {
    const empty = (field: string): string[] => (entry[field] ? [] : [`field ${field} cannot be empty`]);
    const issues = [...empty('version'), ...empty('name'), ...empty('type')];
    if (!Array.isArray(entry.urls) || entry.urls.length === 0) issues.push('field urls cannot be empty');
    if (entry.type && !['source', 'executor'].includes(String(entry.type))) issues.push('field type is not valid, allowed values are [source executor]');
    for (const { platform, dependencies } of (entry.urls ?? []) as { platform: Value; dependencies?: Record<string, Value> }[]) {
      for (const [name, { url }] of Object.entries(dependencies ?? {})) {
        if (!url) issues.push(`dependency URL for key "${name}" and platform "${platform.os}/${platform.architecture}" cannot be empty`);
      }
    }
    const key = `${entry.type}/${entry.name}/${entry.version}`;
    if (seen.has(key)) issues.push('conflicts: both have the same type, name, and version');
    seen.add(key);
    // What it does not check, and cannot read otherwise: fields of texts that are texts, and no other fields beside its own and ours.
    for (const field of ['name', 'type', 'description', 'documentationUrl', 'version']) {
      if (entry[field] !== undefined && typeof entry[field] !== 'string') issues.push(`field ${field} is no string`);
    }
    return issues.map((issue) => `entries[${index}]: ${issue}`);
  });
}
