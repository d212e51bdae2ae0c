/** A text of a spec, and where it is in the file: from the first character up to, and without, the last. */
export interface SpecText {
  readonly text: string;
  readonly range: readonly [start: number, end: number];
}

/** One add-on of a spec. */
export interface SpecAddon {
  /** As the spec has it: `certManager`. */
  readonly key: string;
  /** As paths have it: `cert-manager`. */
  readonly name: string;
  readonly version: SpecText;
  readonly s3Override?: SpecText | undefined;
  readonly sha256?: SpecText | undefined;
  /** Whether it is written `{ … }`. */
  readonly isFlow: boolean;
  /** What its fields are indented by. */
  readonly indent: string;
  readonly line: number;
}

/** A spec as it was read: its add-ons, and the text that is edited. */
export interface SpecFile {
  readonly text: string;
  readonly addons: readonly SpecAddon[];
  /** `spec.kurl.installerVersion` */
  readonly installerVersion?: string | undefined;
  /** All that is below `spec`, every value as text. */
  values(): Readonly<Record<string, unknown>>;
}

/** The name of an add-on as paths have it, of its key in a spec. */
export const kebab = (key: string): string => key.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

/** What may be the key of an add-on. */
export const ADDON_KEY = /^[A-Za-z][A-Za-z0-9-]*$/;
