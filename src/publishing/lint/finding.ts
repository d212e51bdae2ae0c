import type { Draft } from '../../catalogue/formats/drafts.ts';
import type { FormatName } from '../../catalogue/release.ts';

/** An error keeps somebody from the plugin, or is refused by Botkube or krew; a remark is what a careful publisher would mend. */
export type Level = 'error' | 'remark';

/** Something that is wrong with an index. */
export interface Finding {
  /** What it is called: `checksum`, `moving-address`. */
  readonly rule: string;
  readonly level: Level;
  /** `entries[3]`, `plugins/ctx.yaml`. */
  readonly where: string;
  readonly name?: string | undefined;
  readonly line?: number | undefined;
  readonly text: string;
  readonly remedy?: string | undefined;
}

/** What a rule says of an entry. */
export interface Remark {
  readonly rule: string;
  readonly level: Level;
  readonly text: string;
  readonly remedy?: string;
  /** A text of the part that it is about, which tells its line: an address. */
  readonly holding?: string;
}

/** Looks at one entry of an index, whatever its format is. */
export type EntryRule = (entry: Draft, format: FormatName) => Iterable<Remark>;

export const error = (rule: string, text: string, remedy: string, holding?: string): Remark => remarkOf('error', rule, text, remedy, holding);
export const remark = (rule: string, text: string, remedy: string, holding?: string): Remark => remarkOf('remark', rule, text, remedy, holding);

const remarkOf = (level: Level, rule: string, text: string, remedy: string, holding: string | undefined): Remark => ({
  rule,
  level,
  text,
  remedy,
  ...(holding === undefined ? {} : { holding }),
});

/** A remark with its place. */
export const findingOf = ({ holding, ...said }: Remark, { report }: Draft): Finding => ({ ...said, ...report.place(holding) });
