import { dump } from 'js-yaml';

/** What a provenance file says of an archive, before it is signed: what the plugin is, and which file it is in (contract helm §7.2). @param sha256 of the archive, in hex */
export const provenanceText = (metadata: object, fileName: string, sha256: string): string =>
  `${dump(metadata, { sortKeys: true, noArrayIndent: true, lineWidth: 80 })}\n...\nfiles:\n  ${fileName}: sha256:${sha256}\n`;
